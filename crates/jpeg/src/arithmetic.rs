//! Arithmetic coding: binary decisions, each with its own probability estimate (T.81, annex D), and the values that are
//! binarized by them (T.81, F.1.4).

mod states;

use states::STATES;

/// The probability estimate of a decision: a state, and in the lowest bit the more probable symbol (T.81, D.1.3).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Estimate(u8);

impl Estimate {
    /// Both symbols are equally probable; never adapts.
    pub(crate) const EVEN: Self = Self((STATES.len() as u8 - 1) << 1);
}

/// The estimates of each table's decisions (T.81, tables F.4 and F.5).
#[derive(Clone, Debug)]
pub(crate) struct Statistics {
    pub(crate) dc: [[Estimate; 49]; 4],
    pub(crate) ac: [[Estimate; 245]; 4],
}

impl Default for Statistics {
    fn default() -> Self {
        Self {
            dc: [[Estimate::default(); 49]; 4],
            ac: [[Estimate::default(); 245]; 4],
        }
    }
}

/// The registers of a decoder (T.81, D.2.2).
///
/// ```text
/// code      ┌──────── Cx ────────┬────── Clow ──────┐
///           31                 16 15       8 7      0   the next byte comes in at bits 8 to 15
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct Registers {
    code: u32,
    interval: u32,
    /// How many bits of the last byte are not shifted into Cx yet (CT).
    shifts: u32,
}

/// Decodes decisions. Past the end it reads zeros, because writers may omit those (T.81, D.1.8).
pub(crate) struct Decoder<'a> {
    bytes: &'a [u8],
    /// The next byte.
    pub(crate) position: usize,
    pub(crate) registers: Registers,
    /// How many bytes were read beyond the end.
    pub(crate) missing: usize,
}

impl<'a> Decoder<'a> {
    /// Continues with another decoder's registers, or initializes them (T.81, D.2.1).
    pub(crate) fn new(bytes: &'a [u8], position: usize, registers: Option<Registers>) -> Self {
        let begin = Registers {
            code: 0,
            interval: 1 << 16,
            shifts: 0,
        };
        let mut decisions = Self {
            bytes,
            position,
            registers: registers.unwrap_or(begin),
            missing: 0,
        };
        if registers.is_none() {
            decisions.registers.code = decisions.byte() << 24 | decisions.byte() << 16;
        }
        decisions
    }

    fn byte(&mut self) -> u32 {
        let byte = self.bytes.get(self.position);
        self.position += usize::from(byte.is_some());
        self.missing += usize::from(byte.is_none());
        byte.map_or(0, |&byte| byte.into())
    }

    /// Decodes one decision (T.81, D.2.3 to D.2.5).
    #[inline(always)]
    pub(crate) fn decide(&mut self, estimate: &mut Estimate) -> bool {
        let state = &STATES[usize::from(estimate.0 >> 1)];
        let likely = estimate.0 & 1;
        let Registers { code, interval, .. } = &mut self.registers;
        let size = u32::from(state.size);
        *interval -= size;
        // If the interval of the less probable symbol has become the larger one, the two are exchanged.
        let is_likely = if *code >> 16 < *interval {
            if *interval >= 0x8000 {
                return likely == 1;
            }
            *interval >= size
        } else {
            let is_exchanged = *interval < size;
            *code -= *interval << 16;
            *interval = size;
            is_exchanged
        };
        *estimate = match is_likely {
            true => Estimate(state.more << 1 | likely),
            false => Estimate(state.less << 1 | (likely ^ u8::from(state.turns))),
        };
        self.renormalize();
        is_likely == (likely == 1)
    }

    fn renormalize(&mut self) {
        while self.registers.interval < 0x8000 {
            if self.registers.shifts == 0 {
                self.registers.code += self.byte() << 8;
                self.registers.shifts = 8;
            }
            self.registers.interval <<= 1;
            self.registers.code <<= 1;
            self.registers.shifts -= 1;
        }
    }

