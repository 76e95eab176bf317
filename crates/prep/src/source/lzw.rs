//! LZW as GIF (89a, appendix F) and TIFF (6.0, section 13) have it, unpacked as it is read.
//!
//! The two differ in the order of bits and in when codes become longer. Our own, because with the `weezl` crate it was four fifths of
//! a TIFF's time; here a code is one or a few stores of eight bytes.

use std::io::{self, BufRead, ErrorKind, Read};
use std::marker::PhantomData;

mod bits;
mod dictionary;
#[cfg(test)]
mod tests;

use bits::Bits;
pub(super) use bits::{Gif, Tiff};
use dictionary::{Dictionary, MAX_STRING, SLACK};

/// What distinguishes the LZW of one format from the other's.
pub(super) trait Flavor {
    /// How many codes before a length is used up the next code is one bit longer. TIFF's first encoder was off by one, and
    /// became the standard.
    const EARLY: u16;

    /// Adds bytes behind the bits that are there, as many as have room; returns how many.
    fn refill(bits: &mut Bits, packed: &[u8]) -> usize;

    /// Takes the next `count` bits, which are there.
    fn take(bits: &mut Bits, count: u32) -> u16;
}

/// What `packed` stands for.
pub(super) struct Lzw<R, F> {
    packed: R,
    bits: Bits,
    dictionary: Dictionary,
    /// How long the next code is, in bits.
    length: u32,
    /// The last code; none after a Clear code.
    previous: Option<u16>,
    state: State,
    /// What is unpacked: how much of it was read, and where it ends.
    unpacked: Vec<u8>,
    read: usize,
    end: usize,
    flavor: PhantomData<F>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// There are codes to come.
    Open,
    /// The End code came, or the data ended without one.
    Ended,
    /// A code came that stands for nothing yet.
    Invalid,
}

/// Codes have twelve bits at most.
const MAX_LENGTH: u32 = 12;

/// How many bytes there is room for in what is unpacked.
const UNPACKED: usize = 16 << 10;

/// What unpacking keeps in memory, in bytes.
pub(super) const MEMORY: u64 = (Dictionary::SIZE + UNPACKED) as u64;

impl<R: BufRead, F: Flavor> Lzw<R, F> {
    /// Unpacks symbols of `symbol_bits` bits, 1…8.
    pub(super) fn new(packed: R, symbol_bits: u8) -> Self {
        Self {
            packed,
            bits: Bits::default(),
            dictionary: Dictionary::new(symbol_bits),
            length: u32::from(symbol_bits) + 1,
            previous: None,
            state: State::Open,
            unpacked: vec![0; UNPACKED],
            read: 0,
            end: 0,
            flavor: PhantomData,
        }
    }

    /// Unpacks what the next of the packed bytes stand for.
    fn unpack(&mut self) -> io::Result<()> {
        (self.read, self.end) = (0, 0);
        let packed = self.packed.fill_buf()?;
        let is_last = packed.is_empty();
        let mut used = 0;
        while self.end + MAX_STRING + SLACK <= self.unpacked.len() {
            if self.bits.count() < self.length {
                used += F::refill(&mut self.bits, &packed[used..]);
                if self.bits.count() < self.length {
                    break;
                }
            }
            let code = F::take(&mut self.bits, self.length);
            if code == self.dictionary.clear_code() {
                self.dictionary.clear();
                self.length = self.dictionary.symbol_bits() + 1;
                self.previous = None;
                continue;
            }
            if code == self.dictionary.end_code() {
                self.state = State::Ended;
                break;
            }
            if !self.dictionary.learn(self.previous, code) {
                self.state = State::Invalid;
                break;
            }
            // The first code teaches nothing, and so changes no length, not even where symbols of one bit fill all codes of two.
            let has_learned = self.previous.replace(code).is_some();
            if has_learned && self.dictionary.next_code() + F::EARLY >= 1 << self.length {
                self.length = MAX_LENGTH.min(self.length + 1);
            }
            self.end = self.dictionary.write(code, &mut self.unpacked, self.end);
        }
        self.packed.consume(used);
        if is_last && self.end == 0 && self.state == State::Open {
            self.state = State::Ended;
        }
        Ok(())
    }
}

impl<R: BufRead, F: Flavor> Read for Lzw<R, F> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.read == self.end {
            match self.state {
                State::Open => self.unpack()?,
                State::Ended => return Ok(0),
                State::Invalid => {
                    let error = "an LZW code stands for nothing";
                    return Err(io::Error::new(ErrorKind::InvalidData, error));
                }
            }
        }
        let there = &self.unpacked[self.read..self.end];
        let count = there.len().min(to.len());
        to[..count].copy_from_slice(&there[..count]);
        self.read += count;
        Ok(count)
    }
}
