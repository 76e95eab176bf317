//! A writer of JPEGs from coefficients, for tests only: plain, slow, and able to write what no camera does.

/// The zigzag, walked rather than listed.
pub(crate) fn zigzag() -> [(usize, usize); 64] {
    let (mut row, mut column) = (0_i32, 0_i32);
    std::array::from_fn(|_| {
        let here = (row as usize, column as usize);
        match ((row + column) % 2 == 0, row, column) {
            (true, _, 7) => row += 1,
            (true, 0, _) => column += 1,
            (true, ..) => (row, column) = (row - 1, column + 1),
            (false, 7, _) => column += 1,
            (false, _, 0) => row += 1,
            (false, ..) => (row, column) = (row + 1, column - 1),
        }
        here
    })
}

pub(crate) struct Component {
    pub(crate) h: usize,
    pub(crate) v: usize,
    /// Quantized coefficients in zigzag order, block by block, over whole MCUs.
    pub(crate) blocks: Vec<[i16; 64]>,
    pub(crate) columns: usize,
}

/// One scan of a script.
#[derive(Clone, Debug)]
pub(crate) struct Scan {
    pub(crate) components: Vec<usize>,
    pub(crate) spectral: (usize, usize),
    pub(crate) approximation: (u32, u32),
}

pub(crate) struct Photo {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) components: Vec<Component>,
    pub(crate) quantization: [u16; 64],
    pub(crate) restart: usize,
    pub(crate) scans: Vec<Scan>,
    pub(crate) is_progressive: bool,
    /// 0: codes of one length; 1: codes of 2 to 16 bits.
    pub(crate) tables: usize,
    /// Whether fill bytes stand before the markers.
    pub(crate) has_fill: bool,
}

impl Photo {
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = vec![0xff, 0xd8];
        // Adobe's marker: no color transform.
        segment(&mut out, 0xee, b"Adobe\0\x64\0\0\0\0\0");
        let mut table = vec![0x10];
        table.extend(self.quantization.iter().flat_map(|step| step.to_be_bytes()));
        segment(&mut out, 0xdb, &table);
        let mut frame = vec![8];
        frame.extend((self.height as u16).to_be_bytes());
        frame.extend((self.width as u16).to_be_bytes());
        frame.push(self.components.len() as u8);
        for (index, component) in self.components.iter().enumerate() {
            frame.extend([index as u8 + 1, (component.h << 4 | component.v) as u8, 0]);
        }
        segment(
            &mut out,
            if self.is_progressive { 0xc2 } else { 0xc1 },
            &frame,
        );
        if self.restart > 0 {
            segment(&mut out, 0xdd, &(self.restart as u16).to_be_bytes());
        }
        for class in 0..2 {
            let (counts, symbols) = self.codes(class);
            let mut table = vec![(class as u8) << 4];
            table.extend(counts);
            table.extend(symbols);
            segment(&mut out, 0xc4, &table);
        }
        for scan in &self.scans {
            if self.has_fill {
                out.extend([0xff, 0xff]);
            }
            let mut header = vec![scan.components.len() as u8];
            header.extend(
                scan.components
                    .iter()
                    .flat_map(|&index| [index as u8 + 1, 0]),
            );
            header.extend([scan.spectral.0 as u8, scan.spectral.1 as u8]);
            header.push((scan.approximation.0 << 4 | scan.approximation.1) as u8);
            segment(&mut out, 0xda, &header);
            self.write_scan(scan, &mut out);
        }
        out.extend([0xff, 0xd9]);
        out
    }

    /// BITS and HUFFVAL.
    fn codes(&self, class: usize) -> ([u8; 16], Vec<u8>) {
        let symbols: Vec<u8> = match class {
            0 => (0..12).collect(),
            // Most frequent first: small sizes, short runs.
            _ => {
                let mut symbols: Vec<u8> = (0..=255).filter(|symbol| symbol & 15 < 12).collect();
                symbols.sort_by_key(|symbol| (symbol & 15).saturating_sub(1) * 4 + (symbol >> 4));
                symbols
            }
        };
        let mut counts = [0; 16];
        match (self.tables, class) {
            (0, 0) => counts[3] = 12,
            (0, _) => counts[7] = symbols.len() as u8,
            _ => {
                let short = symbols.len().min(6);
                for length in 2..2 + short {
                    counts[length - 1] = 1;
                }
                counts[15] = (symbols.len() - short) as u8;
            }
        }
        (counts, symbols)
    }

    fn code(&self, class: usize, symbol: u8) -> (u32, u32) {
        let (counts, symbols) = self.codes(class);
        let (mut code, mut index) = (0, 0);
        for (length, count) in (1..).zip(counts) {
            for _ in 0..count {
                if symbols[index] == symbol {
                    return (code, length);
                }
                code += 1;
                index += 1;
            }
            code <<= 1;
        }
        panic!("no code for {symbol:02x}");
    }

    /// The blocks of each of a scan's MCUs.
    fn mcus(&self, scan: &Scan) -> Vec<Vec<(usize, usize)>> {
        let h_max = self.components.iter().map(|c| c.h).max().unwrap();
        let v_max = self.components.iter().map(|c| c.v).max().unwrap();
        if let [only] = scan.components[..] {
            let component = &self.components[only];
            let (h, v) = if self.components.len() == 1 {
                (1, 1)
            } else {
                (component.h, component.v)
            };
            let (h_max, v_max) = if self.components.len() == 1 {
                (1, 1)
            } else {
                (h_max, v_max)
            };
            let columns = (self.width * h).div_ceil(h_max).div_ceil(8);
            let rows = (self.height * v).div_ceil(v_max).div_ceil(8);
            return (0..rows * columns)
                .map(|mcu| vec![(only, mcu / columns * component.columns + mcu % columns)])
                .collect();
        }
        let columns = self.width.div_ceil(8 * h_max);
        let rows = self.height.div_ceil(8 * v_max);
        let mcu = |mcu: usize| {
            let mut blocks = Vec::new();
            for &index in &scan.components {
                let component = &self.components[index];
                for y in 0..component.v {
                    for x in 0..component.h {
                        let (row, column) = (
                            mcu / columns * component.v + y,
                            mcu % columns * component.h + x,
                        );
                        blocks.push((index, row * component.columns + column));
                    }
                }
            }
            blocks
        };
        (0..rows * columns).map(mcu).collect()
    }

    fn write_scan(&self, scan: &Scan, out: &mut Vec<u8>) {
        let mut writer = Writer {
            photo: self,
            bits: Vec::new(),
            run: 0,
            corrections: Vec::new(),
        };
        let mut predictors = [0; 4];
        for (number, mcu) in self.mcus(scan).iter().enumerate() {
            if self.restart > 0 && number > 0 && number % self.restart == 0 {
                writer.end_run();
                writer.flush(out);
                if self.has_fill {
                    out.extend([0xff; 3]);
                }
                out.extend([0xff, 0xd0 + ((number / self.restart - 1) % 8) as u8]);
                predictors = [0; 4];
            }
            for &(index, block) in mcu {
                let block = &self.components[index].blocks[block];
                let (high, low) = scan.approximation;
                if scan.spectral.0 == 0 {
                    if high > 0 {
                        writer.bits.push(block[0] >> low & 1 == 1);
                    } else {
                        let value = i32::from(block[0] >> low);
                        writer.value(0, 0, value - predictors[index]);
                        predictors[index] = value;
                    }
                }
                match (self.is_progressive, high) {
                    (false, _) => writer.sequential(block),
                    (true, _) if scan.spectral.0 == 0 => {}
                    (true, 0) => writer.first(block, scan.spectral, low),
                    (true, _) => writer.refine(block, scan.spectral, low),
                }
            }
        }
        writer.end_run();
        writer.flush(out);
    }
}

