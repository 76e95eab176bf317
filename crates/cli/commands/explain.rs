//! `group-picture explain`: what would be made of each photo, and why; nothing is written.

use crate::config::Explain;
use crate::input::overrides::Override;
use crate::interrupt::Interrupt;
use crate::prepare::memory::Memory;
use crate::prepare::preparer::Preparer;
use crate::report::exit_code::ExitCode;
use crate::report::record::{Outcome, Record};
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::Terminal;

/// Makes each picture as `prepare` would, tells of it, and forgets it.
pub(crate) fn run(config: &Explain, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let memory = Memory::of(config.work.memory);
    let mut preparer = Preparer::new(&config.work, &memory);
    let mut picture = Vec::new();
    let mut terminal = Terminal::new(config.output, Items::Explained, config.photos.len());
    for photo in &config.photos {
        if interrupt.is_asked() {
            break;
        }
        let outcome = match preparer.explain(photo, Override::default(), &mut picture) {
            Ok(explanation) => Outcome::Explained(Box::new(explanation)),
            Err(failure) => Outcome::Failed(failure),
        };
        terminal.show(&Record::of_photo(photo.clone(), outcome));
    }
    Ok(terminal.finish())
}
