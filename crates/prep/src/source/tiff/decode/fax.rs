//! Lines of fax (ITU-T T.4 and T.6), as TIFF keeps them: 0 is white.

use fax::maps::{Mode, black, mode, white};
use fax::{BitReader, Bits};

/// How lines are coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// Runs alone, each line from a byte on (TIFF 6.0, section 10).
    Runs,
    /// T.4: lines with a mark between them; whether a line is coded by the one above is told by the bit after it.
    Group3 { two_dimensional: bool },
    /// T.6: each line by the one above.
    Group4,
}

/// What came of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Whole,
    /// Its runs are longer than the line: they are cut at its end.
    TooLong,
    /// It cannot be decoded, and the search for the next one goes on behind its mark.
    Spoilt,
    End,
}

/// A mark is a one behind at least so many zeros (T.4, 4.1.2).
const MARK_ZEROS: u8 = 11;

/// No mark has more zeros before it.
const MAX_FILL: usize = 1 << 16;

/// Decodes line after line.
pub(super) struct Lines {
    bits: BitsOf,
    coding: Coding,
    width: usize,
    /// Where the color changes in the line above and in this one, beginning with white to black.
    above: Vec<usize>,
    line: Vec<usize>,
    /// How many lines had a mark before them, and how many came.
    marked: u32,
    come: u32,
    /// Lines coded by the one above are lost until one comes that is not.
    is_out_of_step: bool,
}

impl Lines {
    pub(super) fn new(bytes: Vec<u8>, coding: Coding, width: usize) -> Self {
        Self {
            bits: BitsOf { bytes, at: 0 },
            coding,
            width,
            above: Vec::new(),
            line: Vec::new(),
            marked: 0,
            come: 0,
            is_out_of_step: false,
        }
    }

    /// Writes the next line, a bit a pixel, if it can be decoded.
    pub(super) fn next_into(&mut self, packed: &mut [u8]) -> Line {
        self.line.clear();
        let line = match self.coding {
            Coding::Runs => {
                self.bits.at = self.bits.at.next_multiple_of(8);
                self.by_runs().map_or(Line::End, |end| self.ending_at(end))
            }
            Coding::Group3 { two_dimensional } => self.group_3(two_dimensional),
            Coding::Group4 => {
                let end = self.by_the_one_above();
                end.map_or(Line::End, |end| self.ending_at(end))
            }
        };
        if matches!(line, Line::Spoilt | Line::End) {
            return line;
        }
        packed.fill(0);
        for black in self.line.chunks(2) {
            let end = black.get(1).map_or(self.width, |&end| end.min(self.width));
            for x in black[0]..end {
                packed[x / 8] |= 0x80 >> (x % 8);
            }
        }
        std::mem::swap(&mut self.above, &mut self.line);
        line
    }

    /// What a line is whose last run ends at pixel `end`.
    fn ending_at(&self, end: usize) -> Line {
        match end == self.width {
            true => Line::Whole,
            false => Line::TooLong,
        }
    }

    /// Decodes a line of T.4. Of one that cannot be decoded the rest is skipped, up to the mark of the next (T.4, 4.1.2).
    fn group_3(&mut self, two_dimensional: bool) -> Line {
        // Where each line had a mark, one without a mark is the rest of the one before.
        if self.marked == self.come && self.come >= 2 && !self.is_at_mark() {
            self.skip_to_mark();
        }
        let start = self.bits.at;
        let Some(by_runs) = self.skip_marks(two_dimensional) else {
            return Line::End;
        };
        self.marked += u32::from(self.bits.at > start);
        self.come += 1;
        let decoded = match by_runs {
            true => self.by_runs(),
            false if self.is_out_of_step => None,
            false => self.by_the_one_above(),
        };
        self.is_out_of_step = decoded.is_none();
        match decoded {
            Some(end) => self.ending_at(end),
            None if self.marked > 0 && self.skip_to_mark() => Line::Spoilt,
            None => Line::End,
        }
    }

    /// Whether the zeros of a mark are next.
    fn is_at_mark(&self) -> bool {
        self.bits.peek(MARK_ZEROS).is_none_or(|zeros| zeros == 0)
    }

    /// Skips what is not the zeros of a mark; whether there are any.
    fn skip_to_mark(&mut self) -> bool {
        while !self.is_at_mark() {
            self.bits.at += 1;
        }
        self.bits.peek(1).is_some()
    }

