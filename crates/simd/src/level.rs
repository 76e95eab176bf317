//! Instruction sets as values: detected once, then passed on.

use std::fmt;

/// An instruction set that the running processor has.
///
/// The variants above [`Level::Scalar`] hold a value that only detection can create.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Level {
    /// The baseline of the target.
    Scalar,
    /// AVX2 and what comes with it (x86-64-v3).
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    /// NEON (Advanced SIMD).
    #[cfg(target_arch = "aarch64")]
    Neon(Neon),
}

impl Level {
    /// Returns the best level of the running processor.
    #[must_use]
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = Avx2::detect() {
            return Self::Avx2(avx2);
        }
        #[cfg(target_arch = "aarch64")]
        if let Some(neon) = Neon::detect() {
            return Self::Neon(neon);
        }
        Self::Scalar
    }

    /// Returns all levels of the running processor, [`Level::Scalar`] first.
    pub fn available() -> impl Iterator<Item = Self> {
        let best = Self::detect();
        std::iter::once(Self::Scalar).chain((best != Self::Scalar).then_some(best))
    }
}

impl Default for Level {
    /// Like [`Level::detect`].
    fn default() -> Self {
        Self::detect()
    }
}

impl fmt::Debug for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scalar => "Scalar",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "Avx2",
            #[cfg(target_arch = "aarch64")]
            Self::Neon(_) => "Neon",
        })
    }
}

/// Proof that the processor has AVX2, BMI1, BMI2, FMA, LZCNT, MOVBE and POPCNT (x86-64-v3).
///
/// Only [`Avx2::detect`] creates one.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Avx2(());

#[cfg(target_arch = "x86_64")]
impl Avx2 {
    /// Detects the features; returns `None` if one of them is missing.
    #[must_use]
    pub fn detect() -> Option<Self> {
        let has_all = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("fma")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("movbe")
            && is_x86_feature_detected!("popcnt");
        has_all.then_some(Self(()))
    }
}

/// Proof that the processor has NEON, as every 64-bit ARM processor of a target with an operating system.
///
/// Only [`Neon::detect`] creates one.
#[cfg(target_arch = "aarch64")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Neon(());

#[cfg(target_arch = "aarch64")]
impl Neon {
    /// Detects NEON; returns `None` if it is missing.
    #[must_use]
    pub fn detect() -> Option<Self> {
        std::arch::is_aarch64_feature_detected!("neon").then_some(Self(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scalar_level_is_always_there_and_comes_first() {
        let levels: Vec<_> = Level::available().collect();

        assert_eq!(levels.first(), Some(&Level::Scalar));
        assert_eq!(levels.last(), Some(&Level::detect()));
    }
}
