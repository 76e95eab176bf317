//! Reads a file strictly by the standard, to keep its coded data: nothing is forgiven, nothing is left over.
//!
//! The decoder makes the best of a damaged photo. This reader decides whether a file's coded data can be passed on bit for bit to
//! unknown decoders, without a byte that is not needed to show the picture.

mod coded;
mod scan;
mod tables;

use crate::Component;
use crate::encoder::markers;
use crate::frame::{Frame, Process};
use crate::header::{Color, read_header, read_restart_interval};
use crate::marker::{Segment, code};
use crate::quantization::ZIGZAG;
use crate::scan::Scan;
use coded::Coded;
use scan::Progression;
use tables::Tables;

/// Reads a whole YCbCr file, baseline or progressive; returns `None` if anything in it deviates from T.81.
///
/// Beyond the standard, a file must not contain anything that is never used: no table, no symbol of a table other than those of
/// annex K.3, no restart interval longer than the picture. Application data, comments, fill bytes between segments and data
/// after the end are accepted: [`Strict::write_into`] omits them.
///
/// ```
/// # use jpeg::encoder::{Input, Options, RgbRef, encode};
/// let gray = [99; 16 * 16 * 3];
/// let mut file = encode(Input::Rgb(RgbRef::new(&gray, 16, 16)), Options::new())?;
/// let (mut bare, whole) = (Vec::new(), file.clone());
/// file.extend_from_slice(b"and a secret");
///
/// let strict = jpeg::read_strictly(&file).expect("the encoder writes nothing else");
/// strict.write_into(&mut bare);
///
/// assert_eq!(bare, whole);
/// assert!(jpeg::read_strictly(&file[..whole.len() - 3]).is_none());
/// # Ok::<(), jpeg::encoder::EncodeError>(())
/// ```
#[must_use]
pub fn read_strictly(photo: &[u8]) -> Option<Strict<'_>> {
    let is_ycbcr = read_header(photo).ok()?.color() == Color::YCbCr;
    is_ycbcr.then(|| File::new(photo).read()).flatten()
}

/// A file that conforms to the standard; returned by [`read_strictly`].
#[derive(Clone, Debug)]
pub struct Strict<'a> {
    frame: Frame,
    frame_header: &'a [u8],
    quantization: Quantization<'a>,
    /// MCUs between restart markers, 0 for none.
    restart_interval: u32,
    scans: Vec<CodedScan<'a>>,
    has_fitted_tables: bool,
}

/// A scan as it is in the file.
#[derive(Clone, Debug)]
struct CodedScan<'a> {
    /// The DHT segments before it.
    tables: Vec<&'a [u8]>,
    header: &'a [u8],
    /// With stuffing and restart markers.
    data: &'a [u8],
}

impl Strict<'_> {
    /// Returns how the coefficients are coded.
    #[must_use]
    pub fn process(&self) -> Process {
        self.frame.process
    }

    /// Returns luma and both chroma components.
    #[must_use]
    pub fn components(&self) -> &[Component] {
        self.frame.components()
    }

    /// Returns the quantization steps of a component, row by row.
    #[must_use]
    pub fn steps(&self, component: usize) -> [u8; 64] {
        let number = self.frame.components()[component].quantization;
        let mut steps = [0; 64];
        let zigzag = self.quantization.steps[usize::from(number)].unwrap_or(steps);
        for (place, step) in ZIGZAG.into_iter().zip(zigzag) {
            steps[usize::from(place)] = step;
        }
        steps
    }

    /// Returns whether every Huffman table is the one that this crate's encoder would make for the picture, to the order of symbols
    /// of the same length: next to no other encoder's are.
    #[must_use]
    pub fn has_fitted_tables(&self) -> bool {
        self.has_fitted_tables
    }

    /// Writes the file without anything that is not shown: JFIF, DQT, SOF, and for each scan DHT, DRI and SOS with its data bit for
    /// bit; `jpeg` is emptied first.
    ///
    /// A file that consists of exactly these is written unchanged.
    pub fn write_into(&self, jpeg: &mut Vec<u8>) {
        jpeg.clear();
        let copy = |jpeg: &mut Vec<u8>, marker, payload: &[u8]| {
            markers::segment(jpeg, marker, |body| body.extend_from_slice(payload));
        };
        markers::write_jfif(jpeg);
        for tables in &self.quantization.segments {
            copy(jpeg, code::DQT, tables);
        }
        let frame = match self.frame.process {
            Process::Progressive => code::SOF2,
            _ => code::SOF0,
        };
        copy(jpeg, frame, self.frame_header);
        for (number, scan) in self.scans.iter().enumerate() {
            for tables in &scan.tables {
                copy(jpeg, code::DHT, tables);
            }
            if number == 0 && self.restart_interval > 0 {
                copy(
                    jpeg,
                    code::DRI,
                    &(self.restart_interval as u16).to_be_bytes(),
                );
            }
            copy(jpeg, code::SOS, scan.header);
            jpeg.extend_from_slice(scan.data);
        }
        markers::write_end(jpeg);
    }
}

/// The quantization tables and their segments.
#[derive(Clone, Debug, Default)]
struct Quantization<'a> {
    segments: Vec<&'a [u8]>,
    /// In zigzag order.
    steps: [Option<[u8; 64]>; 4],
}

impl<'a> Quantization<'a> {
    /// Reads tables of 8-bit steps; each may be defined once (T.81, B.2.4.1).
    fn define(&mut self, payload: &'a [u8]) -> Option<()> {
        let (tables, rest) = payload.as_chunks::<65>();
        for [number, steps @ ..] in tables {
            let place = self.steps.get_mut(usize::from(*number))?;
            if steps.contains(&0) || place.replace(*steps).is_some() {
                return None;
            }
        }
        self.segments.push(payload);
        (rest.is_empty() && !tables.is_empty()).then_some(())
    }

