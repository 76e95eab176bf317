//! The options that suit each messenger.

use std::fmt;
use std::str::FromStr;

use crate::names::{self, ParseError};
use crate::options::Options;

/// A messenger, as a set of options.
///
/// | preset | side | minimum side | maximum quality | maximum bytes |
/// |---|---|---|---|---|
/// | `max` | 640 | 192 | 85 | 300,000 |
/// | `telegram` | 640 | 160 | 85 | 300,000 |
/// | `whatsapp` | 640 | 192 | 85 | 300,000 |
///
/// WhatsApp accepts 192 to about 720 pixels; Telegram accepts 160 and shows up to 640. None of them publishes a limit in
/// bytes, and MAX none in pixels; 300,000 is our choice, which few pictures reach.
///
/// ```
/// use prep::{Pipeline, Preset};
///
/// let preset: Preset = "telegram".parse()?;
/// let pipeline = Pipeline::new(preset.options().quality(90))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Preset {
    /// MAX.
    Max,
    /// Telegram.
    Telegram,
    /// WhatsApp.
    WhatsApp,
}

impl Preset {
    /// Every value.
    pub const ALL: [Self; 3] = [Self::Max, Self::Telegram, Self::WhatsApp];

    /// Returns the name that is also parsed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Max => "max",
            Self::Telegram => "telegram",
            Self::WhatsApp => "whatsapp",
        }
    }

    /// Returns the messenger's options; setters called on them override the preset.
    pub fn options(self) -> Options {
        let options = Options::new().side(640).quality(85).max_bytes(300_000);
        match self {
            Self::Telegram => options.minimum_side(160),
            Self::Max | Self::WhatsApp => options.minimum_side(192),
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Preset {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        names::parse(text, &Self::ALL, &[])
    }
}
