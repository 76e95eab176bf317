//! What a HEIF file shows: which coded images, cut and turned how, with which colours.

use super::boxes::{Code, Fields, Flaw};
use super::items::{Items, Nclx, Property, Transform};
use crate::geometry::{Orientation, Size};

/// A still image, described without a byte of it decoded.
pub(super) struct Still<'a> {
    pub(super) color: Image<'a>,
    pub(super) alpha: Option<Image<'a>>,
    /// Whether the colours are already multiplied by their opacity.
    pub(super) premultiplied: bool,
    /// What is left by the clean apertures, in coded pixels.
    pub(super) window: Window,
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
    Av1(&'a [u8]),
}

/// A part of an image in whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) size: Size,
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
        let (window, orientation) = seen(color.size, transforms.iter().rev().flatten().copied())?;
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
            window,
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
            Property::Av1(config) => Some(Config::Av1(config)),
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

/// Follows the transforms: what is left of the coded image, and how it is turned.
fn seen(
    coded: Size,
    transforms: impl Iterator<Item = Transform>,
) -> Result<(Window, Orientation), Flaw> {
    let mut window = Window {
        x: 0,
        y: 0,
        size: coded,
    };
    let mut orientation = Orientation::Normal;
    for transform in transforms {
        match transform {
            Transform::Rotate(quarters) => {
                for _ in 0..quarters {
                    orientation = then(orientation, Orientation::Rotate270);
                }
            }
            Transform::FlipVertical => orientation = then(orientation, Orientation::FlipVertical),
            Transform::FlipHorizontal => {
                orientation = then(orientation, Orientation::FlipHorizontal);
            }
            Transform::Crop {
                width,
                height,
                x,
                y,
            } => {
                // An aperture after a turn is given in turned pixels: it is brought back.
                let (width, height) = match orientation.swaps_sides() {
                    true => (height, width),
                    false => (width, height),
                };
                let (x, y) = stored_offset(orientation, x, y);
                window = cropped(window, [width, height], [x, y])?;
            }
        }
    }
    Ok((window, orientation))
}

/// A distance from the middle as seen, as it is stored.
fn stored_offset(orientation: Orientation, x: f64, y: f64) -> (f64, f64) {
    let back = ALL
        .into_iter()
        .find(|&back| then(orientation, back) == Orientation::Normal)
        .unwrap_or(orientation);
    turned(back, (x, y))
}

const ALL: [Orientation; 8] = [
    Orientation::Normal,
    Orientation::FlipHorizontal,
    Orientation::Rotate180,
    Orientation::FlipVertical,
    Orientation::Transpose,
    Orientation::Rotate90,
    Orientation::Transverse,
    Orientation::Rotate270,
];

/// One orientation after another is a third.
fn then(first: Orientation, second: Orientation) -> Orientation {
    // No two orientations send this arrow to the same place.
    let arrow = (1.0, 2.0);
    let sent = turned(second, turned(first, arrow));
    ALL.into_iter()
        .find(|&both| turned(both, arrow) == sent)
        .unwrap_or_default()
}

/// Where an arrow points after turning; right and down count up.
fn turned(orientation: Orientation, (x, y): (f64, f64)) -> (f64, f64) {
    match orientation {
        Orientation::Normal => (x, y),
        Orientation::FlipHorizontal => (-x, y),
        Orientation::Rotate180 => (-x, -y),
        Orientation::FlipVertical => (x, -y),
        Orientation::Transpose => (y, x),
        Orientation::Rotate90 => (-y, x),
        Orientation::Transverse => (-y, -x),
        Orientation::Rotate270 => (y, -x),
    }
}