    /// Returns whether the frame uses all defined tables, and no others.
    fn is_that_of(&self, frame: &Frame) -> bool {
        (0..4).zip(&self.steps).all(|(number, steps)| {
            let mut components = frame.components().iter();
            components.any(|component| component.quantization == number) == steps.is_some()
        })
    }
}

/// The state of reading a file.
struct File<'a> {
    photo: &'a [u8],
    offset: usize,
    quantization: Quantization<'a>,
    frame: Option<(Frame, &'a [u8])>,
    restart_interval: u32,
    tables: Tables,
    /// The DHT segments since the last scan.
    new_tables: Vec<&'a [u8]>,
    progression: Progression,
    scans: Vec<CodedScan<'a>>,
}

/// More scans than any writer makes: reading more would take long.
const MAX_SCANS: usize = 64;

impl<'a> File<'a> {
    fn new(photo: &'a [u8]) -> Self {
        Self {
            photo,
            // After SOI.
            offset: 2,
            quantization: Quantization::default(),
            frame: None,
            restart_interval: 0,
            tables: Tables::default(),
            new_tables: Vec::new(),
            progression: Progression::default(),
            scans: Vec::new(),
        }
    }

    /// Reads up to the end of the image.
    fn read(mut self) -> Option<Strict<'a>> {
        loop {
            let segment = self.next_segment()?;
            let is_before_scans = self.scans.is_empty();
            match segment.code {
                code::APP0..=code::APP15 | code::COM => {}
                code::DQT if is_before_scans => self.quantization.define(segment.payload)?,
                code::SOF0 | code::SOF2 if self.frame.is_none() => {
                    self.frame = Some((read_frame(&segment)?, segment.payload));
                }
                code::DHT => {
                    self.tables.define(segment.payload)?;
                    self.new_tables.push(segment.payload);
                }
                code::DRI if is_before_scans && self.restart_interval == 0 => {
                    self.restart_interval = read_restart_interval(&segment).ok()?;
                }
                code::SOS if self.scans.len() < MAX_SCANS => self.read_scan(&segment)?,
                code::EOI => return self.finish(),
                _ => return None,
            }
        }
    }

    /// Returns the segment that must begin here, perhaps behind fill bytes (T.81, B.1.1.2).
    fn next_segment(&mut self) -> Option<Segment<'a>> {
        let rest = self.photo.get(self.offset..)?;
        let fill = rest.iter().take_while(|&&byte| byte == 0xff).count();
        let (&code, rest) = rest.get(fill..)?.split_first()?;
        if fill == 0 {
            return None;
        }
        let (payload, offset) = if code == code::EOI {
            (&[][..], self.offset + fill + 1)
        } else {
            let (length, rest) = rest.split_first_chunk()?;
            let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2)?;
            (rest.get(..length)?, self.offset + fill + 3)
        };
        self.offset = offset + payload.len();
        Some(Segment {
            code,
            payload,
            offset,
        })
    }

    fn read_scan(&mut self, segment: &Segment<'a>) -> Option<()> {
        let (frame, _) = self.frame.as_ref()?;
        if !self.quantization.is_that_of(frame) {
            return None;
        }
        let scan = read_scan_header(segment, frame)?;
        let steps = [0, 1, 2].map(|component| {
            let number = frame.components()[component].quantization;
            self.quantization.steps[usize::from(number)].map_or(1, |steps| steps[0].into())
        });
        self.progression.advance(&scan)?;
        let mut coded = Coded::new(self.photo, self.offset, self.restart_interval);
        self.progression
            .read(frame, &scan, steps, &mut self.tables, &mut coded)?;
        let data = &self.photo[self.offset..coded.offset()];
        self.offset = coded.offset();
        self.scans.push(CodedScan {
            tables: std::mem::take(&mut self.new_tables),
            header: segment.payload,
            data,
        });
        Some(())
    }

    fn finish(self) -> Option<Strict<'a>> {
        let (frame, frame_header) = self.frame?;
        let has_fitted_tables = self.tables.finish()?;
        self.progression.is_complete().then_some(Strict {
            frame,
            frame_header,
            quantization: self.quantization,
            restart_interval: match self.progression.was_restarted() {
                true => self.restart_interval,
                false => 0,
            },
            scans: self.scans,
            has_fitted_tables,
        })
    }
}

/// Reads a frame header of three components, numbered as JFIF does, that knows its height.
fn read_frame(segment: &Segment<'_>) -> Option<Frame> {
    let frame = Frame::read(segment).ok()?;
    let ids = frame.components().iter().map(|component| component.id);
    let is_exact = segment.payload.len() == 6 + 3 * frame.components().len();
    (is_exact && frame.height > 0 && ids.eq(1..=3)).then_some(frame)
}

/// Reads a scan header with the components in their order and, in a baseline file, all in one scan of all coefficients with
/// tables 0 and 1 (T.81, B.2.3, table B.3).
fn read_scan_header(segment: &Segment<'_>, frame: &Frame) -> Option<Scan> {
    let scan = Scan::read(segment, frame).ok()?;
    let components = scan.components();
    let is_baseline_scan = || {
        components.len() == frame.components().len()
            && segment.payload.ends_with(&[0, 63, 0])
            && components
                .iter()
                .all(|chosen| chosen.dc < 2 && chosen.ac < 2)
    };
    let is_in_order = components.is_sorted_by(|one, next| one.index < next.index);
    (is_in_order && (frame.process == Process::Progressive || is_baseline_scan())).then_some(scan)
}
