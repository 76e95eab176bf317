//! SVG and SVGZ, by resvg: drawn at the picture's size, for it has none of its own.
//!
//! A drawing is a program for the processor. What it may cost is bounded before it runs: bytes, elements with all that
//! they refer to, depth, and what painting and filtering do. Nothing outside the file is read, and where that, text or an
//! embedded picture would have to be drawn, there is an error and no picture with something missing.

mod budget;
mod work;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, roxmltree};

use super::rows::contain;
use super::within;
use crate::error::{Error, Limit};
use crate::geometry::{Cut, Orientation, Rect, Size};
use crate::header::{Format, Header, Profile, Samples};
use crate::options::Limits;
use crate::pixels::Pixels;

/// A drawing that was read, and found to cost little enough.
pub(crate) struct SvgPhoto {
    pub(crate) header: Header,
    tree: usvg::Tree,
    /// The most bytes that drawing may take.
    memory_limit: u64,
}

/// The most bytes of a drawing, unpacked.
pub(super) const MOST_BYTES: u64 = 16 << 20;

/// The most elements and attributes.
const MOST_NODES: u32 = 500_000;

/// What a byte of XML takes once it is read, about.
const MEMORY_PER_BYTE: u64 = 16;

/// The side of most pictures, in pixels.
const USUAL_SIDE: u32 = 640;

/// The shorter side of a drawing, at least: finer than a picture, so that whole numbers move nothing that is seen.
const FINE_SIDE: f32 = 1024.0;

impl SvgPhoto {
    pub(super) fn open(photo: &[u8], limits: &Limits) -> Result<Self, Error> {
        contain(Format::Svg, || {
            let unpacked;
            let xml = match photo.starts_with(&GZIP) {
                true => {
                    unpacked = unpack(photo)?;
                    &unpacked[..]
                }
                false => photo,
            };
            within(Limit::Bytes, xml.len() as u64, MOST_BYTES)?;
            let memory = xml.len() as u64 * MEMORY_PER_BYTE + (32 << 20);
            within(Limit::Memory, memory, limits.memory)?;
            let text = std::str::from_utf8(xml).map_err(|_| malformed("its text is not UTF-8"))?;
            let text = text.trim_start_matches('\u{FEFF}');
            budget::check_text(text)?;
            let parsing = roxmltree::ParsingOptions {
                allow_dtd: true,
                nodes_limit: MOST_NODES,
                ..Default::default()
            };
            let document = roxmltree::Document::parse_with_options(text, parsing)
                .map_err(|error| malformed(&error.to_string()))?;
            budget::check_elements(&document)?;
            let tree = usvg::Tree::from_xmltree(&document, &usvg::Options::default())
                .map_err(|error| malformed(&error.to_string()))?;
            let size = size(&tree);
            let layers = {
                let usual = usual_cut(size);
                let transform = transform(&tree, size, usual);
                work::check(&tree, transform, [usual.width, usual.height], limits.memory)?
            };
            let memory = memory + layers;
            within(Limit::Memory, memory, limits.memory)?;
            let header = Header {
                format: Format::Svg,
                size,
                orientation: Orientation::Normal,
                bits: 8,
                samples: Samples::Rgba,
                is_ycbcr: false,
                profile: Profile::None,
                memory,
            };
            Ok(Self {
                header,
                tree,
                memory_limit: limits.memory,
            })
        })
    }

    /// Draws the cut at its own size.
    pub(crate) fn draw(&self, cut: Cut, pixels: &mut Pixels) -> Result<(), Error> {
        contain(Format::Svg, || {
            let transform = transform(&self.tree, self.header.size, cut);
            let size = [cut.width, cut.height];
            work::check(&self.tree, transform, size, self.memory_limit)?;
            let mut picture = Pixmap::new(cut.width, cut.height)
                .ok_or_else(|| malformed("it cannot be drawn so large"))?;
            resvg::render(&self.tree, transform, &mut picture.as_mut());
            let bytes = pixels.refill(Samples::Rgba);
            bytes.extend(picture.pixels().iter().flat_map(|pixel| {
                let color = pixel.demultiply();
                [color.red(), color.green(), color.blue(), color.alpha()]
            }));
            Ok(())
        })
    }
}

/// The middle square at the usual size: what is found of it is said in the header.
fn usual_cut(size: Size) -> Cut {
    let side = f64::from(size.width.min(size.height));
    Cut {
        rect: Rect {
            x: (f64::from(size.width) - side) / 2.0,
            y: (f64::from(size.height) - side) / 2.0,
            width: side,
            height: side,
        },
        width: USUAL_SIDE,
        height: USUAL_SIDE,
    }
}

/// From the drawing's units to the pixels of a cut.
fn transform(tree: &usvg::Tree, size: Size, cut: Cut) -> Transform {
    let drawing = tree.size();
    let scale = f64::from(cut.width) / cut.rect.width;
    let Size { width, height } = size;
    Transform::from_row(
        (scale * f64::from(width) / f64::from(drawing.width())) as f32,
        0.0,
        0.0,
        (scale * f64::from(height) / f64::from(drawing.height())) as f32,
        (-cut.rect.x * scale) as f32,
        (-cut.rect.y * scale) as f32,
    )
}

/// The first bytes of a gzip file.
pub(crate) const GZIP: [u8; 2] = [0x1F, 0x8B];

/// Unpacks an SVGZ, up to what a drawing may have.
fn unpack(photo: &[u8]) -> Result<Vec<u8>, Error> {
    use std::io::Read;

    let mut xml = Vec::new();
    flate2::read::MultiGzDecoder::new(photo)
        .take(MOST_BYTES + 1)
        .read_to_end(&mut xml)
        .map_err(|_| malformed("the file is cut off, or its bytes were changed"))?;
    Ok(xml)
}

/// The size of a drawing in whole units, its shape kept: small ones in finer units.
fn size(tree: &usvg::Tree) -> Size {
    let size = tree.size();
    let (width, height) = (size.width(), size.height());
    let fine = (FINE_SIDE / width.min(height)).max(1.0);
    let is_whole = width.fract() == 0.0 && height.fract() == 0.0;
    let unit = match is_whole {
        true => fine.ceil(),
        false => fine,
    };
    // No longer than any limit: it is drawn as small as the picture, whatever it claims.
    let unit = unit.min(f32::from(u16::MAX) / width.max(height));
    let whole = |side: f32| ((side * unit).round() as u32).max(1);
    Size {
        width: whole(width),
        height: whole(height),
    }
}

fn malformed(cause: &str) -> Error {
    Error::Malformed {
        format: Format::Svg,
        cause: cause.lines().next().unwrap_or_default().to_owned(),
    }
}
