//! A writer of JPEGs from coefficients, for tests only: plain, slow, and able to write what no camera does.
#![allow(
    dead_code,
    unused_imports,
    reason = "each test that includes this file uses a part of it"
)]

mod entropy;
mod generate;
mod tables;

pub(crate) use generate::{Random, SAMPLINGS, generate, photo, script, sequential};
pub(crate) use tables::Kind;

/// A photo as its coefficients and the way in which they are to be written.
#[derive(Clone)]
pub(crate) struct Photo {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) color: Color,
    pub(crate) process: Process,
    pub(crate) components: Vec<Component>,
    pub(crate) scans: Vec<Scan>,
    /// Whether fill bytes stand before the markers, and comments among the segments.
    pub(crate) has_fill: bool,
    /// Whether the frame leaves the height to DNL.
    pub(crate) has_dnl: bool,
    /// What follows the photo.
    pub(crate) tail: Vec<u8>,
}

/// What the components are said to be, and by what.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Color {
    /// Nothing but the components' numbers.
    Untold,
    Jfif,
    /// Adobe's transform.
    Adobe(u8),
    /// The components' identifiers: R, G, B.
    Letters,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Process {
    Baseline,
    Extended,
    Progressive,
}

#[derive(Clone)]
pub(crate) struct Component {
    pub(crate) h: usize,
    pub(crate) v: usize,
    /// Quantization steps in zigzag order, and where they are defined before the component's first scan.
    pub(crate) steps: [u16; 64],
    pub(crate) slot: u8,
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
    /// For each of its components the numbers of its DC and AC tables.
    pub(crate) slots: Vec<(u8, u8)>,
    pub(crate) kind: Kind,
    /// MCUs in a restart interval, 0 for none.
    pub(crate) restart: usize,
}

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

