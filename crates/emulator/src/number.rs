//! The numbers of a script that have bounds or a unit, and its bytes.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;

/// A share from 0 to 1; all by default.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
pub(crate) struct Chance(f64);

impl Chance {
    pub(crate) fn clamped(share: f64) -> Self {
        // NaN takes nothing.
        Self(if share.is_nan() {
            0.0
        } else {
            share.clamp(0.0, 1.0)
        })
    }

    /// Returns whether a draw, evenly distributed from 0 up to but not including 1, is within the share.
    pub(crate) fn takes(self, draw: f64) -> bool {
        draw < self.0
    }
}

impl Default for Chance {
    fn default() -> Self {
        Self(1.0)
    }
}

impl TryFrom<f64> for Chance {
    type Error = &'static str;

    fn try_from(share: f64) -> Result<Self, Self::Error> {
        if (0.0..=1.0).contains(&share) {
            Ok(Self(share))
        } else {
            Err("a chance must be a number from 0 to 1")
        }
    }
}

/// A share of a body or head from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u8")]
pub(crate) struct Percent(u8);

impl Percent {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ALL: Self = Self(100);

    pub(crate) fn clamped(percent: u8) -> Self {
        Self(percent.min(100))
    }

    /// Returns this share of a length, rounded down.
    pub(crate) fn of(self, length: u64) -> u64 {
        (u128::from(length) * u128::from(self.0) / 100) as u64
    }
}

impl TryFrom<u8> for Percent {
    type Error = &'static str;

    fn try_from(percent: u8) -> Result<Self, Self::Error> {
        if percent <= 100 {
            Ok(Self(percent))
        } else {
            Err("a share must be a number of per cent from 0 to 100")
        }
    }
}

/// A final HTTP status, from 200 to 999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u16")]
pub(crate) struct Status(u16);

impl Status {
    pub(crate) fn clamped(status: u16) -> Self {
        Self(status.clamp(200, 999))
    }

    pub(crate) fn value(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for Status {
    type Error = &'static str;

    fn try_from(status: u16) -> Result<Self, Self::Error> {
        if (200..=999).contains(&status) {
            Ok(Self(status))
        } else {
            Err("a status must be a number from 200 to 999")
        }
    }
}

/// A time that a file gives in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "u64")]
pub(crate) struct Millis(pub(crate) Duration);

impl From<u64> for Millis {
    fn from(millis: u64) -> Self {
        Self(Duration::from_millis(millis))
    }
}

/// Bytes, written in base64 (RFC 4648, 4).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Base64(pub(crate) Bytes);

impl TryFrom<String> for Base64 {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let bytes = STANDARD.decode(text);
        bytes
            .map(|bytes| Self(bytes.into()))
            .map_err(|error| format!("not base64: {error}"))
    }
}
