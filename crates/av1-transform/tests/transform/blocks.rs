//! Blocks and coefficients to test with.

use av1_transform::{Block, Inverse};

/// Sides of blocks.
pub(crate) const SIDES: [usize; 5] = [4, 8, 16, 32, 64];

/// The number that the standard gives to the lossless transform.
pub(crate) const WALSH: u8 = 16;

/// A block with its coefficients, column by column.
#[derive(Clone, Debug)]
pub(crate) struct Coded {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) tx_type: u8,
    pub(crate) bits: u8,
    pub(crate) eob: usize,
    pub(crate) coefficients: Vec<i32>,
}

impl Coded {
    /// Transforms the block in memory that other blocks have used; its coefficients are zero afterwards.
    pub(crate) fn residual(&self, inverse: &mut Inverse) -> Vec<i16> {
        let block = Block::new(self.width, self.height, self.tx_type).expect("a block of AV1");
        if self.bits == 8 {
            let narrow = self.coefficients.iter().map(|&x| x as i16);
            let mut coefficients: Vec<i16> = narrow.collect();
            let residual = inverse
                .transform(block, 8, self.eob, &mut coefficients)
                .to_vec();
            assert!(coefficients.iter().all(|&x| x == 0), "{self:?}");
            return residual;
        }
        let mut coefficients = self.coefficients.clone();
        let residual = inverse
            .transform(block, self.bits, self.eob, &mut coefficients)
            .to_vec();
        assert!(coefficients.iter().all(|&x| x == 0), "{self:?}");
        residual
    }
}

/// A generator of numbers that are the same in each run (xorshift64).
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new() -> Self {
        Self(88_172_645_463_325_252)
    }

    /// Returns a number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }
}

/// Returns `count` blocks of one kind: dense and sparse ones, as flat as in photos and as steep as can be coded.
pub(crate) fn blocks(
    numbers: &mut Numbers,
    (width, height): (usize, usize),
    (tx_type, bits): (u8, u8),
    count: usize,
) -> Vec<Coded> {
    if Block::new(width, height, tx_type).is_none() {
        return Vec::new();
    }
    let (coded_width, coded_height) = (width.min(32), height.min(32));
    let size = coded_width * coded_height;
    let mut scan: Vec<usize> = (0..size).collect();
    if !(10..16).contains(&tx_type) {
        scan.sort_by_key(|place| place / coded_height + place % coded_height);
    }
    let steepest = 1_i32 << (bits + 7);
    let make = |number| {
        let eob = match number % 5 {
            0 => size - 1,
            1 => 0,
            2 => numbers.below(10) as usize,
            _ => numbers.below(size as u64) as usize,
        };
        let amplitude = match numbers.below(8) {
            0 | 1 => steepest,
            2 => 1 << numbers.below(u64::from(bits) + 8),
            3 => steepest / 4,
            4 => 3000,
            5 => 300,
            _ => 60,
        };
        let (is_extreme, sparsity) = (numbers.below(3) == 0, 1 << numbers.below(4));
        let mut coefficients = vec![0; size];
        for &place in &scan[..=eob] {
            if numbers.below(sparsity) > 0 {
                continue;
            }
            let value = match is_extreme {
                true => [-amplitude, amplitude - 1][numbers.below(2) as usize],
                false => numbers.below(2 * amplitude as u64) as i32 - amplitude,
            };
            coefficients[place] = value.clamp(-steepest, steepest - 1);
        }
        Coded {
            width,
            height,
            tx_type,
            bits,
            eob,
            coefficients,
        }
    };
    (0..count).map(make).collect()
}
