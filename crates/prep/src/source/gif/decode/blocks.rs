//! The blocks of a GIF file (GIF89a, 12 to 26): what stands before a frame's data, and where those are.

use std::io::{self, BufRead, Read};

use crate::color::ColorSpace;
use crate::error::Error;
use crate::geometry::Size;
use crate::header::Format;
use crate::photo::{Photo, Reader, read_buffered};
use crate::source::canvas::Area;

/// Colors by their index.
pub(super) type Palette = Vec<[u8; 3]>;

/// The file, from its first block on.
pub(super) struct Blocks<'a> {
    reader: Reader<'a>,
    /// The screen: not final before the first frame was found.
    pub(super) size: Size,
    has_frame: bool,
    palette: Palette,
    /// The profile, if it came yet.
    pub(super) icc: Option<Vec<u8>>,
}

/// A frame, all but its pixels.
#[derive(Clone)]
pub(super) struct Head {
    pub(super) area: Area,
    pub(super) is_interlaced: bool,
    pub(super) palette: Palette,
    /// The index that is invisible.
    pub(super) invisible: Option<u8>,
    pub(super) disposal: Disposal,
    /// Where its data begin.
    pub(super) data: u64,
}

/// What becomes of a frame before the next one (GIF89a, 23).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Disposal {
    #[default]
    Keep,
    Clear,
    Restore,
}

impl<'a> Blocks<'a> {
    /// ```text
    /// 0 GIF89a │ 6 width, height │ 10 flags │ background, aspect │ 13 colors
    /// ```
    pub(super) fn open(photo: &'a Photo<'a>) -> Result<Self, Error> {
        let mut reader = photo.reader(6..u64::MAX);
        let [w0, w1, h0, h1, flags, _, _] = reader.array().ok_or_else(cut_off)?;
        let [width, height] = [[w0, w1], [h0, h1]].map(|side| u16::from_le_bytes(side).into());
        Ok(Self {
            palette: palette(&mut reader, flags)?.unwrap_or_default(),
            reader,
            size: Size { width, height },
            has_frame: false,
            icc: None,
        })
    }

    /// The next frame; none at the end.
    pub(super) fn next_frame(&mut self) -> Result<Option<Head>, Error> {
        let (mut invisible, mut disposal) = (None, Disposal::default());
        loop {
            match self.reader.byte().ok_or_else(cut_off)? {
                0x21 => match self.reader.byte().ok_or_else(cut_off)? {
                    0xF9 => (invisible, disposal) = self.control()?,
                    0xFF => self.application()?,
                    _ => self.skip_data()?,
                },
                0x2C => {
                    let mut head = self.head(invisible, disposal)?;
                    if !std::mem::replace(&mut self.has_frame, true) {
                        self.fit_screen(&mut head.area);
                    }
                    return Ok(Some(head));
                }
                0x3B => return Ok(None),
                _ => return Err(Format::GIF.malformed("it has a block of no known kind")),
            }
        }
    }

    /// Makes a screen that is smaller than its first frame that frame, as browsers do.
    fn fit_screen(&mut self, first: &mut Area) {
        let Area { width, height, .. } = *first;
        if width > self.size.width || height > self.size.height {
            self.size = Size { width, height };
            (first.x, first.y) = (0, 0);
        }
    }

    /// Passes over the data of a frame.
    pub(super) fn skip_frame(&mut self) -> Result<(), Error> {
        self.reader.byte().ok_or_else(cut_off)?;
        self.skip_data()
    }

    /// Length 4 │ flags │ delay │ invisible index │ 0
    fn control(&mut self) -> Result<(Option<u8>, Disposal), Error> {
        let length = self.reader.byte().ok_or_else(cut_off)?;
        if length != 4 {
            self.reader.skip(length.into()).ok_or_else(cut_off)?;
            self.skip_data()?;
            return Ok((None, Disposal::Keep));
        }
        let [flags, _, _, index] = self.reader.array().ok_or_else(cut_off)?;
        self.skip_data()?;
        let disposal = match flags >> 2 & 7 {
            2 => Disposal::Clear,
            3 => Disposal::Restore,
            _ => Disposal::Keep,
        };
        Ok(((flags & 1 == 1).then_some(index), disposal))
    }

