//! `group-picture merge`: what the parts of a job printed, as if one run had printed it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::commands::below::{Example, below};
use crate::identity::Identity;
use crate::input::shard::Shard;
use crate::report::escape;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::refusal::Refusal;
use crate::report::summary::Counts;

/// Make one report of what the parts of a job printed with --shard and --json
///
/// It is printed as one run would have printed it: a line for each photo and a summary. A part that is missing, given twice
/// or cut off is refused.
#[derive(Debug, clap::Args)]
#[command(after_help = below(EXAMPLES, Help::MERGE))]
pub(crate) struct Merge {
    /// What each part printed
    #[arg(required = true, value_name = "REPORT")]
    pub(crate) reports: Vec<PathBuf>,
}

const EXAMPLES: &[Example] = &[(
    "Make one report of eight jobs",
    "group-picture merge [1-8].jsonl > report.json",
)];

/// Prints the lines of all items and one summary. A part that is missing, there twice or cut off is refused before.
pub(crate) fn run(args: &Merge) -> Result<ExitCode, Refusal> {
    if let Some(path) = args.reports.iter().find(|path| is_stdout(path)) {
        let shown = escape::path(path);
        return Err(Refusal::usage(format!(
            "{shown} is a report and the output too: write to another file"
        )));
    }
    let reports = args.reports.iter().map(|path| Report::read(path));
    let reports = whole(reports.collect::<Result<_, _>>()?)?;

    let mut counts = Counts::default();
    for report in &reports {
        counts.add(&report.counts);
    }
    print(&reports, &counts)
        .map_err(|error| Refusal::usage(format!("a report cannot be copied: {error}")))?;
    Ok(counts.exit_code())
}

/// What one part printed.
#[derive(Debug)]
struct Report {
    path: PathBuf,
    shard: Shard,
    counts: Counts,
}

impl Report {
    /// Reads it once; only its summary is kept.
    fn read(path: &Path) -> Result<Self, Refusal> {
        let shown = escape::path(path);
        let refuse = |reason: &str| Refusal::usage(format!("{shown}: {reason}"));
        let file = File::open(path).map_err(|error| refuse(&error.to_string()))?;
        let mut last = String::new();
        for line in BufReader::new(file).lines() {
            last = line.map_err(|error| refuse(&error.to_string()))?;
        }
        let counts = Counts::read(&last).ok_or_else(|| {
            refuse("its last line is not a summary: the part was cut off, or ran without --json")
        })?;
        let shard = counts
            .shard()
            .and_then(|shard| shard.parse().ok())
            .ok_or_else(|| refuse("it is not a part's report: it was printed without --shard"))?;
        Ok(Self {
            path: path.to_owned(),
            shard,
            counts,
        })
    }
}

/// Puts all parts of one job into their order, or tells what is wrong with them.
fn whole(reports: Vec<Report>) -> Result<Vec<Report>, Refusal> {
    let mut parts = BTreeMap::new();
    let mut wrong = Vec::new();
    let count = reports.first().map_or(0, |report| report.shard.count());
    for report in reports {
        let (path, shard) = (report.path.clone(), report.shard);
        if shard.count() != count {
            let shown = escape::path(&path);
            wrong.push(format!(
                "{shown} is part {shard}; the first is of {count} parts"
            ));
        } else if let Some(other) = parts.insert(shard.index(), report) {
            let (one, other) = (escape::path(&path), escape::path(&other.path));
            wrong.push(format!("{one} is part {shard}, and so is {other}"));
        }
    }
    for index in (1..=count).filter(|index| !parts.contains_key(index)) {
        wrong.push(format!("part {index}/{count} is missing"));
    }
    if !wrong.is_empty() {
        return Err(Refusal::usage_lines(wrong));
    }
    Ok(parts.into_values().collect())
}

/// Returns whether stdout goes to the file at `path`.
fn is_stdout(path: &Path) -> bool {
    Identity::of_stdout().is_some_and(|stdout| Identity::of(path) == Some(stdout))
}

fn print(reports: &[Report], counts: &Counts) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for report in reports {
        let mut lines = BufReader::new(File::open(&report.path)?).lines().peekable();
        while let Some(line) = lines.next() {
            // The last is the part's own summary.
            if lines.peek().is_some() {
                writeln!(out, "{}", line?)?;
            }
        }
    }
    writeln!(out, "{}", counts.json())?;
    out.flush()
}
