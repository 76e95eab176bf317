//! Makes a panic one photo's failure.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};

/// A panic in our own code, with its place and message. Report it.
#[derive(Debug)]
pub(crate) struct Bug(pub(crate) String);

thread_local! {
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
    static HEARD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Makes panics inside [`catch_panic`] silent; all others are printed as before.
pub(crate) fn install() {
    let loud = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if IS_CAUGHT.get() {
            HEARD.set(Some(told(info)));
        } else {
            loud(info);
        }
    }));
}

/// Runs `work` and makes an error of its panic.
///
/// Panics that `work` itself catches, such as those of foreign decoders, print nothing.
pub(crate) fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T, Bug> {
    IS_CAUGHT.set(true);
    // The caller drops whatever `work` had in its hands when this returns an error.
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    IS_CAUGHT.set(false);
    result.map_err(|_| Bug(HEARD.take().unwrap_or_default()))
}

fn told(info: &PanicHookInfo<'_>) -> String {
    let message = info.payload_as_str().unwrap_or("no message");
    match info.location() {
        Some(place) => format!("{message} ({}:{})", place.file(), place.line()),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_with_its_message_and_place() {
        install();

        let result: Result<(), Bug> = catch_panic(|| panic!("a row too many"));

        let Err(Bug(told)) = result else {
            panic!("the panic was lost");
        };
        assert!(told.starts_with("a row too many ("), "{told}");
        assert!(!IS_CAUGHT.get());
    }
}
