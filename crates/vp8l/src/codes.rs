//! The prefix codes of an image (RFC 9649, 3.7.2.2): groups of five, and which group each block of the image uses.

use simd::Level;

use crate::bits::Bits;
use crate::color_cache::ColorCache;
use crate::error::{Error, Result};
use crate::pixels::read_image;
use crate::prefix_code::CodeReader;
use crate::reference::{DISTANCE_PREFIXES, LENGTH_PREFIXES};
use crate::table::{Firsts, Table, symbol};

/// Returns the most entries that all tables together may have, by the length of the data. Encoders do not come near: libwebp's makes
/// 2600 groups at most, and a group that decodes anything is longer than the entries that it adds would allow.
pub(crate) fn max_entries(length: usize) -> usize {
    length.saturating_mul(256).clamp(1 << 14, 1 << 22)
}

/// More entries than a group has: room is made for so many at a time, for a vector that grows by itself takes twice what it holds.
pub(crate) const ROOM: usize = 1 << 14;

/// The most entries of all groups' tables of colors: more would not stay in the cache.
const MAX_PACKED_ENTRIES: usize = 1 << 19;

/// The most bits of a look-up in a table of colors.
const MAX_PACKED_BITS: u32 = 11;

/// In an entry of a table of colors: the codes are longer than the look-up.
pub(crate) const IS_SPLIT: u32 = 1 << 7;

/// The codes of a block.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Green, lengths and indices of the color cache.
    pub(crate) green: Table,
    pub(crate) red: Table,
    pub(crate) blue: Table,
    pub(crate) alpha: Table,
    pub(crate) distance: Table,
    pub(crate) colors: Colors,
    /// The only pixel that there is, and that takes no bits.
    pub(crate) solid: Option<u32>,
}

/// Where the table of colors is: red, blue and opacity by one look-up, where their codes fit in it.
///
/// ```text
/// 31 ··· 24   23 ··· 16   15 ··· 8   7          6 ··· 0
/// opacity     red         blue       IS_SPLIT   bits to be consumed
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Colors {
    start: u32,
    bits: u32,
}

impl Colors {
    #[inline(always)]
    pub(crate) fn entries<'e>(&self, entries: &'e [u32]) -> Firsts<'e> {
        Firsts(&entries[self.start as usize..][..1 << self.bits])
    }
}

/// Returns what an entry of a table of colors has of a pixel.
#[inline(always)]
pub(crate) fn without_green(entry: u32) -> u32 {
    entry & 0xFFFF_0000 | entry >> 8 & 0xFF
}

/// The codes of an image.
#[derive(Debug)]
pub(crate) struct Codes {
    pub(crate) entries: Vec<u32>,
    groups: Vec<Group>,
    /// The group of each block; empty if there is one for all.
    blocks: Vec<u16>,
    /// The side of a block is two to the power of this.
    block_bits: u32,
    blocks_across: usize,
}

impl Codes {
    /// Reads the codes of an image with `size` columns and rows. `has_blocks` is true of the main image only.
    pub(crate) fn read(
        level: Level,
        bits: &mut Bits<'_>,
        size: [usize; 2],
        cache: Option<&ColorCache>,
        has_blocks: bool,
    ) -> Result<Self> {
        let mut codes = Self {
            entries: Vec::new(),
            groups: Vec::new(),
            blocks: Vec::new(),
            block_bits: 0,
            blocks_across: 1,
        };
        // Groups in the order of the data, each with its place in `groups` if a block uses it.
        let mut places = vec![Some(0)];
        if has_blocks && bits.flag() {
            codes.block_bits = 2 + bits.read(3);
            let blocks = size.map(|side| side.div_ceil(1 << codes.block_bits));
            codes.blocks_across = blocks[0];
            let image = read_image(level, bits, blocks)?;
            codes.blocks = image.iter().map(|pixel| (pixel >> 8) as u16).collect();
            places = renumber(&mut codes.blocks);
        }
        codes.read_groups(bits, &places, cache, size[0] * size[1])?;
        Ok(codes)
    }

