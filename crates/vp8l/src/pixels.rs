//! From bits to pixels (RFC 9649, 3.7.2.3).

use simd::Level;

use crate::bits::Bits;
use crate::codes::{Codes, Group, IS_SPLIT, without_green};
use crate::color_cache::{ColorCache, MAX_BITS};
use crate::error::{Error, Result};
use crate::reference::{Distances, LENGTH_PREFIXES, extra_bits, value};
use crate::table::{IS_LONG, symbol};
use crate::window::{Window, copy};

/// The symbols of green are colors, then prefixes of lengths, then indices of the color cache.
const FIRST_LENGTH: u32 = 256;
const FIRST_INDEX: u32 = FIRST_LENGTH + LENGTH_PREFIXES as u32;

/// Decodes the pixels of an image row by row.
#[derive(Debug)]
pub(crate) struct Pixels<'a> {
    level: Level,
    bits: Bits<'a>,
    codes: Codes,
    cache: Option<ColorCache>,
    distances: Distances,
    window: Window,
    /// Where the next pixel goes to in the window, and in the image.
    place: usize,
    column: usize,
    row: usize,
    height: usize,
}

impl<'a> Pixels<'a> {
    /// Reads what stands before the pixels (3.8.3): the size of the color cache and the codes.
    fn read(
        level: Level,
        mut bits: Bits<'a>,
        window: Window,
        height: usize,
        has_blocks: bool,
    ) -> Result<Self> {
        let mut cache = None;
        if bits.flag() {
            let index = bits.read(4);
            if !(1..=MAX_BITS).contains(&index) {
                return Err(Error::Malformed("a color cache of an impossible size"));
            }
            cache = Some(ColorCache::new(index));
        }
        let width = window.width();
        let size = [width, height];
        let codes = Codes::read(level, &mut bits, size, cache.as_ref(), has_blocks)?;
        Ok(Self {
            level,
            bits,
            codes,
            cache,
            distances: Distances::new(width),
            window,
            place: 0,
            column: 0,
            row: 0,
            height,
        })
    }

    /// Begins the main image.
    pub(crate) fn of_main_image(
        level: Level,
        bits: Bits<'a>,
        [width, height]: [usize; 2],
    ) -> Result<Self> {
        Self::read(level, bits, Window::new(width, height), height, true)
    }

    /// Decodes up to the end of a row, the one after that of the last call, and returns it.
    pub(crate) fn row(&mut self, row: usize) -> Result<&[u32]> {
        if self.row <= row {
            decode_rows(self.level, self, row + 1)?;
        }
        match self.bits.is_past_end() {
            true => Err(Error::CutOff),
            false => Ok(self.window.row(row)),
        }
    }

    #[inline(always)]
    fn decode_rows<const IS_CACHED: bool>(&mut self, end: usize) -> Result<()> {
        // A copy, whose state stays in registers.
        let mut bits = self.bits;
        let width = self.window.width();
        let entries = &self.codes.entries[..];
        let pixels = &mut self.window.pixels[..];
        let mut cache = if IS_CACHED { self.cache.take() } else { None };
        let mut place = self.place;
        bits.refill();
        while self.row < end {
            let (group, count) = self.codes.group(self.column, self.row, width);
            let start = place;
            let stop = start + count;
            if let Some(pixel) = group.solid {
                pixels[start..stop].fill(pixel);
                if let Some(cache) = &mut cache {
                    cache.insert(pixel);
                }
                place = stop;
            }
            let greens = group.green.firsts(entries);
            let colors = group.colors.entries(entries);
            let mut beyond = 0;
            // At least 30 bits are valid.
            while place < stop {
                let mut entry = greens.look_up(bits.window());
                // While the entry comes.
                bits.refill();
                if entry & IS_LONG != 0 {
                    entry = group.green.second(entries, entry, bits.window());
                }
                bits.consume(entry);
                let symbol = symbol(entry);
                if symbol < FIRST_LENGTH {
                    let mut entry = colors.look_up(bits.window());
                    if entry & IS_SPLIT != 0 {
                        bits.refill();
                        entry = long_colors(group, entries, bits.window());
                        bits.consume(entry);
                        bits.refill();
                    } else {
                        bits.consume(entry);
                    }
                    let pixel = without_green(entry) | symbol << 8;
                    pixels[place] = pixel;
                    if let Some(cache) = &mut cache {
                        cache.insert(pixel);
                    }
                    place += 1;
                } else if symbol < FIRST_INDEX {
                    let prefix = symbol - FIRST_LENGTH;
                    let length = value(prefix, bits.take(extra_bits(prefix)));
                    bits.refill();
                    let entry = group.distance.look_up(entries, bits.window());
                    bits.consume(entry);
                    let prefix = crate::table::symbol(entry);
                    let code = value(prefix, bits.take(extra_bits(prefix)));
                    bits.refill();
                    let distance = self.distances.of(code);
                    // Where the image is, from its start.
                    let column = self.column + (place - start);
                    let before = self.row * width + column;
                    if distance > before {
                        return Err(broken(bits, "a reference before the image"));
                    }
                    if length > self.height * width - before {
                        return Err(broken(bits, "a reference beyond the image"));
                    }
                    let from = place;
                    let after = copy(pixels, place, distance, length);
                    if let Some(cache) = &mut cache
                        && distance > 1
                    {
                        for at in from..from + length {
                            let at = if at < pixels.len() {
                                at
                            } else {
                                at - pixels.len()
                            };
                            cache.insert(pixels[at]);
                        }
                    }
                    if length >= stop - from {
                        beyond = length - (stop - from);
                        place = after;
                        break;
                    }
                    place = after;
                } else {
                    if let Some(cache) = &mut cache {
                        let pixel = cache.color(symbol - FIRST_INDEX);
                        pixels[place] = pixel;
                        // It is there, unless it was never put in: so does libwebp.
                        cache.insert(pixel);
                    }
                    place += 1;
                }
            }
            if beyond == 0 && place == pixels.len() {
                place = 0;
            }
            self.column += count + beyond;
            if self.column >= width {
                self.row += self.column / width;
                self.column %= width;
            }
        }
        self.place = place;
        self.bits = bits;
        if IS_CACHED {
            self.cache = cache;
        }
        Ok(())
    }
}

simd::levels! {
    /// Decodes up to the end of the row before `end`, or further.
    fn decode_rows(level: Level, pixels: &mut Pixels<'_>, end: usize) -> Result<()> {
        match pixels.cache {
            Some(_) => pixels.decode_rows::<true>(end),
            None => pixels.decode_rows::<false>(end),
        }
    }
}

/// The zeros after the end may break a rule, too.
#[cold]
fn broken(bits: Bits<'_>, what: &'static str) -> Error {
    match bits.is_past_end() {
        true => Error::CutOff,
        false => Error::Malformed(what),
    }
}

/// Looks colors up that have long codes.
#[inline(never)]
fn long_colors(group: &Group, entries: &[u32], window: u64) -> u32 {
    group.colors(entries, window)
}

/// Reads an image that helps to decode the main one, whole: it has one group of codes.
pub(crate) fn read_image(
    level: Level,
    bits: &mut Bits<'_>,
    [width, height]: [usize; 2],
) -> Result<Vec<u32>> {
    let mut pixels = Pixels::read(level, *bits, Window::whole(width, height), height, false)?;
    for row in 0..height {
        pixels.row(row)?;
    }
    *bits = pixels.bits;
    Ok(pixels.window.pixels)
}
