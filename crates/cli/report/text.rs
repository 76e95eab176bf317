//! Records as people read them.

use std::fmt;

use prep::Treatment;
use upload::Editing;

use crate::report::escape;
use crate::report::picture::Picture;
use crate::report::proof::Verified;
use crate::report::record::{Earlier, Outcome, Record};

/// The line for people, without its end.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let photo = escape::path(&self.photo);
        match &self.outcome {
            Outcome::Prepared { path, picture } => {
                write!(f, "{photo} → {}", escape::path(path))?;
                match picture.treatment {
                    Treatment::Encoded => Ok(()),
                    kept => write!(f, " ({kept})"),
                }
            }
            Outcome::ToPrepare { path, picture } => {
                let Picture { side, bytes, .. } = picture;
                let path = escape::path(path);
                write!(f, "prepare  {photo} → {path}, {side}×{side}, {bytes} bytes")
            }
            Outcome::Explained(explanation) => write!(f, "{photo}\n{explanation}"),
            Outcome::Previewed { picture } => {
                let Picture { side, bytes, .. } = picture;
                write!(f, "{photo}: {side}×{side}, {bytes} bytes")
            }
            Outcome::Existed { path } => write!(f, "{photo} → {} (kept)", escape::path(path)),
            Outcome::Set { .. } => self.fmt_set(f),
            Outcome::SetBefore { .. } => {
                write!(f, "{photo} →{} (set before)", self.of_target())
            }
            Outcome::Planned { picture, .. } => {
                let Picture { side, bytes, .. } = picture;
                let (status, target) = (self.outcome.status(), self.of_target());
                write!(
                    f,
                    "{status:<8} {photo} →{target}, {side}×{side}, {bytes} bytes"
                )
            }
            Outcome::Editable { subject, editing } => {
                self.fmt_editable(f, subject.as_deref(), *editing)
            }
            Outcome::Listed => write!(f, "{}", self.of_target().trim_start()),
            Outcome::Skipped => write!(f, "{photo}: skipped, as --overrides says"),
            Outcome::NotBegun => write!(f, "{photo}: not begun"),
            Outcome::Failed(failure) => {
                if !self.photo.as_os_str().is_empty() {
                    write!(f, "{photo}: ")?;
                }
                if let Some(target) = &self.target {
                    write!(f, "{target}: ")?;
                }
                failure.fmt(f)
            }
        }
    }
}

impl Record {
    /// The target with a space before it, if there is one.
    fn of_target(&self) -> String {
        let target = self.target.as_ref();
        target.map_or_else(String::new, |target| format!(" {target}"))
    }

    fn fmt_set(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} →{}", escape::path(&self.photo), self.of_target())?;
        if let Outcome::Set { path, url, .. } = &self.outcome {
            match (path, url) {
                (Some(path), _) => write!(f, ", {}", escape::path(path))?,
                (None, Some(url)) => write!(f, ", {}", escape::text(url))?,
                (None, None) => {}
            }
        }
        match &self.verified {
            Some(Verified::Proven) => f.write_str(" (verified)")?,
            Some(Verified::Likely { .. }) => f.write_str(" (not seen)")?,
            None => {}
        }
        match self.earlier {
            Some(Earlier::FoundSet) => f.write_str(" (set by an earlier upload)"),
            Some(Earlier::SentAgain) => {
                f.write_str(" (sent again: an earlier upload did not arrive)")
            }
            None => Ok(()),
        }
    }

    fn fmt_editable(
        &self,
        f: &mut fmt::Formatter<'_>,
        subject: Option<&str>,
        editing: Editing,
    ) -> fmt::Result {
        if let Some(target) = &self.target {
            write!(f, "{target}")?;
        }
        if let Some(subject) = subject {
            write!(f, ", {}", escape::text(subject))?;
        }
        f.write_str(match editing {
            Editing::Everyone => ": every member may change the picture",
            Editing::Managers => {
                ": those who manage it may change the picture, the account among them"
            }
            _ => ": unknown who may change the picture",
        })
    }
}
