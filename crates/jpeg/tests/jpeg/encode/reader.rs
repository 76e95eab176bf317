//! A decoder by the letter of T.81, slow and without regard for damage: the judge of what the encoder writes.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a file holds.
pub(crate) struct File {
    /// All markers in their order, without the 0xFF.
    pub(crate) markers: Vec<u8>,
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) components: Vec<Component>,
    /// The quantization tables, row by row.
    pub(crate) quantization: HashMap<u8, [u16; 64]>,
}

pub(crate) struct Component {
    pub(crate) h: usize,
    pub(crate) v: usize,
    table: u8,
    /// Samples.
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Blocks with samples.
    pub(crate) across: usize,
    pub(crate) down: usize,
    /// Blocks from row to row: as many as whole MCUs have.
    pub(crate) stride: usize,
    /// Quantized coefficients, row by row.
    pub(crate) blocks: Vec<[i32; 64]>,
}

impl File {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut file = Self {
            markers: Vec::new(),
            width: 0,
            height: 0,
            components: Vec::new(),
            quantization: HashMap::new(),
        };
        let mut huffman = HashMap::new();
        let mut at = 0;
        while at < bytes.len() {
            assert_eq!(bytes[at], 0xff, "a marker at {at}");
            let marker = bytes[at + 1];
            file.markers.push(marker);
            at += 2;
            if matches!(marker, 0xd8 | 0xd9) {
                continue;
            }
            let length = usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]));
            let body = &bytes[at + 2..at + length];
            at += length;
            match marker {
                0xe0 => assert_eq!(body, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
                0xdb => file.read_quantization(body),
                0xc0 | 0xc2 => file.read_frame(body),
                0xc4 => read_huffman(body, &mut huffman),
                0xda => {
                    let mut bits = Bits::new(&bytes[at..]);
                    file.read_scan(body, &huffman, &mut bits);
                    at += bits.consumed();
                }
                _ => panic!("marker {marker:02x}"),
            }
        }
        file
    }

    fn read_quantization(&mut self, mut body: &[u8]) {
        while let [number, rest @ ..] = body {
            assert!(*number < 4, "8-bit tables only");
            let mut table = [0; 64];
            for (&(row, column), &step) in ZIGZAG.iter().zip(&rest[..64]) {
                table[8 * row + column] = u16::from(step);
            }
            self.quantization.insert(*number, table);
            body = &rest[64..];
        }
    }

    fn read_frame(&mut self, body: &[u8]) {
        assert_eq!(body[0], 8);
        self.height = usize::from(body[1]) * 256 + usize::from(body[2]);
        self.width = usize::from(body[3]) * 256 + usize::from(body[4]);
        let factors: Vec<_> = body[6..]
            .chunks_exact(3)
            .map(|c| (usize::from(c[1] >> 4), usize::from(c[1] & 15)))
            .collect();
        let (h_max, v_max) = (
            factors.iter().fold(1, |most, f| most.max(f.0)),
            factors.iter().fold(1, |most, f| most.max(f.1)),
        );
        let (mcus_across, mcus_down) = (
            self.width.div_ceil(8 * h_max),
            self.height.div_ceil(8 * v_max),
        );
        for (index, (&(h, v), description)) in
            factors.iter().zip(body[6..].chunks_exact(3)).enumerate()
        {
            assert_eq!(usize::from(description[0]), index + 1);
            let (width, height) = (
                (self.width * h).div_ceil(h_max),
                (self.height * v).div_ceil(v_max),
            );
            self.components.push(Component {
                h,
                v,
                table: description[2],
                width,
                height,
                across: width.div_ceil(8),
                down: height.div_ceil(8),
                stride: mcus_across * h,
                blocks: vec![[0; 64]; mcus_across * h * mcus_down * v],
            });
        }
    }

    fn read_scan(&mut self, body: &[u8], huffman: &HashMap<u8, Codes>, bits: &mut Bits) {
        let count = usize::from(body[0]);
        let chosen: Vec<(usize, u8, u8)> = body[1..]
            .chunks_exact(2)
            .take(count)
            .map(|c| (usize::from(c[0]) - 1, c[1] >> 4, c[1] & 15))
            .collect();
        let [first, last, approximation] = body[1 + 2 * count..] else {
            panic!("a scan header's end")
        };
        let mut state = Scan {
            band: usize::from(first)..=usize::from(last),
            high: approximation >> 4,
            low: approximation & 15,
            predictors: [0; 4],
            run: 0,
        };
        let empty = Codes::new();
        let codes = |class: u8, number: u8| huffman.get(&(class << 4 | number)).unwrap_or(&empty);

        if let [(index, dc, ac)] = chosen[..] {
            let Component {
                across,
                down,
                stride,
                ..
            } = self.components[index];
            for (row, column) in
                (0..down).flat_map(|row| (0..across).map(move |column| (row, column)))
            {
                let block = &mut self.components[index].blocks[row * stride + column];
                state.read_block(block, index, codes(0, dc), codes(1, ac), bits);
            }
            return;
        }
        let (luma, down) = (
            &self.components[0],
            self.components[0].blocks.len() / self.components[0].stride,
        );
        let (mcus_across, mcus_down) = (luma.stride / luma.h, down / luma.v);
        for mcu in 0..mcus_across * mcus_down {
            for &(index, dc, ac) in &chosen {
                let Component {
                    h,
                    v,
                    stride,
                    ref mut blocks,
                    ..
                } = self.components[index];
                for inner in 0..h * v {
                    let (row, column) = (
                        mcu / mcus_across * v + inner / h,
                        mcu % mcus_across * h + inner % h,
                    );
                    state.read_block(
                        &mut blocks[row * stride + column],
                        index,
                        codes(0, dc),
                        codes(1, ac),
                        bits,
                    );
                }
            }
        }
    }

    /// The samples of a component.
    pub(crate) fn plane(&self, index: usize) -> Vec<u8> {
        let component = &self.components[index];
        let steps = &self.quantization[&component.table];
        let wave: [[f64; 8]; 8] = std::array::from_fn(|x| {
            std::array::from_fn(|u| {
                let scale = if u == 0 { 0.5f64.sqrt() } else { 1.0 };
                scale / 2.0 * ((2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / 16.0).cos()
            })
        });
        let mut plane = vec![0; component.width * component.height];
        for row in 0..component.down {
            for column in 0..component.across {
                let block = &component.blocks[row * component.stride + column];
                let block: [f64; 64] =
                    std::array::from_fn(|i| f64::from(block[i] * i32::from(steps[i])));
                let halfway: [[f64; 8]; 8] = std::array::from_fn(|v| {
                    std::array::from_fn(|x| (0..8).map(|u| block[8 * v + u] * wave[x][u]).sum())
                });
                for y in 0..8.min(component.height - 8 * row) {
                    for x in 0..8.min(component.width - 8 * column) {
                        let sample: f64 = (0..8).map(|v| halfway[v][x] * wave[y][v]).sum();
                        plane[(8 * row + y) * component.width + 8 * column + x] =
                            (sample + 128.0).round().clamp(0.0, 255.0) as u8;
                    }
                }
            }
        }
        plane
    }
}

