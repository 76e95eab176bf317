//! Places where a test may end the program as a power failure would: in builds with debug assertions only.
//!
//! `GROUP_PICTURE_END_AT=journal-synced:7` ends it when it comes to that place for the seventh time. A release build does
//! not look.

#[cfg(debug_assertions)]
use std::sync::{OnceLock, atomic::AtomicU64, atomic::Ordering};

/// Ends the program here, if it is to.
pub(crate) fn at(place: &str) {
    if is_due(place) {
        end();
    }
}

/// Whether the program is to end here.
#[cfg(debug_assertions)]
pub(crate) fn is_due(place: &str) -> bool {
    static WANTED: OnceLock<Option<(String, AtomicU64)>> = OnceLock::new();
    let wanted = WANTED.get_or_init(|| {
        let text = std::env::var("GROUP_PICTURE_END_AT").ok()?;
        let (place, times) = text.split_once(':')?;
        Some((place.to_owned(), AtomicU64::new(times.parse().ok()?)))
    });
    wanted.as_ref().is_some_and(|(wanted, times)| {
        wanted == place && times.fetch_sub(1, Ordering::Relaxed) == 1
    })
}

/// Whether the program is to end here.
#[cfg(not(debug_assertions))]
pub(crate) fn is_due(_place: &str) -> bool {
    false
}

/// Ends the program without tidying anything up.
pub(crate) fn end() -> ! {
    std::process::abort()
}