    /// Skips the mark before a line, with the zeros that fill up to it; tells whether the line is coded by runs alone.
    fn skip_marks(&mut self, two_dimensional: bool) -> Option<bool> {
        let mut by_runs = true;
        loop {
            let start = self.bits.at;
            while self.bits.peek(1)? == 0 {
                self.bits.at += 1;
                if self.bits.at - start > MAX_FILL {
                    return None;
                }
            }
            if self.bits.at - start < usize::from(MARK_ZEROS) {
                // No mark: a line follows at once, as some programs write it.
                self.bits.at = start;
                return Some(by_runs);
            }
            self.bits.at += 1;
            if two_dimensional {
                by_runs = self.bits.peek(1)? == 1;
                self.bits.at += 1;
            }
        }
    }

    /// Decodes a line that is coded by itself; returns where its last run ends.
    fn by_runs(&mut self) -> Option<usize> {
        let mut at = 0;
        let mut is_white = true;
        while at < self.width {
            at += self.run(is_white)?;
            if at < self.width {
                self.line.push(at);
            }
            is_white = !is_white;
        }
        Some(at)
    }

    /// Decodes a line that is coded by the one above; returns where its last run ends.
    ///
    /// T.6, 2.2: *a* are changes in this line, *b* in the one above.
    fn by_the_one_above(&mut self) -> Option<usize> {
        let mut at = 0;
        let mut is_start = true;
        let mut is_white = true;
        let mut next_above = 0;
        while at < self.width {
            // b1 is the first change above that is to the right and to the other color.
            next_above = usize::min(next_above, self.above.len()).saturating_sub(2);
            while self.above.get(next_above).is_some_and(|&change| {
                let is_right = change > at || (is_start && change == 0);
                !is_right || next_above.is_multiple_of(2) != is_white
            }) {
                next_above += 1;
            }
            let change = |index: usize| self.above.get(index).map_or(self.width, |&change| change);
            let (b1, b2) = (change(next_above), change(next_above + 1));
            let start = self.bits.at;
            let mode = mode::decode(&mut self.bits);
            if !matches!(
                mode,
                Some(Mode::Pass | Mode::Vertical(_) | Mode::Horizontal)
            ) {
                self.bits.at = start;
            }
            match mode? {
                Mode::Pass => at = b2,
                Mode::Vertical(shift) => {
                    let a1 = b1.checked_add_signed(isize::from(shift))?;
                    if a1 < at {
                        return None;
                    }
                    self.push(a1);
                    at = a1;
                    is_white = !is_white;
                }
                Mode::Horizontal => {
                    let a1 = at + self.run(is_white)?;
                    let a2 = a1 + self.run(!is_white)?;
                    self.push(a1);
                    self.push(a2);
                    at = a2;
                }
                Mode::Extension | Mode::EOF => return None,
            }
            is_start = false;
        }
        Some(at)
    }

    fn push(&mut self, change: usize) {
        if change < self.width {
            self.line.push(change);
        }
    }

    /// A run: codes for multiples of 64, then one for the rest.
    fn run(&mut self, is_white: bool) -> Option<usize> {
        let mut run = 0;
        loop {
            let start = self.bits.at;
            let part = match is_white {
                true => white::decode(&mut self.bits),
                false => black::decode(&mut self.bits),
            };
            let Some(part) = part else {
                // What is no code may be the mark of the next line.
                self.bits.at = start;
                return None;
            };
            run += usize::from(part);
            if part < 64 {
                return Some(run);
            }
            if run > self.width {
                return None;
            }
        }
    }
}

/// Bits from the highest on; behind the last there are zeros as far as one can look.
struct BitsOf {
    bytes: Vec<u8>,
    at: usize,
}

impl BitReader for BitsOf {
    type Error = ();

    fn peek(&self, bits: u8) -> Option<u16> {
        let end = self.bytes.len() * 8;
        if bits > 16 || self.at >= end {
            return None;
        }
        let window = (0..3).fold(0, |window, index| {
            let byte = self.bytes.get(self.at / 8 + index).copied();
            window << 8 | u32::from(byte.unwrap_or(0))
        });
        let shifted = window << (8 + self.at % 8);
        Some((u64::from(shifted) >> (32 - bits)) as u16)
    }

    fn consume(&mut self, bits: u8) -> Result<(), ()> {
        self.at += usize::from(bits);
        Ok(())
    }

    fn bits_to_byte_boundary(&self) -> u8 {
        ((8 - self.at % 8) % 8) as u8
    }

    fn expect(&mut self, bits: Bits) -> Result<(), Option<Bits>> {
        let found = self.peek(bits.len).ok_or(None)?;
        match found == bits.data {
            true => Ok(()),
            false => Err(Some(Bits {
                data: found,
                len: bits.len,
            })),
        }
    }
}
