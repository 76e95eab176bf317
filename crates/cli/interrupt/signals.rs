//! The signals that ask the program to end.

use std::io;

/// Calls `heard`, on a thread of its own, for each SIGINT, SIGTERM and SIGHUP.
///
/// SIGHUP stays ignored if it was when the program started, as under `nohup`.
#[cfg(unix)]
pub(super) fn listen(mut heard: impl FnMut() + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let hangup = (!is_ignored(SIGHUP)).then_some(SIGHUP);
    let mut signals = Signals::new([SIGINT, SIGTERM].into_iter().chain(hangup))?;
    let thread = std::thread::Builder::new().name("signals".to_owned());
    thread.spawn(move || {
        for _ in signals.forever() {
            heard();
        }
    })?;
    Ok(())
}

/// Calls `heard`, on a thread of its own, for each Ctrl-C.
#[cfg(windows)]
pub(super) fn listen(heard: impl FnMut() + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(heard).map_err(io::Error::other)
}

/// Returns whether the program was started with this signal ignored. Only Linux tells without unsafe code.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status");
    status.is_ok_and(|status| ignores(&status, signal))
}

/// Reads the line of `/proc/PID/status` that has a bit for each ignored signal, the lowest for signal 1:
///
/// ```text
/// SigIgn: 0000000000001001
/// ```
#[cfg(unix)]
fn ignores(status: &str, signal: i32) -> bool {
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn ignored_signals_are_read_from_the_status_of_a_process() {
        let status =
            "Name:\tsh\nSigBlk:\tffffffffffffffff\nSigIgn:\t0000000000001001\nSigCgt:\t0\n";

        for (signal, expected) in [(1, true), (2, false), (13, true), (15, false), (64, false)] {
            assert_eq!(ignores(status, signal), expected, "{signal}");
        }
        for text in ["", "SigIgn:\n", "SigIgn:\tx\n"] {
            assert!(!ignores(text, 1), "{text:?}");
        }
    }
}
