//! What a HEIF file shows: which coded images, cut and turned how, with which colors.

use super::aperture;
use super::boxes::{Code, Fields, Flaw};
use super::items::{Items, Property, Transform};
use crate::geometry::{Orientation, PixelRect, Size};
use crate::source::matrix::Nclx;

/// A still image, described without a byte of it decoded.
pub(super) struct Still<'a> {
    pub(super) color: Image<'a>,
    pub(super) alpha: Option<Image<'a>>,
    /// Whether the colors are already multiplied by their opacity.
    pub(super) premultiplied: bool,
    /// What is left by the clean apertures, in coded pixels.
    pub(super) visible: PixelRect,
    pub(super) orientation: Orientation,
    pub(super) nclx: Option<Nclx>,
    pub(super) icc: Option<&'a [u8]>,
}

/// A coded image: one item, or a grid of them, from left to right and from top to bottom.
pub(super) struct Image<'a> {
    pub(super) size: Size,
    pub(super) tile: Size,
    pub(super) columns: u32,
    pub(super) tiles: Vec<u32>,
    /// The configuration of the decoder (`hvcC` or `av1C`) of each tile, as they share one.
    pub(super) config: Config<'a>,
}

/// The configuration of a decoder.
#[derive(Clone, Copy)]
pub(super) enum Config<'a> {
    Hevc(&'a [u8]),
    /// Everything that `av1C` says is in the stream too, and where they disagree the stream is right.
    Av1,
}

impl<'a> Still<'a> {
    pub(super) fn read(items: &Items<'a>) -> Result<Self, Flaw> {
        let mut id = items.primary();
        // `iden`: another item, turned or cut once more (ISO 23008-12, 6.6.2.1).
        let mut transforms = Vec::new();
        for _ in 0..4 {
            if items.kind(id)? != *b"iden" {
                break;
            }
            transforms.push(transforms_of(&items.properties(id)?));
            id = *items
                .referred(id, b"dimg")
                .first()
                .ok_or(Flaw::Malformed("a derived image of nothing"))?;
        }
        let properties = items.properties(id)?;
        transforms.push(transforms_of(&properties));
        let color = Image::read(items, id)?;
        let (visible, orientation) =
            aperture::visible(color.size, transforms.iter().rev().flatten().copied())?;
        let alpha = alpha_of(items, id)?;
        let premultiplied = alpha.is_some_and(|alpha| items.referred(id, b"prem") == [alpha]);
        let alpha = alpha.map(|alpha| Image::read(items, alpha)).transpose()?;
        if alpha.as_ref().is_some_and(|alpha| alpha.size != color.size) {
            return Err(Flaw::Unsupported("an opacity of another size".into()));
        }
        let of_a_tile = items.properties(color.tiles[0])?;
        let described = || properties.iter().chain(&of_a_tile);
        Ok(Self {
            premultiplied,
            alpha,
            visible,
            orientation,
            nclx: described().find_map(|property| match property {
                Property::Nclx(nclx) => Some(*nclx),
                _ => None,
            }),
            icc: described().find_map(|property| match property {
                Property::Icc(icc) => Some(*icc),
                _ => None,
            }),
            color,
        })
    }
}

fn alpha_of(items: &Items<'_>, id: u32) -> Result<Option<u32>, Flaw> {
    const ALPHA: [&[u8]; 2] = [
        b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
        b"urn:mpeg:hevc:2015:auxid:1",
    ];
    for auxiliary in items.referring(id, b"auxl") {
        let is_alpha = items
            .properties(auxiliary)?
            .iter()
            .any(|property| matches!(property, Property::Auxiliary(kind) if ALPHA.contains(kind)));
        if is_alpha {
            return Ok(Some(auxiliary));
        }
    }
    Ok(None)
}

impl<'a> Image<'a> {
    fn read(items: &Items<'a>, id: u32) -> Result<Self, Flaw> {
        let properties = items.properties(id)?;
        let size = size_of(&properties)?;
        match &items.kind(id)? {
            b"hvc1" | b"av01" => Ok(Self {
                size,
                tile: size,
                columns: 1,
                tiles: vec![id],
                config: config_of(&properties)?,
            }),
            b"grid" => Self::read_grid(items, id, size),
            kind => Err(Flaw::Unsupported(kind_named(*kind))),
        }
    }

    /// ISO 23008-12, 6.6.2.3.
    fn read_grid(items: &Items<'a>, id: u32, size: Size) -> Result<Self, Flaw> {
        let layout = items.bytes(id)?;
        let mut fields = Fields(&layout);
        fields.u8()?;
        let is_long = fields.u8()? & 1 != 0;
        let (rows, columns) = (u32::from(fields.u8()?) + 1, u32::from(fields.u8()?) + 1);
        let canvas = Size {
            width: fields.item_id(is_long)?,
            height: fields.item_id(is_long)?,
        };
        let tiles = items.referred(id, b"dimg").to_vec();
        if tiles.len() as u64 != u64::from(rows) * u64::from(columns) {
            return Err(Flaw::Malformed("a grid with tiles missing"));
        }
        if canvas != size {
            return Err(Flaw::Malformed("a grid of two sizes"));
        }
        let first = items.properties(tiles[0])?;
        let (tile, config) = (size_of(&first)?, config_of(&first)?);
        if u64::from(tile.width) * u64::from(columns) < u64::from(size.width)
            || u64::from(tile.height) * u64::from(rows) < u64::from(size.height)
        {
            return Err(Flaw::Malformed("a grid larger than its tiles"));
        }
        for &other in &tiles {
            if !matches!(&items.kind(other)?, b"hvc1" | b"av01") {
                return Err(Flaw::Unsupported("a grid of derived images".into()));
            }
        }
        Ok(Self {
            size,
            tile,
            columns,
            tiles,
            config,
        })
    }
}

fn size_of(properties: &[Property<'_>]) -> Result<Size, Flaw> {
    properties
        .iter()
        .find_map(|property| match property {
            Property::Size(size) => Some(*size),
            _ => None,
        })
        .ok_or(Flaw::Malformed("an image without a size"))
}

fn config_of<'a>(properties: &[Property<'a>]) -> Result<Config<'a>, Flaw> {
    properties
        .iter()
        .find_map(|property| match property {
            Property::Hevc(config) => Some(Config::Hevc(config)),
            Property::Av1 => Some(Config::Av1),
            _ => None,
        })
        .ok_or(Flaw::Malformed("an image without a configuration"))
}

fn kind_named(kind: Code) -> String {
    match &kind {
        b"avc1" => "HEIF with H.264".into(),
        b"vvc1" => "HEIF with H.266".into(),
        b"jpeg" => "HEIF with JPEG".into(),
        b"j2k1" => "HEIF with JPEG 2000".into(),
        b"unci" => "uncompressed HEIF".into(),
        b"iovl" => "an overlay of HEIF images".into(),
        kind => format!("a HEIF image of the type “{}”", kind.escape_ascii()),
    }
}

fn transforms_of(properties: &[Property<'_>]) -> Vec<Transform> {
    properties
        .iter()
        .filter_map(|property| match property {
            Property::Transform(transform) => Some(*transform),
            _ => None,
        })
        .collect()
}
