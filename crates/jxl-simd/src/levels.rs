//! The highest instruction set that may be used, so that a test can have all of them decode the same photo.

use std::sync::atomic::{AtomicU8, Ordering};

/// The instruction sets, the lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// One value at a time.
    Scalar,
    /// SSE4.2, or NEON.
    Lanes4,
    /// AVX2.
    Lanes8,
}

static HIGHEST: AtomicU8 = AtomicU8::new(Level::Lanes8 as u8);

/// Has all decoders of this process use no instruction set above `level` from now on. Samples are the same at all levels.
pub fn set_highest(level: Level) {
    HIGHEST.store(level as u8, Ordering::Relaxed);
}

#[doc(hidden)]
pub fn allows(level: Level) -> bool {
    level as u8 <= HIGHEST.load(Ordering::Relaxed)
}
