//! `group-picture`: any photo in, the group's avatar set.
//!
//! `main` → [`commands::run`] → exit code.

mod commands;
mod crash_points;
mod digest;
mod identity;
mod input;
mod interrupt;
mod output;
mod panics;
mod prepare;
mod profile_name;
mod report;
mod send;
mod target;
mod units;

fn main() -> std::process::ExitCode {
    panics::install();
    commands::run().into()
}
