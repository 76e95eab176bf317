//! `group-picture`: any photo in, the group's avatar set.
//!
//! Flags become a config, folders become photos, photos become pictures, failures become a summary.

mod args;
mod commands;
mod config;
mod digest;
mod input;
mod interrupt;
mod panics;
mod prepare;
mod report;
mod send;
mod steps;

use std::io::{self, Write};

use clap::Parser;

use crate::args::{Args, Command};
use crate::interrupt::Interrupt;
use crate::report::exit_code::ExitCode;
use crate::report::refusal::Refusal;

fn main() -> std::process::ExitCode {
    panics::install();
    run().into()
}

fn run() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // With the output closed there is nobody to tell.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::Usage
            } else {
                ExitCode::Done
            };
        }
    };
    if let Some(log) = args.command.log() {
        report::log::install(log);
    }
    match dispatch(args.command) {
        Ok(code) => code,
        Err(refusal) => {
            let _ = write!(io::stderr(), "{refusal}");
            refusal.code
        }
    }
}

fn dispatch(command: Command) -> Result<ExitCode, Refusal> {
    let interrupt = Interrupt::listen()?;
    match command {
        Command::Prepare(args) => commands::prepare::run(&args.into(), &interrupt),
        Command::Merge(args) => commands::merge::run(&args.into()),
        Command::Set(args) => commands::set::run(args.try_into()?, &interrupt),
        Command::Check(args) => commands::check::run(&args.try_into()?, &interrupt),
        Command::Batch(args) => commands::batch::run(&args.try_into()?, &interrupt),
        Command::Preview(args) => commands::preview::run(&args.into(), &interrupt),
        Command::Explain(args) => commands::explain::run(&args.into(), &interrupt),
        Command::Emulator(args) => commands::emulator::run(&args.into(), &interrupt),
    }
}