/// The aperture of a size whose middle lies at an offset from the window's (ISO 14496-12, 12.1.4).
fn cropped(window: Window, size: [f64; 2], offset: [f64; 2]) -> Result<Window, Flaw> {
    let outside = Flaw::Malformed("a clean aperture outside the image");
    let along = |whole: u32, size: f64, offset: f64| {
        let whole = f64::from(whole);
        let begin = ((whole - size) / 2.0 + offset).round();
        // Written so that what is no number is refused.
        let lies_inside = size >= 1.0 && begin >= 0.0 && begin + size.floor() <= whole;
        lies_inside.then_some((begin as u32, size as u32))
    };
    let horizontal = along(window.size.width, size[0], offset[0]);
    let vertical = along(window.size.height, size[1], offset[1]);
    let (Some((x, width)), Some((y, height))) = (horizontal, vertical) else {
        return Err(outside);
    };
    Ok(Window {
        x: window.x + x,
        y: window.y + y,
        size: Size { width, height },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODED: Size = Size {
        width: 8,
        height: 6,
    };

    /// Where the pixel seen at (x, y) is coded, by doing each step to a whole image of positions.
    fn by_moving_pixels(transforms: &[Transform]) -> Vec<Vec<(u32, u32)>> {
        let mut image: Vec<Vec<(u32, u32)>> = (0..CODED.height)
            .map(|y| (0..CODED.width).map(|x| (x, y)).collect())
            .collect();
        for transform in transforms {
            let (width, height) = (image[0].len(), image.len());
            image = match *transform {
                // Anti-clockwise: the last column becomes the first row.
                Transform::Rotate(quarters) => (0..quarters).fold(image, |image, _| {
                    let (width, height) = (image[0].len(), image.len());
                    (0..width)
                        .map(|y| (0..height).map(|x| image[x][width - 1 - y]).collect())
                        .collect()
                }),
                Transform::FlipVertical => image.into_iter().rev().collect(),
                Transform::FlipHorizontal => image
                    .into_iter()
                    .map(|row| row.into_iter().rev().collect())
                    .collect(),
                Transform::Crop {
                    width: w,
                    height: h,
                    x,
                    y,
                } => {
                    let left = ((width as f64 - w) / 2.0 + x) as usize;
                    let top = ((height as f64 - h) / 2.0 + y) as usize;
                    image[top..top + h as usize]
                        .iter()
                        .map(|row| row[left..left + w as usize].to_vec())
                        .collect()
                }
            };
        }
        image
    }

    /// The corners that the window and the orientation show: upper left, upper right, lower left.
    fn corners(window: Window, orientation: Orientation) -> [(u32, u32); 3] {
        let seen = orientation.seen(window.size);
        let (right, bottom) = (window.size.width - 1, window.size.height - 1);
        [(0, 0), (seen.width - 1, 0), (0, seen.height - 1)].map(|(x, y)| {
            let (x, y) = match orientation {
                Orientation::Normal => (x, y),
                Orientation::FlipHorizontal => (right - x, y),
                Orientation::Rotate180 => (right - x, bottom - y),
                Orientation::FlipVertical => (x, bottom - y),
                Orientation::Transpose => (y, x),
                Orientation::Rotate90 => (y, bottom - x),
                Orientation::Transverse => (right - y, bottom - x),
                Orientation::Rotate270 => (right - y, x),
            };
            (window.x + x, window.y + y)
        })
    }

    #[test]
    fn turns_and_apertures_in_any_order_show_the_same_pixels() {
        let wide = Transform::Crop {
            width: 4.0,
            height: 2.0,
            x: 1.0,
            y: -1.0,
        };
        let square = Transform::Crop {
            width: 2.0,
            height: 2.0,
            x: 1.0,
            y: 0.0,
        };
        let small = Transform::Crop {
            width: 2.0,
            height: 2.0,
            x: 0.0,
            y: 0.0,
        };
        let flips = [Transform::FlipVertical, Transform::FlipHorizontal];
        let mut cases = vec![vec![], vec![wide], vec![wide, square]];
        for quarters in 0..4 {
            let turn = Transform::Rotate(quarters);
            for flip in flips {
                cases.push(vec![turn, flip]);
                cases.push(vec![flip, turn]);
                cases.push(vec![wide, turn, flip]);
                cases.push(vec![turn, flip, square]);
                cases.push(vec![flip, square, turn]);
                cases.push(vec![wide, turn, small, flip]);
            }
        }
        for transforms in cases {
            let image = by_moving_pixels(&transforms);
            let expected = [
                image[0][0],
                image[0][image[0].len() - 1],
                image[image.len() - 1][0],
            ];

            let (window, orientation) = seen(CODED, transforms.iter().copied()).unwrap();

            assert_eq!(corners(window, orientation), expected, "{transforms:?}");
        }
    }

    #[test]
    fn an_aperture_outside_the_image_is_refused() {
        for (width, x) in [
            (9.0, 0.0),
            (8.0, 1.0),
            (0.0, 0.0),
            (f64::NAN, 0.0),
            (2.0, 1e300),
        ] {
            let crop = Transform::Crop {
                width,
                height: 6.0,
                x,
                y: 0.0,
            };

            assert!(seen(CODED, [crop].into_iter()).is_err(), "{width} at {x}");
        }
    }
}
