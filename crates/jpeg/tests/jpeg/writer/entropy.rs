//! From coefficients to symbols, and from symbols to bytes (T.81, F.1.2, G.1.2).

use super::tables::Tables;
use super::{Photo, Process, Scan};

/// What a scan consists of.
#[derive(Clone, Copy)]
pub(super) enum Token {
    Symbol { class: u8, slot: u8, symbol: u8 },
    Bits { bits: u32, count: u32 },
    Restart { number: u8 },
}

/// The tokens of a scan.
pub(super) fn tokens(photo: &Photo, scan: &Scan) -> Vec<Token> {
    let mut writer = Writer::default();
    let mut predictors = [0; 4];
    for (number, mcu) in photo.mcus(scan).iter().enumerate() {
        if scan.restart > 0 && number > 0 && number % scan.restart == 0 {
            writer.end_run();
            let number = ((number / scan.restart - 1) % 8) as u8;
            writer.tokens.push(Token::Restart { number });
            predictors = [0; 4];
        }
        for &(index, block) in mcu {
            let place = scan.components.iter().position(|&other| other == index);
            writer.slots = scan.slots[place.unwrap()];
            let block = &photo.components[index].blocks[block];
            let (high, low) = scan.approximation;
            if scan.spectral.0 == 0 {
                if high > 0 {
                    writer.bit(block[0] >> low & 1 == 1);
                } else {
                    let value = i32::from(block[0] >> low);
                    writer.value(0, 0, value - predictors[index]);
                    predictors[index] = value;
                }
            }
            match (photo.process, high) {
                (Process::Progressive, _) if scan.spectral.0 == 0 => {}
                (Process::Progressive, 0) => writer.first(block, scan.spectral, low),
                (Process::Progressive, _) => writer.refine(block, scan.spectral, low),
                _ => writer.sequential(block),
            }
        }
    }
    writer.end_run();
    writer.tokens
}

/// Turns tokens into bytes.
pub(super) fn write(tokens: &[Token], tables: &Tables, has_fill: bool, out: &mut Vec<u8>) {
    let mut bits = Bits {
        out,
        pending: Vec::new(),
    };
    for &token in tokens {
        match token {
            Token::Symbol {
                class,
                slot,
                symbol,
            } => {
                let (code, length) = tables[&(class, slot)].code(symbol);
                bits.put(code, length);
            }
            Token::Bits { bits: value, count } => bits.put(value, count),
            Token::Restart { number } => {
                bits.flush();
                if has_fill {
                    bits.out.extend([0xff; 3]);
                }
                bits.out.extend([0xff, 0xd0 + number]);
            }
        }
    }
    bits.flush();
}

struct Bits<'a> {
    out: &'a mut Vec<u8>,
    pending: Vec<bool>,
}

impl Bits<'_> {
    fn put(&mut self, bits: u32, count: u32) {
        self.pending
            .extend((0..count).rev().map(|place| bits >> place & 1 == 1));
    }

    fn flush(&mut self) {
        while !self.pending.len().is_multiple_of(8) {
            self.pending.push(true);
        }
        for bits in self.pending.chunks(8) {
            let byte = bits.iter().fold(0, |byte, &bit| byte << 1 | u8::from(bit));
            self.out.push(byte);
            if byte == 0xff {
                self.out.push(0);
            }
        }
        self.pending.clear();
    }
}

#[derive(Default)]
struct Writer {
    tokens: Vec<Token>,
    /// DC and AC table of the block at hand.
    slots: (u8, u8),
    run: u32,
    /// Correction bits of the blocks in the run.
    corrections: Vec<bool>,
}

impl Writer {
    fn symbol(&mut self, class: u8, symbol: u8) {
        let slot = if class == 0 {
            self.slots.0
        } else {
            self.slots.1
        };
        self.tokens.push(Token::Symbol {
            class,
            slot,
            symbol,
        });
    }

    fn bit(&mut self, bit: bool) {
        let bits = u32::from(bit);
        self.tokens.push(Token::Bits { bits, count: 1 });
    }

    fn bits(&mut self, bits: &mut Vec<bool>) {
        for bit in bits.drain(..) {
            self.bit(bit);
        }
    }

    /// A symbol of run and size, then the value's bits.
    fn value(&mut self, class: u8, run: usize, value: i32) {
        let count = 32 - value.unsigned_abs().leading_zeros();
        self.symbol(class, (run << 4) as u8 | count as u8);
        let bits = if value < 0 { value - 1 } else { value };
        let bits = bits as u32 & ((1 << count) - 1);
        self.tokens.push(Token::Bits { bits, count });
    }

    fn sequential(&mut self, block: &[i16; 64]) {
        let mut run = 0;
        for &coefficient in &block[1..] {
            if coefficient == 0 {
                run += 1;
                continue;
            }
            while run > 15 {
                self.symbol(1, 0xf0);
                run -= 16;
            }
            self.value(1, run, coefficient.into());
            run = 0;
        }
        if run > 0 {
            self.symbol(1, 0);
        }
    }

    fn first(&mut self, block: &[i16; 64], band: (usize, usize), low: u32) {
        let mut run = 0;
        for &coefficient in &block[band.0..=band.1] {
            // Towards zero.
            let value = i32::from(coefficient) / (1 << low);
            if value == 0 {
                run += 1;
                continue;
            }
            self.end_run();
            while run > 15 {
                self.symbol(1, 0xf0);
                run -= 16;
            }
            self.value(1, run, value);
            run = 0;
        }
        if run > 0 {
            self.run += 1;
            if self.run == 0x7fff {
                self.end_run();
            }
        }
    }

    fn refine(&mut self, block: &[i16; 64], band: (usize, usize), low: u32) {
        let size = |index: usize| u32::from(block[index].unsigned_abs()) >> low;
        let last_new = (band.0..=band.1).rev().find(|&index| size(index) == 1);
        let (mut run, mut corrections) = (0, Vec::new());
        let in_band = block.iter().enumerate().take(band.1 + 1).skip(band.0);
        for (index, coefficient) in in_band {
            match size(index) {
                0 => run += 1,
                1 => {
                    self.end_run();
                    self.symbol(1, (run << 4) as u8 | 1);
                    self.bit(*coefficient > 0);
                    self.bits(&mut corrections);
                    run = 0;
                }
                size => corrections.push(size & 1 == 1),
            }
            if run == 16 && last_new.is_some_and(|last| last > index) {
                self.end_run();
                self.symbol(1, 0xf0);
                self.bits(&mut corrections);
                run = 0;
            }
        }
        if run > 0 || !corrections.is_empty() {
            self.run += 1;
            self.corrections.append(&mut corrections);
            if self.run == 0x7fff || self.corrections.len() > 900 {
                self.end_run();
            }
        }
    }

    fn end_run(&mut self) {
        if self.run > 0 {
            let count = self.run.ilog2();
            self.symbol(1, (count << 4) as u8);
            let bits = self.run - (1 << count);
            self.tokens.push(Token::Bits { bits, count });
            let mut corrections = std::mem::take(&mut self.corrections);
            self.bits(&mut corrections);
            self.run = 0;
        }
    }
}