    /// Reads a DC difference; returns `None` if it is larger than any can be (T.81, F.1.4.1, F.1.4.4.1).
    ///
    /// `context` says how large the last one was, `bounds` what counts as small and as large.
    pub(crate) fn difference(
        &mut self,
        estimates: &mut [Estimate; 49],
        context: &mut usize,
        bounds: (u8, u8),
    ) -> Option<i32> {
        let at = *context;
        *context = 0;
        if !self.decide(&mut estimates[at]) {
            return Some(0);
        }
        let is_negative = self.decide(&mut estimates[at + 1]);
        let is_large = self.decide(&mut estimates[at + 2 + usize::from(is_negative)]);
        let (power, rest) = match is_large {
            true => self.magnitude(estimates, FIRST_DC_CATEGORY, 1)?,
            false => (0, 0),
        };
        let sign = 4 * usize::from(is_negative);
        *context = match power {
            power if power < 1 << bounds.0 >> 1 => 0,
            power if power > 1 << bounds.1 >> 1 => 12 + sign,
            _ => 4 + sign,
        };
        Some(signed(rest + 1, is_negative))
    }

    /// Reads the AC coefficients from `first` to `last` and calls `put` with the zigzag index of each; returns whether they are valid (T.81,
    /// F.1.4.2, F.1.4.4.2).
    #[inline(always)]
    pub(crate) fn band(
        &mut self,
        estimates: &mut [Estimate; 245],
        (first, last): (usize, usize),
        bound: u8,
        mut put: impl FnMut(usize, i32),
    ) -> bool {
        let mut index = first;
        while index <= last {
            if self.decide(&mut estimates[3 * (index - 1)]) {
                return true;
            }
            while !self.decide(&mut estimates[3 * (index - 1) + 1]) {
                index += 1;
                if index > last {
                    return false;
                }
            }
            let Some(value) = self.coefficient(estimates, index, bound) else {
                return false;
            };
            put(index, value);
            index += 1;
        }
        true
    }

    /// Reads a coefficient that is not zero.
    fn coefficient(
        &mut self,
        estimates: &mut [Estimate; 245],
        index: usize,
        bound: u8,
    ) -> Option<i32> {
        let is_negative = self.decide(&mut Estimate::EVEN.clone());
        let at = 3 * (index - 1) + 2;
        let first_category = match index <= usize::from(bound) {
            true => FIRST_LOW_CATEGORY,
            false => FIRST_HIGH_CATEGORY,
        };
        let rest = if !self.decide(&mut estimates[at]) {
            0
        } else if !self.decide(&mut estimates[at]) {
            1
        } else {
            self.magnitude(estimates, first_category, 2)?.1
        };
        Some(signed(rest + 1, is_negative))
    }

    /// Reads a magnitude of at least `power`; returns its highest power of two, and itself (T.81, F.1.4.3).
    fn magnitude(
        &mut self,
        estimates: &mut [Estimate],
        mut at: usize,
        mut power: i32,
    ) -> Option<(i32, i32)> {
        while self.decide(&mut estimates[at]) {
            power <<= 1;
            if power == 1 << 15 {
                return None;
            }
            at += 1;
        }
        let (mut magnitude, mut bit) = (power, power >> 1);
        while bit > 0 {
            if self.decide(&mut estimates[at + BITS_AFTER_CATEGORY]) {
                magnitude |= bit;
            }
            bit >>= 1;
        }
        Some((power, magnitude))
    }
}

fn signed(magnitude: i32, is_negative: bool) -> i32 {
    if is_negative { -magnitude } else { magnitude }
}

/// Where the estimates of categories begin: X1 of DC, X2 of AC up to the bound and beyond it (T.81, tables F.4 and F.5).
const FIRST_DC_CATEGORY: usize = 20;
const FIRST_LOW_CATEGORY: usize = 189;
const FIRST_HIGH_CATEGORY: usize = 217;

/// From a category's estimate to that of the bits below it.
const BITS_AFTER_CATEGORY: usize = 14;
