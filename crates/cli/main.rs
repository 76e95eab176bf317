//! `group-picture`: any photo in, the group's avatar set.
//!
//! Flags become a config, folders become photos, photos become pictures, failures become a summary.

mod account;
mod args;
mod batch;
mod bounds;
mod check;
mod config;
mod credentials;
mod digest;
mod dry_run;
mod emulator;
mod escape;
mod exit_code;
mod explain;
mod explanation;
mod failure;
mod groups;
mod identity;
mod interrupt;
mod journal;
mod likeness;
mod log;
mod memory;
mod merge;
mod names;
mod output;
mod overrides;
mod panics;
mod plan;
mod preparation;
mod prepare;
mod preparer;
mod preview;
mod queue;
mod record;
mod refusal;
mod report;
mod sending;
mod set;
mod shard;
mod steps;
mod summary;
mod table;
mod terminal;
mod uploader;
mod verify;
mod walk;

use std::io::{self, Write};

use clap::Parser;

use crate::args::{Args, Command};
use crate::exit_code::ExitCode;
use crate::interrupt::Interrupt;
use crate::refusal::Refusal;

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
        log::install(log);
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
        Command::Prepare(args) => prepare::run(&args.into(), &interrupt),
        Command::Merge(args) => merge::run(&args.into()),
        Command::Set(args) => set::run(args.try_into()?, &interrupt),
        Command::Check(args) => check::run(&args.try_into()?, &interrupt),
        Command::Batch(args) => batch::run(&args.try_into()?, &interrupt),
        Command::Preview(args) => preview::run(&args.into(), &interrupt),
        Command::Explain(args) => explain::run(&args.into(), &interrupt),
        Command::Emulator(args) => emulator::run(&args.into(), &interrupt),
    }
}
