//! `group-picture emulator`: a GREEN-API instance on this machine, for people.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use ::emulator::{Emulator, Script};

use crate::config;
use crate::interrupt::Interrupt;
use crate::report::escape;
use crate::report::exit_code::ExitCode;
use crate::report::refusal::Refusal;

/// Runs the emulator until it is interrupted, which is its regular end.
pub(crate) fn run(config: &config::Emulator, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let emulator = start(config)?;
    // Whoever closes stdout has read what they wanted.
    let _ = tell(&emulator);
    interrupt.wait();
    Ok(ExitCode::Done)
}

fn start(config: &config::Emulator) -> Result<Emulator, Refusal> {
    let mut emulated = ::emulator::Config::new().listen(config.listen);
    if let Some(rate) = config.rate {
        emulated = emulated.rate(rate);
    }
    if let Some(folder) = &config.pictures {
        fs::create_dir_all(folder).map_err(|error| refused(folder, error))?;
        emulated = emulated.folder(folder);
    }
    if let Some(path) = &config.script {
        let text = fs::read_to_string(path).map_err(|error| refused(path, error))?;
        let script: Script = text.parse().map_err(|error| refused(path, error))?;
        emulated = emulated.script(script);
    }
    Emulator::start(emulated)
        .map_err(|error| Refusal::usage(format!("the emulator cannot be started: {error}")))
}

/// The lines that make a shell's `group-picture` talk to this emulator.
fn tell(emulator: &Emulator) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "export GREEN_API_URL={}", emulator.url())?;
    writeln!(
        stdout,
        "export GREEN_API_ID_INSTANCE={}",
        ::emulator::Config::INSTANCE
    )?;
    writeln!(
        stdout,
        "export GREEN_API_TOKEN={}",
        ::emulator::Config::TOKEN
    )?;
    stdout.flush()
}

fn refused(path: &Path, error: impl std::error::Error) -> Refusal {
    Refusal::usage(format!("{}: {error}", escape::path(path)))
}
