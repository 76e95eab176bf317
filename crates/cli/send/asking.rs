//! Asks about an account and its groups: several at once, and again after a transient failure.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use upload::blocking::Client;
use upload::{Error, RetryClass, RetryConfig};

use crate::interrupt::Interrupt;
use crate::report::failure::Failure;
use crate::report::record::Record;
use crate::report::terminal::Terminal;

/// Asks about each item until all are asked about or the program is asked to end, and shows what came of it.
///
/// The items of one list are not waited for by those of another.
pub(crate) fn ask_all<T: Sync>(
    lists: &[&[T]],
    ask: impl Fn(&T) -> Record + Sync,
    terminal: &mut Terminal,
    interrupt: &Interrupt,
) {
    let (teller, told) = channel();
    thread::scope(|scope| {
        for items in lists {
            let taken = Arc::new(AtomicUsize::new(0));
            for _ in 0..AT_ONCE.min(items.len()) {
                let (teller, taken, ask) = (teller.clone(), Arc::clone(&taken), &ask);
                scope.spawn(move || {
                    while !interrupt.is_asked()
                        && let Some(item) = items.get(taken.fetch_add(1, Ordering::Relaxed))
                        && teller.send(ask(item).into()).is_ok()
                    {}
                });
            }
        }
        drop(teller);
        terminal.follow(&told, interrupt);
    });
}

/// Reads the account's own ids; without them, a note says what is unknown.
pub(crate) fn own_account(
    client: &Client,
    retries: &RetryConfig,
    interrupt: &Interrupt,
    terminal: &Terminal,
) -> Option<upload::Account> {
    match patiently(retries, interrupt, || client.account()) {
        Ok(account) => Some(account),
        Err(failure) => {
            terminal.note(format_args!(
                "the account's own id cannot be read, so only an invite link shows whether it manages a group: {failure}"
            ));
            None
        }
    }
}

/// Asks again after a transient failure, a few times, unless the program is asked to end.
pub(crate) fn patiently<T>(
    retries: &RetryConfig,
    interrupt: &Interrupt,
    ask: impl Fn() -> Result<T, Error>,
) -> Result<T, Failure> {
    let mut asked = 0;
    loop {
        asked += 1;
        let error = match ask() {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let class = error.kind().policy().retry;
        let retry = retries.of(class);
        if class == RetryClass::Never || asked > retry.max_retries.min(MAX_RETRIES) {
            return Err(error.into());
        }
        if interrupt.comes_within(retry.initial_backoff * asked) {
            return Err(error.into());
        }
    }
}

/// How many items of a list are asked about at once; the session paces them.
const AT_ONCE: usize = 8;

/// How many times the same is asked again.
const MAX_RETRIES: u32 = 3;