struct Writer<'a> {
    photo: &'a Photo,
    bits: Vec<bool>,
    run: u32,
    /// Correction bits of the blocks in the run.
    corrections: Vec<bool>,
}

impl Writer<'_> {
    fn put(&mut self, bits: u32, count: u32) {
        self.bits
            .extend((0..count).rev().map(|place| bits >> place & 1 == 1));
    }

    fn symbol(&mut self, class: usize, symbol: u8) {
        let (code, length) = self.photo.code(class, symbol);
        self.put(code, length);
    }

    /// A symbol of run and size, then the value's bits.
    fn value(&mut self, class: usize, run: usize, value: i32) {
        let size = 32 - value.unsigned_abs().leading_zeros();
        self.symbol(class, (run << 4) as u8 | size as u8);
        let bits = if value < 0 { value - 1 } else { value };
        self.put(bits as u32 & ((1 << size) - 1), size);
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
        let sizes: Vec<u32> = block
            .iter()
            .map(|&coefficient| u32::from(coefficient.unsigned_abs()) >> low)
            .collect();
        let last_new = (band.0..=band.1).rev().find(|&index| sizes[index] == 1);
        let (mut run, mut corrections) = (0, Vec::new());
        for index in band.0..=band.1 {
            match sizes[index] {
                0 => run += 1,
                1 => {
                    self.end_run();
                    self.symbol(1, (run << 4) as u8 | 1);
                    self.bits.push(block[index] > 0);
                    self.bits.append(&mut corrections);
                    run = 0;
                }
                size => corrections.push(size & 1 == 1),
            }
            if run == 16 && last_new.is_some_and(|last| last > index) {
                self.end_run();
                self.symbol(1, 0xf0);
                self.bits.append(&mut corrections);
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
            let size = self.run.ilog2();
            self.symbol(1, (size << 4) as u8);
            self.put(self.run - (1 << size), size);
            let mut corrections = std::mem::take(&mut self.corrections);
            self.bits.append(&mut corrections);
            self.run = 0;
        }
    }

    fn flush(&mut self, out: &mut Vec<u8>) {
        while !self.bits.len().is_multiple_of(8) {
            self.bits.push(true);
        }
        for byte in self
            .bits
            .chunks(8)
            .map(|bits| bits.iter().fold(0, |byte, &bit| byte << 1 | u8::from(bit)))
        {
            out.push(byte);
            if byte == 0xff {
                out.push(0);
            }
        }
        self.bits.clear();
    }
}

fn segment(out: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    out.extend([0xff, marker]);
    out.extend((payload.len() as u16 + 2).to_be_bytes());
    out.extend(payload);
}
