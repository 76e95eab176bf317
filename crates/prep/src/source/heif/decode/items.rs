//! The items of a HEIF file, their properties and their relations (ISO 23008-12, 6 and 9).

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::boxes::{Code, Fields, Flaw};
use crate::geometry::Size;
use crate::source::matrix::Nclx;

/// The most bytes of one of its tables: a picture of 10,000 tiles needs 200 thousand; what is read
/// of them takes up to sixteen times as much.
const MAX_TABLE: usize = 2 << 20;

/// The meta box, read: what items there are and where their bytes lie.
pub(super) struct Items<'a> {
    file: &'a [u8],
    data: &'a [u8],
    primary: u32,
    items: BTreeMap<u32, Item>,
    properties: Vec<Property<'a>>,
    references: Vec<Reference>,
}

#[derive(Default)]
struct Item {
    kind: Code,
    protected: bool,
    in_item_data: bool,
    unreadable: bool,
    extents: Vec<(u64, u64)>,
    properties: Vec<(usize, bool)>,
}

struct Reference {
    kind: Code,
    from: u32,
    to: Vec<u32>,
}

/// A property of an item (ISO 23008-12, 6.5).
#[derive(Clone, Copy)]
pub(super) enum Property<'a> {
    /// `ispe`: width and height as coded.
    Size(Size),
    /// `hvcC`: the HEVC decoder's configuration.
    Hevc(&'a [u8]),
    /// `av1C`: the AV1 decoder's configuration.
    Av1,
    /// `colr` with code points: how the samples are meant.
    Nclx(Nclx),
    /// `colr` with an ICC profile.
    Icc(&'a [u8]),
    /// `auxC`: what an auxiliary image is for.
    Auxiliary(&'a [u8]),
    /// `clap`, `irot`, `imir`.
    Transform(Transform),
    /// What changes nothing for a still picture.
    Harmless,
    /// What is not understood.
    Unknown(Code),
}

/// What is done to a decoded image before it is shown, in the order of the item's list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Transform {
    /// `clap`: width, height, and the offset of its center from the image's.
    Crop {
        width: f64,
        height: f64,
        x: f64,
        y: f64,
    },
    /// `irot`: quarter turns, anti-clockwise.
    Rotate(u8),
    /// `imir`, axis 0: top to bottom.
    FlipVertical,
    /// `imir`, axis 1: left to right.
    FlipHorizontal,
}

impl<'a> Items<'a> {
    pub(super) fn read(file: &'a [u8]) -> Result<Self, Flaw> {
        let Some(mut meta) = Fields(file).find(b"meta")? else {
            return Err(match Fields(file).find(b"moov")? {
                Some(_) => Flaw::Unsupported("an image sequence without a still image".into()),
                None => Flaw::Malformed("it holds no image"),
            });
        };
        meta.version()?;
        let mut items = Self {
            file,
            data: &[],
            primary: 0,
            items: BTreeMap::new(),
            properties: Vec::new(),
            references: Vec::new(),
        };
        while let Some(found) = meta.next_box()? {
            if found.kind != *b"idat" && found.body.0.len() > MAX_TABLE {
                return Err(Flaw::Malformed("a table of images beyond all measure"));
            }
            match &found.kind {
                b"pitm" => items.read_primary(found.body)?,
                b"iinf" => items.read_kinds(found.body)?,
                b"iloc" => items.read_locations(found.body)?,
                b"iprp" => items.read_properties(found.body)?,
                b"iref" => items.read_references(found.body)?,
                b"idat" => items.data = found.body.0,
                _ => {}
            }
        }
        Ok(items)
    }

    /// The item to show: the primary one, or what it is only a thumbnail of.
    pub(super) fn primary(&self) -> u32 {
        self.referred(self.primary, b"thmb")
            .first()
            .copied()
            .unwrap_or(self.primary)
    }

    pub(super) fn kind(&self, id: u32) -> Result<Code, Flaw> {
        let item = self.item(id)?;
        if item.protected {
            return Err(Flaw::Unsupported("an encrypted image".into()));
        }
        Ok(item.kind)
    }

    /// The items that `id` refers to.
    pub(super) fn referred(&self, id: u32, kind: &Code) -> &[u32] {
        self.references
            .iter()
            .find(|reference| reference.from == id && reference.kind == *kind)
            .map_or(&[], |reference| &reference.to)
    }

    /// The items that refer to `id`.
    pub(super) fn referring(&self, id: u32, kind: &Code) -> impl Iterator<Item = u32> {
        self.references
            .iter()
            .filter(move |reference| reference.kind == *kind && reference.to.contains(&id))
            .map(|reference| reference.from)
    }

    /// The properties of an item, in the order of its list.
    ///
    /// One that is essential and not understood makes the item unreadable (9.3.1).
    pub(super) fn properties(&self, id: u32) -> Result<Vec<Property<'a>>, Flaw> {
        let item = self.item(id)?;
        let mut found = Vec::with_capacity(item.properties.len());
        for &(index, essential) in &item.properties {
            // Index 0 means that there is no property (9.3.1): some cameras write it in place of a rotation by nothing.
            let Some(index) = index.checked_sub(1) else {
                continue;
            };
            let property = *self
                .properties
                .get(index)
                .ok_or(Flaw::Malformed("a property that is not there"))?;
            match property {
                Property::Unknown(code) if essential => {
                    return Err(Flaw::Unsupported(format!(
                        "an image with the property “{}”",
                        code.escape_ascii()
                    )));
                }
                property => found.push(property),
            }
        }
        Ok(found)
    }

    /// The length of the file, as far as it was read.
    pub(super) fn file_length(&self) -> u64 {
        self.file.len() as u64
    }

    /// The bytes of an item, joined where they lie in pieces.
    pub(super) fn bytes(&self, id: u32) -> Result<Cow<'a, [u8]>, Flaw> {
        let item = self.item(id)?;
        if item.unreadable {
            return Err(Flaw::Unsupported("an image stored outside its file".into()));
        }
        let from = match item.in_item_data {
            true => self.data,
            false => self.file,
        };
        let piece = |&(offset, length): &(u64, u64)| {
            let rest = usize::try_from(offset)
                .ok()
                .and_then(|offset| from.get(offset..))?;
            match length {
                0 => Some(rest),
                length => rest.get(..usize::try_from(length).ok()?),
            }
        };
        let cut_off = Flaw::Malformed("the file is cut off");
        match item.extents.as_slice() {
            [] => Err(Flaw::Malformed("an image without bytes")),
            [one] => piece(one).map(Cow::Borrowed).ok_or(cut_off),
            many => {
                let mut joined = Vec::new();
                for extent in many {
                    let piece = piece(extent).ok_or(Flaw::Malformed("the file is cut off"))?;
                    if joined.len() + piece.len() > self.file.len() {
                        return Err(Flaw::Malformed("its pieces overlap"));
                    }
                    joined.extend_from_slice(piece);
                }
                Ok(Cow::Owned(joined))
            }
        }
    }

    fn item(&self, id: u32) -> Result<&Item, Flaw> {
        self.items
            .get(&id)
            .ok_or(Flaw::Malformed("an image that is not there"))
    }

    fn read_primary(&mut self, mut body: Fields<'a>) -> Result<(), Flaw> {
        let (version, _) = body.version()?;
        self.primary = body.item_id(version > 0)?;
        Ok(())
    }

    fn read_kinds(&mut self, mut body: Fields<'a>) -> Result<(), Flaw> {
        let (version, _) = body.version()?;
        body.bytes(if version == 0 { 2 } else { 4 })?;
        while let Some(entry) = body.next_box()? {
            let mut entry = entry.body;
            let (version, _) = entry.version()?;
            if version < 2 {
                continue;
            }
            let id = entry.item_id(version > 2)?;
            let protected = entry.u16()? != 0;
            let kind = entry.code()?;
            let item = self.items.entry(id).or_default();
            item.kind = kind;
            item.protected = protected;
        }
        Ok(())
    }

    /// ISO 14496-12, 8.11.3.
    fn read_locations(&mut self, mut body: Fields<'a>) -> Result<(), Flaw> {
        let (version, _) = body.version()?;
        let widths = body.u16()?.to_be_bytes();
        let [offset, length] = [widths[0] >> 4, widths[0] & 15];
        let [base, index] = [widths[1] >> 4, widths[1] & 15];
        let index = if version == 0 { 0 } else { index };
        let is_counted_for_nothing = offset + length + index == 0;
        let count = body.item_id(version > 1)?;
        for _ in 0..count {
            let id = body.item_id(version > 1)?;
            let construction = if version == 0 { 0 } else { body.u16()? & 15 };
            let elsewhere = body.u16()? != 0;
            let base = body.sized(base)?;
            let extents = body.u16()?;
            if is_counted_for_nothing && extents > 1 {
                return Err(Flaw::Malformed("pieces without a place"));
            }
            let extents = (0..extents)
                .map(|_| {
                    body.sized(index)?;
                    let offset = body.sized(offset)?.saturating_add(base);
                    Ok((offset, body.sized(length)?))
                })
                .collect::<Result<_, Flaw>>()?;
            let item = self.items.entry(id).or_default();
            item.extents = extents;
            item.in_item_data = construction == 1;
            item.unreadable = construction > 1 || elsewhere;
        }
        Ok(())
    }

    fn read_properties(&mut self, mut body: Fields<'a>) -> Result<(), Flaw> {
        while let Some(found) = body.next_box()? {
            match &found.kind {
                b"ipco" => {
                    let mut container = found.body;
                    while let Some(property) = container.next_box()? {
                        self.properties
                            .push(read_property(property.kind, property.body)?);
                    }
                }
                b"ipma" => self.read_associations(found.body)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// ISO 23008-12, 9.3.
    fn read_associations(&mut self, mut body: Fields<'a>) -> Result<(), Flaw> {
        let (version, flags) = body.version()?;
        for _ in 0..body.u32()? {
            let id = body.item_id(version > 0)?;
            let mut properties = Vec::new();
            for _ in 0..body.u8()? {
                properties.push(match flags & 1 {
                    1 => {
                        let word = body.u16()?;
                        (usize::from(word & 0x7FFF), word & 0x8000 != 0)
                    }
                    _ => {
                        let byte = body.u8()?;
                        (usize::from(byte & 0x7F), byte & 0x80 != 0)
                    }
                });
            }
            self.items.entry(id).or_default().properties = properties;
        }
        Ok(())
    }

    fn read_references(&mut self, mut body: Fields<'a>) -> Result<(), Flaw> {
        let (version, _) = body.version()?;
        while let Some(found) = body.next_box()? {
            let mut fields = found.body;
            let from = fields.item_id(version > 0)?;
            let to = (0..fields.u16()?)
                .map(|_| fields.item_id(version > 0))
                .collect::<Result<_, _>>()?;
            self.references.push(Reference {
                kind: found.kind,
                from,
                to,
            });
        }
        Ok(())
    }
}

fn read_property(kind: Code, mut body: Fields<'_>) -> Result<Property<'_>, Flaw> {
    Ok(match &kind {
        b"ispe" => {
            body.version()?;
            Property::Size(Size {
                width: body.u32()?,
                height: body.u32()?,
            })
        }
        b"hvcC" => Property::Hevc(body.0),
        b"av1C" => Property::Av1,
        b"colr" => match &body.code()? {
            b"nclx" => Property::Nclx(Nclx {
                primaries: body.u16()?,
                transfer: body.u16()?,
                matrix: body.u16()?,
                full_range: body.u8()? & 0x80 != 0,
            }),
            b"prof" | b"rICC" => Property::Icc(body.0),
            _ => Property::Harmless,
        },
        b"auxC" => {
            body.version()?;
            let end = body.0.iter().position(|&byte| byte == 0);
            Property::Auxiliary(&body.0[..end.unwrap_or(body.0.len())])
        }
        b"irot" => Property::Transform(Transform::Rotate(body.u8()? & 3)),
        b"imir" => Property::Transform(match body.u8()? & 1 {
            0 => Transform::FlipVertical,
            _ => Transform::FlipHorizontal,
        }),
        b"clap" => {
            let width = fraction(&mut body)?;
            let height = fraction(&mut body)?;
            let x = fraction(&mut body)?;
            let y = fraction(&mut body)?;
            Property::Transform(Transform::Crop {
                width,
                height,
                x,
                y,
            })
        }
        // All layers, which is what is decoded anyway (AVIF 2.3.2); the first operating point.
        b"lsel" if body.u16()? == 0xFFFF => Property::Harmless,
        b"a1op" if body.u8()? == 0 => Property::Harmless,
        b"pixi" | b"pasp" | b"clli" | b"mdcv" | b"a1lx" | b"udes" | b"altt" | b"rloc" => {
            Property::Harmless
        }
        _ => Property::Unknown(kind),
    })
}

fn fraction(body: &mut Fields<'_>) -> Result<f64, Flaw> {
    let over = body.u32()?.cast_signed();
    match body.u32()?.cast_signed() {
        0 => Err(Flaw::Malformed("a fraction over zero")),
        under => Ok(f64::from(over) / f64::from(under)),
    }
}
