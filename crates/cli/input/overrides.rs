//! `--overrides`: options for single photos, from a CSV file that people and `preview` write.

mod roster;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use prep::{Fit, FocalPoint, Gravity, Options};

pub(crate) use self::roster::Roster;
use crate::input::table::{Row, Table};
use crate::report::escape;
use crate::report::refusal::Refusal;

/// The option for single photos.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Picture")]
pub(crate) struct OverrideOptions {
    /// Override options for single photos by a CSV file with the column photo and any of focal (X,Y), fit (auto, cover,
    /// contain, circle-safe) and skip (yes); `preview` helps to write it
    #[arg(long = "overrides", value_name = "FILE.csv")]
    pub(crate) path: Option<PathBuf>,
}

/// Which options are overridden for one photo; by default none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Override {
    pub(crate) focal: Option<FocalPoint>,
    pub(crate) fit: Option<Fit>,
    /// No picture is made of it.
    pub(crate) skip: bool,
}

impl Override {
    /// The options for this photo. A focal point means that the photo fills the square.
    pub(crate) fn apply(self, options: Options) -> Options {
        let options = match self.focal {
            Some(point) => options.gravity(Gravity::FocalPoint(point)).fit(Fit::Cover),
            None => options,
        };
        match self.fit {
            Some(fit) => options.fit(fit),
            None => options,
        }
    }

    /// Returns whether nothing is overridden.
    pub(crate) fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// The overrides for the photos of a job.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    /// By the photos' full paths.
    by_photo: HashMap<PathBuf, Override>,
}

impl Overrides {
    /// Reads the file at `path`, if there is to be one, for the photos of the job.
    ///
    /// An invalid value, or a photo that is not in the job, rejects the whole file.
    pub(crate) fn read(path: Option<&Path>, roster: &Roster) -> Result<Self, Refusal> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let shown = escape::path(path).to_string();
        let refuse = |reason: String| Refusal::usage(format!("{shown}: {reason}"));
        let table = Table::read(path).map_err(refuse)?;
        let columns = Columns::of(&table).map_err(refuse)?;

        let mut draft = Draft::default();
        for row in &table.rows {
            if let Err(reason) = draft.add(row, columns, roster) {
                draft.wrong.push(format!("{shown}:{}: {reason}", row.line));
            }
        }
        if !draft.wrong.is_empty() {
            return Err(Refusal::usage_lines(draft.wrong));
        }
        Ok(Self {
            by_photo: draft.by_photo,
        })
    }

    /// Returns the override for the photo at `path`.
    pub(crate) fn of(&self, path: &Path) -> Override {
        if self.by_photo.is_empty() {
            return Override::default();
        }
        let found = self.by_photo.get(&roster::full(path));
        found.copied().unwrap_or_default()
    }
}

/// What was read so far, and what is wrong in it.
#[derive(Debug, Default)]
struct Draft {
    by_photo: HashMap<PathBuf, Override>,
    lines: HashMap<PathBuf, u64>,
    wrong: Vec<String>,
}

impl Draft {
    fn add(&mut self, row: &Row, columns: Columns, roster: &Roster) -> Result<(), String> {
        if row.len() != columns.count {
            return Err(format!(
                "it has {} columns and the first line {}; quote a focal point: \"0.5,0.2\"",
                row.len(),
                columns.count
            ));
        }
        let cell = |column: Option<usize>| column.map_or("", |column| row.cell(column));
        let photo = roster.find(row.cell(columns.photo))?.to_owned();
        let instead = Override {
            focal: focal(cell(columns.focal))?,
            fit: fit(cell(columns.fit))?,
            skip: skip(cell(columns.skip))?,
        };
        if instead.focal.is_some() && instead.fit.is_some_and(keeps_all) {
            return Err(
                "a focal point has no effect if the whole photo is kept: remove focal or fit"
                    .to_owned(),
            );
        }
        if let Some(first) = self.lines.insert(photo.clone(), row.line) {
            return Err(format!("the photo is listed already in line {first}"));
        }
        self.by_photo.insert(photo, instead);
        Ok(())
    }
}

/// Where each column is.
#[derive(Clone, Copy, Debug)]
struct Columns {
    count: usize,
    photo: usize,
    focal: Option<usize>,
    fit: Option<usize>,
    skip: Option<usize>,
}

impl Columns {
    fn of(table: &Table) -> Result<Self, String> {
        let photo = table.column("photo")?;
        let [focal, fit, skip] = [
            table.column("focal")?,
            table.column("fit")?,
            table.column("skip")?,
        ];
        let Some(photo) = photo else {
            return Err(
                "the first line must name the column photo, and any of focal, fit and skip"
                    .to_owned(),
            );
        };
        let names = table.names();
        let known = [Some(photo), focal, fit, skip];
        let unknown = (0..names.len())
            .find(|column| !known.contains(&Some(*column)) && !names[*column].is_empty());
        if let Some(column) = unknown {
            let name = &names[column];
            return Err(format!(
                "the column {name:?} is unknown; known are photo, focal, fit and skip"
            ));
        }
        Ok(Self {
            count: names.len(),
            photo,
            focal,
            fit,
            skip,
        })
    }
}