    /// Length 11 │ name and version │ data
    fn application(&mut self) -> Result<(), Error> {
        let length = self.reader.byte().ok_or_else(cut_off)?;
        let mut name = vec![0; length.into()];
        self.reader.read_exact(&mut name).map_err(|_| cut_off())?;
        if length == 0 {
            return Ok(());
        }
        if name != b"ICCRGBG1012" || self.icc.is_some() {
            return self.skip_data();
        }
        let mut icc = Vec::new();
        let mut data = Data::new(&mut self.reader);
        // What is cut off is found out by what follows.
        let _ = (&mut data)
            .take(ColorSpace::MAX_ICC_READ)
            .read_to_end(&mut icc);
        let left = data.left_in_block();
        self.icc = Some(icc);
        match left {
            None => Ok(()),
            Some(left) => {
                self.reader.skip(left).ok_or_else(cut_off)?;
                self.skip_data()
            }
        }
    }

    /// Left, top, width, height │ flags │ colors
    fn head(&mut self, invisible: Option<u8>, disposal: Disposal) -> Result<Head, Error> {
        let [x0, x1, y0, y1, w0, w1, h0, h1, flags] = self.reader.array().ok_or_else(cut_off)?;
        let [x, y, width, height] =
            [[x0, x1], [y0, y1], [w0, w1], [h0, h1]].map(|side| u16::from_le_bytes(side).into());
        let own = palette(&mut self.reader, flags)?;
        let palette = own.unwrap_or_else(|| self.palette.clone());
        if palette.is_empty() {
            return Err(Format::GIF.malformed("it has no colors"));
        }
        Ok(Head {
            area: Area {
                x,
                y,
                width,
                height,
            },
            is_interlaced: flags & 0x40 != 0,
            palette,
            invisible,
            disposal,
            data: self.reader.place(),
        })
    }

    /// Passes over blocks of data, and over the empty one that ends them.
    fn skip_data(&mut self) -> Result<(), Error> {
        loop {
            let there = self.reader.fill_buf().unwrap_or_default();
            let mut passed = 0;
            while let Some(&length) = there.get(passed) {
                passed += 1 + usize::from(length);
                if length == 0 {
                    self.reader.consume(passed);
                    return Ok(());
                }
            }
            self.reader.skip(passed as u64).ok_or_else(cut_off)?;
            if passed == 0 {
                return Err(cut_off());
            }
        }
    }
}

/// The colors that flags tell of.
fn palette(reader: &mut Reader<'_>, flags: u8) -> Result<Option<Palette>, Error> {
    if flags & 0x80 == 0 {
        return Ok(None);
    }
    let mut palette = vec![[0; 3]; 2 << (flags & 7)];
    reader
        .read_exact(palette.as_flattened_mut())
        .map_err(|_| cut_off())?;
    Ok(Some(palette))
}

/// Blocks of data as one.
pub(super) struct Data<R> {
    reader: R,
    /// How many bytes are left of a block; none after the empty one.
    left: Option<u64>,
}

impl<R: BufRead> Data<R> {
    pub(super) fn new(reader: R) -> Self {
        let left = Some(0);
        Self { reader, left }
    }

    fn left_in_block(&self) -> Option<u64> {
        self.left
    }
}

impl<R: BufRead> BufRead for Data<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == Some(0) {
            let length = self.reader.fill_buf()?.first().copied();
            self.reader.consume(usize::from(length.is_some()));
            self.left = length.filter(|&length| length > 0).map(u64::from);
        }
        let Some(left) = self.left else {
            return Ok(&[]);
        };
        let bytes = self.reader.fill_buf()?;
        Ok(&bytes[..bytes.len().min(left as usize)])
    }

    fn consume(&mut self, count: usize) {
        self.reader.consume(count);
        self.left = self.left.map(|left| left - count as u64);
    }
}

impl<R: BufRead> Read for Data<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, to)
    }
}

fn cut_off() -> Error {
    Format::GIF.malformed("it is cut off")
}
