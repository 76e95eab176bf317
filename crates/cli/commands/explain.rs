//! `group-picture explain`: what would be made of each photo, and why; nothing is written.

use std::ops::ControlFlow;
use std::path::PathBuf;

use prep::batch::Order;

use crate::commands::below::{Example, below};
use crate::input::overrides::Override;
use crate::interrupt::Interrupt;
use crate::prepare::options::{LimitOptions, PictureOptions};
use crate::prepare::work::Work;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::options::Output;
use crate::report::record::{Outcome, Record};
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::Terminal;

/// Print what would be made of photos, and why: the header, the square and its reason, the scale, the color, the damage
///
/// Each picture is made as `prepare` makes it with the same options. Nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_help = below(EXAMPLES, Help::EXPLAIN))]
pub(crate) struct Explain {
    /// Photos: files, URLs, or - for stdin
    #[arg(required = true, value_name = "PHOTO")]
    pub(crate) photos: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) picture: PictureOptions,

    #[command(flatten)]
    pub(crate) limits: LimitOptions,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &[Example] = &[(
    "Show why the square is where it is",
    "group-picture explain photo.jpg --gravity auto",
)];

/// Makes each picture as `prepare` would, prints what is known of it, and drops it.
pub(crate) fn run(args: &Explain, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let work = Work::new(&args.picture, &args.limits)?;
    let (batch, photos) = (work.batch(interrupt), work.photos(interrupt));
    let mut terminal = Terminal::new(args.output, Items::Explained, args.photos.len());
    let started = batch.order(Order::Input).run(
        &args.photos,
        |worker, photo| photos.explain(worker, photo, Override::default(), &mut Vec::new()),
        |event| {
            if let Some((index, explained)) = terminal.result_of(event, interrupt) {
                let outcome = match explained {
                    Ok(explanation) => Outcome::Explained(Box::new(explanation)),
                    Err(failure) => Outcome::Failed(failure),
                };
                terminal.show(&Record::of_photo(args.photos[index].clone(), outcome));
            }
            ControlFlow::Continue(())
        },
    );
    terminal.note_interrupt(interrupt);
    terminal.note_start(started);
    Ok(terminal.finish())
}