fn focal(text: &str) -> Result<Option<FocalPoint>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let point = text.parse();
    point
        .map(Some)
        .map_err(|error| format!("focal: {error}, not {text:?}"))
}

/// Whether the whole photo is in the square, so that there is nothing to choose.
fn keeps_all(fit: Fit) -> bool {
    !matches!(fit, Fit::Auto | Fit::Cover)
}

fn fit(text: &str) -> Result<Option<Fit>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let fit: Result<Fit, _> = text.parse();
    fit.map(Some)
        .map_err(|error| format!("fit: {error}, not {text:?}"))
}

fn skip(text: &str) -> Result<bool, String> {
    // Spreadsheets write TRUE and FALSE.
    match text.to_ascii_lowercase().as_str() {
        "" | "no" | "false" | "0" => Ok(false),
        "yes" | "true" | "1" => Ok(true),
        _ => Err(format!("skip: expected yes or no, not {text:?}")),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(text: &str) -> Result<Overrides, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("overrides.csv");
        fs::write(&path, text).unwrap();
        let roster = ["a.jpg", "in/b.jpg", "c, d.jpg"]
            .into_iter()
            .map(|name| (Path::new("photos").join(name), PathBuf::from(name)))
            .collect();

        Overrides::read(Some(&path), &roster).map_err(|refusal| refusal.to_string())
    }

    fn of(overrides: &Overrides, photo: &str) -> Override {
        overrides.of(&Path::new("photos").join(photo))
    }

    #[test]
    fn what_spreadsheets_and_people_write_is_read() {
        for text in [
            "photo,focal,fit,skip\na.jpg,\"0.5,0.2\",,\nin/b.jpg,,contain,no\n\"c, d.jpg\",,,yes\n",
            "\u{feff}Photo;Focal;Fit;Skip\r\na.jpg;0.5,0.2;;FALSE\r\nphotos/in/b.jpg;;contain;\r\nc, d.jpg;;;TRUE\r\n;;;\r\n",
            "skip\tfit\tphoto\tfocal\n\t\t./a.jpg\t0.5, 0.2\n0\tcontain\tin//b.jpg\t\n1\t\tc, d.jpg\t\n",
        ] {
            let overrides = read(text).unwrap();

            let point = FocalPoint::new(0.5, 0.2);
            assert_eq!(of(&overrides, "a.jpg").focal, point, "{text:?}");
            assert_eq!(of(&overrides, "in/b.jpg").fit, Some(Fit::Contain));
            assert!(of(&overrides, "c, d.jpg").skip && !of(&overrides, "in/b.jpg").skip);
            assert_eq!(of(&overrides, "other.jpg"), Override::default());
        }
    }

    #[test]
    fn everything_wrong_is_told_at_once_with_its_line() {
        let text = "photo,focal,fit,skip\n\
                    e.jpg,,,\n\
                    a.jpg,0.5,0.2,,\n\
                    a.jpg,\"1.5,0.2\",,\n\
                    a.jpg,,fill,\n\
                    a.jpg,,,maybe\n\
                    a.jpg,\"0.5,0.5\",contain,\n\
                    a.jpg,,,\n\
                    photos/a.jpg,,,yes\n\
                    ,,cover,\n";

        let told = read(text).unwrap_err();

        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(lines.len(), 8, "{told}");
        for (line, part) in lines.iter().zip([
            "overrides.csv:2: no photo of this job is named \"e.jpg\"",
            "overrides.csv:3: it has 5 columns and the first line 4",
            "overrides.csv:4: focal: expected X,Y",
            "overrides.csv:5: fit: expected auto, cover, contain or circle-safe",
            "overrides.csv:6: skip: expected yes or no",
            "overrides.csv:7: a focal point has no effect",
            "overrides.csv:9: the photo is listed already in line 8",
            "overrides.csv:10: the photo is missing",
        ]) {
            assert!(line.contains(part), "{line}");
        }
    }

    #[test]
    fn a_first_line_that_says_too_little_or_too_much_is_refused() {
        for (text, part) in [
            ("", "must name the column photo"),
            ("a.jpg,yes\n", "must name the column photo"),
            (
                "photo,focus\na.jpg,\"0.5,0.2\"\n",
                "the column \"focus\" is unknown",
            ),
            ("photo,fit,Fit\na.jpg,cover,contain\n", "both named fit"),
        ] {
            let told = read(text).unwrap_err();

            assert!(told.contains(part), "{told}");
        }
    }

    #[test]
    fn an_override_takes_the_place_of_what_the_command_line_says() {
        let contained = Options::new().fit(Fit::Contain).gravity(Gravity::Auto);
        let point = FocalPoint::new(0.1, 0.9).unwrap();
        let with = |focal, fit| Override {
            focal,
            fit,
            skip: false,
        };

        assert_eq!(Override::default().apply(contained), contained);
        assert_eq!(
            with(Some(point), None).apply(contained),
            Options::new()
                .gravity(Gravity::FocalPoint(point))
                .fit(Fit::Cover)
        );
        assert_eq!(
            with(None, Some(Fit::CircleSafe)).apply(contained),
            contained.fit(Fit::CircleSafe)
        );
    }
}