impl Photo {
    /// Sets what all scans have alike.
    pub(crate) fn for_all_scans(mut self, kind: Kind, restart: usize) -> Self {
        for scan in &mut self.scans {
            (scan.kind, scan.restart) = (kind, restart);
        }
        self
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = vec![0xff, 0xd8];
        match self.color {
            Color::Jfif => segment(&mut out, 0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            Color::Adobe(transform) => {
                let mut adobe = *b"Adobe\0\x64\0\0\0\0\0";
                adobe[11] = transform;
                segment(&mut out, 0xee, &adobe);
            }
            Color::Untold | Color::Letters => {}
        }
        let mut written = Written::default();
        // One table must be there before the frame for some readers; the others come when they are needed.
        self.define_steps(&self.scans[0], &mut written, &mut out);
        self.write_frame(&mut out);
        for (number, scan) in self.scans.iter().enumerate() {
            self.define_steps(scan, &mut written, &mut out);
            if scan.restart != written.restart {
                written.restart = scan.restart;
                segment(&mut out, 0xdd, &(scan.restart as u16).to_be_bytes());
            }
            let tokens = entropy::tokens(self, scan);
            let tables = tables::fit(scan, &tokens);
            for (&(class, slot), table) in &tables {
                let place = &mut written.tables[usize::from(class)][usize::from(slot)];
                if place.as_ref() != Some(table) {
                    *place = Some(table.clone());
                    let mut body = vec![class << 4 | slot];
                    body.extend(table.counts);
                    body.extend(&table.symbols);
                    self.fill(&mut out);
                    segment(&mut out, 0xc4, &body);
                }
            }
            self.fill(&mut out);
            self.write_scan_header(scan, &mut out);
            entropy::write(&tokens, &tables, self.has_fill, &mut out);
            if number == 0 && self.has_dnl {
                segment(&mut out, 0xdc, &(self.height as u16).to_be_bytes());
            }
        }
        out.extend([0xff, 0xd9]);
        out.extend(&self.tail);
        out
    }

    /// Defines the quantization tables of components that begin with this scan.
    fn define_steps(&self, scan: &Scan, written: &mut Written, out: &mut Vec<u8>) {
        for &index in &scan.components {
            let component = &self.components[index];
            if std::mem::replace(&mut written.has_begun[index], true) {
                continue;
            }
            let place = &mut written.steps[usize::from(component.slot)];
            if *place == Some(component.steps) {
                continue;
            }
            *place = Some(component.steps);
            let is_wide = component.steps.iter().any(|&step| step > 255);
            let mut body = vec![u8::from(is_wide) << 4 | component.slot];
            for step in component.steps {
                let bytes = step.to_be_bytes();
                body.extend(&bytes[usize::from(!is_wide)..]);
            }
            self.fill(out);
            segment(out, 0xdb, &body);
        }
    }

    fn write_frame(&self, out: &mut Vec<u8>) {
        let mut frame = vec![8];
        let height = if self.has_dnl { 0 } else { self.height };
        frame.extend((height as u16).to_be_bytes());
        frame.extend((self.width as u16).to_be_bytes());
        frame.push(self.components.len() as u8);
        for (index, component) in self.components.iter().enumerate() {
            let factors = (component.h << 4 | component.v) as u8;
            frame.extend([self.identifier(index), factors, component.slot]);
        }
        let marker = match self.process {
            Process::Baseline => 0xc0,
            Process::Extended => 0xc1,
            Process::Progressive => 0xc2,
        };
        segment(out, marker, &frame);
    }

    fn write_scan_header(&self, scan: &Scan, out: &mut Vec<u8>) {
        let mut header = vec![scan.components.len() as u8];
        for (&index, (dc, ac)) in scan.components.iter().zip(&scan.slots) {
            header.extend([self.identifier(index), dc << 4 | ac]);
        }
        header.extend([scan.spectral.0 as u8, scan.spectral.1 as u8]);
        header.push((scan.approximation.0 << 4 | scan.approximation.1) as u8);
        segment(out, 0xda, &header);
    }

    fn identifier(&self, index: usize) -> u8 {
        match self.color {
            Color::Letters => b"RGB"[index],
            _ => index as u8 + 1,
        }
    }

    fn fill(&self, out: &mut Vec<u8>) {
        if self.has_fill {
            segment(out, 0xfe, b"\xff\xd8 a comment \xff\xda");
            out.extend([0xff, 0xff]);
        }
    }

    /// The blocks of each of a scan's MCUs: which component, which block (T.81, A.2).
    fn mcus(&self, scan: &Scan) -> Vec<Vec<(usize, usize)>> {
        let (h_max, v_max) = self.factors();
        if let [only] = scan.components[..] {
            let component = &self.components[only];
            let (h, v, h_max, v_max) = if self.components.len() == 1 {
                (1, 1, 1, 1)
            } else {
                (component.h, component.v, h_max, v_max)
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
                let (top, left) = (mcu / columns * component.v, mcu % columns * component.h);
                for (row, column) in pairs(component.v, component.h) {
                    let block = (top + row) * component.columns + left + column;
                    blocks.push((index, block));
                }
            }
            blocks
        };
        (0..rows * columns).map(mcu).collect()
    }

    /// The largest sampling factors.
    pub(crate) fn factors(&self) -> (usize, usize) {
        let most = |factor: fn(&Component) -> usize| self.components.iter().map(factor).max();
        (
            most(|component| component.h).unwrap_or(1),
            most(|component| component.v).unwrap_or(1),
        )
    }
}

/// Rows and columns, row by row.
fn pairs(rows: usize, columns: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..rows).flat_map(move |row| (0..columns).map(move |column| (row, column)))
}

/// What a reader knows so far.
#[derive(Default)]
struct Written {
    steps: [Option<[u16; 64]>; 4],
    has_begun: [bool; 4],
    tables: [[Option<tables::Table>; 4]; 2],
    restart: usize,
}

fn segment(out: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    out.extend([0xff, marker]);
    out.extend((payload.len() as u16 + 2).to_be_bytes());
    out.extend(payload);
}