    fn read_groups(
        &mut self,
        bits: &mut Bits<'_>,
        places: &[Option<u16>],
        cache: Option<&ColorCache>,
        pixels: usize,
    ) -> Result<()> {
        let colors = cache.map_or(0, ColorCache::len);
        let mut reader = CodeReader::default();
        let mut unused = Vec::new();
        let used = places.iter().flatten().count();
        let packed_bits = packed_bits(used, pixels);
        let mut groups = vec![None; used];
        let most = max_entries(bits.remaining());
        for place in places {
            if self.entries.capacity() - self.entries.len() < ROOM {
                self.entries.reserve_exact(2 * ROOM);
            }
            let entries = match place {
                Some(_) => &mut self.entries,
                None => {
                    unused.clear();
                    &mut unused
                }
            };
            let mut read = |alphabet, first| reader.read(bits, alphabet, first, entries);
            let mut group = Group {
                green: read(256 + LENGTH_PREFIXES + colors, 9)?,
                red: read(256, 8)?,
                blue: read(256, 8)?,
                alpha: read(256, 8)?,
                distance: read(DISTANCE_PREFIXES, 7)?,
                colors: Colors::default(),
                solid: None,
            };
            let Some(place) = place else {
                continue;
            };
            group.solid = group.solid(entries);
            group.colors = group.pack(packed_bits, entries);
            if self.entries.len() > most {
                return Err(Error::Malformed("the prefix codes are too many"));
            }
            groups[usize::from(*place)] = Some(group);
        }
        self.groups = groups.into_iter().flatten().collect();
        Ok(())
    }

    /// Returns the group of a pixel, and to how many pixels of its row from there on it belongs.
    #[inline(always)]
    pub(crate) fn group(&self, column: usize, row: usize, width: usize) -> (&Group, usize) {
        if self.blocks.is_empty() {
            return (&self.groups[0], width - column);
        }
        let block = (row >> self.block_bits) * self.blocks_across + (column >> self.block_bits);
        let group = &self.groups[usize::from(self.blocks[block])];
        let end = (((column >> self.block_bits) + 1) << self.block_bits).min(width);
        (group, end - column)
    }
}

/// Numbers the groups that are used without gaps, in the order of the data; returns the new number of each.
fn renumber(blocks: &mut [u16]) -> Vec<Option<u16>> {
    let last = blocks.iter().copied().max().unwrap_or(0);
    let mut places = vec![None; usize::from(last) + 1];
    for &group in &*blocks {
        places[usize::from(group)] = Some(0);
    }
    for (place, number) in places.iter_mut().flatten().zip(0..) {
        *place = number;
    }
    for group in blocks {
        *group = places[usize::from(*group)].unwrap_or(0);
    }
    places
}

/// Returns how many bits a look-up of colors takes: a table must be worth its pixels, and all must stay in the cache.
fn packed_bits(groups: usize, pixels: usize) -> u32 {
    let entries = (MAX_PACKED_ENTRIES / groups).min(pixels / groups / 4);
    entries.max(1).ilog2().min(MAX_PACKED_BITS)
}

impl Group {
    /// The pixel of a group that has no other.
    fn solid(&self, entries: &[u32]) -> Option<u32> {
        let tables = [self.green, self.red, self.blue, self.alpha];
        if tables.iter().any(|table| table.longest > 0) {
            return None;
        }
        let [green, red, blue, alpha] = tables.map(|table| symbol(table.first(entries, 0)));
        (green < 256).then_some(alpha << 24 | red << 16 | green << 8 | blue)
    }

    /// Appends the table of colors to the entries.
    fn pack(&self, bits: u32, entries: &mut Vec<u32>) -> Colors {
        let start = entries.len() as u32;
        let bits = bits.min(self.red.longest + self.blue.longest + self.alpha.longest);
        for window in 0..1 << bits {
            let entry = self.colors(entries, window);
            let fits = entry & 0x7F <= bits && entry & IS_SPLIT == 0;
            entries.push(if fits { entry } else { IS_SPLIT });
        }
        Colors { start, bits }
    }

    /// Looks red, blue and opacity up in turn; the window must have all their bits, up to 45.
    #[inline(always)]
    pub(crate) fn colors(&self, entries: &[u32], mut window: u64) -> u32 {
        let mut next = |table: &Table| {
            let entry = table.look_up(entries, window);
            window >>= entry & 15;
            (symbol(entry), entry & 15)
        };
        let (red, red_bits) = next(&self.red);
        let (blue, blue_bits) = next(&self.blue);
        let (alpha, alpha_bits) = next(&self.alpha);
        alpha << 24 | red << 16 | blue << 8 | (red_bits + blue_bits + alpha_bits)
    }
}