struct Scan {
    band: std::ops::RangeInclusive<usize>,
    high: u8,
    low: u8,
    predictors: [i32; 4],
    /// Blocks still to come that have nothing further.
    run: u32,
}

impl Scan {
    fn read_block(
        &mut self,
        block: &mut [i32; 64],
        component: usize,
        dc: &Codes,
        ac: &Codes,
        bits: &mut Bits,
    ) {
        let (mut k, last) = (*self.band.start(), *self.band.end());
        if k == 0 {
            if self.high == 0 {
                let size = bits.symbol(dc);
                assert!(size <= 11);
                self.predictors[component] += bits.signed(size);
                block[0] = self.predictors[component] << self.low;
            } else {
                block[0] |= (bits.take(1) << self.low) as i32;
            }
            k = 1;
        }
        if k > last {
            return;
        }
        let place = |k: usize| ZIGZAG[k].0 * 8 + ZIGZAG[k].1;
        let refine = |bits: &mut Bits, value: &mut i32| {
            if bits.take(1) == 1 {
                *value += value.signum() << self.low;
            }
        };
        while self.run == 0 && k <= last {
            let symbol = bits.symbol(ac);
            let (mut zeros, size) = (symbol >> 4, symbol & 15);
            if size == 0 && zeros < 15 {
                self.run = (1 << zeros) + bits.take(zeros);
                break;
            }
            assert!(size <= 10 && (self.high == 0 || size <= 1));
            let value = if size > 0 {
                bits.signed(size) << self.low
            } else {
                0
            };
            loop {
                let here = &mut block[place(k)];
                if *here != 0 {
                    refine(bits, here);
                } else if zeros == 0 {
                    *here = value;
                    k += 1;
                    break;
                } else {
                    zeros -= 1;
                }
                k += 1;
                assert!(
                    k <= last || (k == last + 1 && zeros == 0 && value == 0),
                    "a run beyond the band"
                );
                if k > last {
                    break;
                }
            }
        }
        if self.run > 0 {
            self.run -= 1;
            for k in k..=last {
                let here = &mut block[place(k)];
                if self.high > 0 && *here != 0 {
                    refine(bits, here);
                }
            }
        }
    }
}

/// Symbols by the length of their code and the code.
type Codes = HashMap<(u32, u32), u8>;

fn read_huffman(mut body: &[u8], tables: &mut HashMap<u8, Codes>) {
    while let [destination, rest @ ..] = body {
        let mut symbols = rest[16..].iter();
        let mut codes = Codes::new();
        let mut code = 0;
        for (length, &count) in (1..).zip(&rest[..16]) {
            for symbol in symbols.by_ref().take(usize::from(count)) {
                assert!(
                    code + 1 < 1 << length,
                    "a code of all ones, or one too many"
                );
                codes.insert((length, code), *symbol);
                code += 1;
            }
            code <<= 1;
        }
        tables.insert(*destination, codes);
        body = &rest[16
            + rest[..16]
                .iter()
                .map(|&count| usize::from(count))
                .sum::<usize>()..];
    }
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Bits of the byte that are used up.
    used: u32,
}

impl<'a> Bits<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            used: 0,
        }
    }

    fn take(&mut self, count: u32) -> u32 {
        (0..count).fold(0, |bits, _| bits << 1 | self.one())
    }

    fn one(&mut self) -> u32 {
        if self.used == 8 {
            self.next_byte();
        }
        let byte = self.bytes[self.at];
        assert!(
            byte != 0xff || self.bytes[self.at + 1] == 0,
            "a marker within the coded data"
        );
        self.used += 1;
        u32::from(byte >> (8 - self.used) & 1)
    }

    fn next_byte(&mut self) {
        self.at += if self.bytes[self.at] == 0xff { 2 } else { 1 };
        self.used = 0;
    }

    fn symbol(&mut self, codes: &Codes) -> u32 {
        let mut code = 0;
        for length in 1..=16 {
            code = code << 1 | self.one();
            if let Some(&symbol) = codes.get(&(length, code)) {
                return u32::from(symbol);
            }
        }
        panic!("no such code")
    }

    /// EXTEND of figure F.12.
    fn signed(&mut self, size: u32) -> i32 {
        let bits = self.take(size) as i32;
        if size > 0 && bits < 1 << (size - 1) {
            bits - (1 << size) + 1
        } else {
            bits
        }
    }

    /// The bytes of the coded data. What is left of the last one must be ones.
    fn consumed(mut self) -> usize {
        while !self.used.is_multiple_of(8) {
            assert_eq!(self.one(), 1, "padding");
        }
        if self.used == 8 {
            self.next_byte();
        }
        self.at
    }
}

/// The zigzag as a walk: along the diagonals, up and down by turns.
static ZIGZAG: LazyLock<Vec<(usize, usize)>> = LazyLock::new(|| {
    let mut walk = Vec::new();
    for diagonal in 0..15usize {
        let rows = diagonal.saturating_sub(7)..=diagonal.min(7);
        let mut down: Vec<_> = rows.map(|row| (row, diagonal - row)).collect();
        if diagonal % 2 == 0 {
            down.reverse();
        }
        walk.extend(down);
    }
    walk
});
