//! Draws SVG, by resvg, at the picture's size, for a drawing has none of its own.
//!
//! A drawing is a program for the processor. What it may cost is bounded before it runs: bytes, elements with all that
//! they refer to, depth, and what painting and filtering do. Nothing outside the file is read, and where that, text or an
//! embedded picture would have to be drawn, there is an error and no picture with something missing.

mod elements;
mod keywords;
mod work;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, roxmltree};

use super::{GZIP, encoding};
use crate::cancel::Cancel;
use crate::color::ColorSpace;
use crate::error::{Error, Limit};
use crate::geometry::{Rect, Resize, Size};
use crate::header::{Format, Samples};
use crate::pixels::Pixels;
use crate::source::context::{Claims, OpenContext, Opened, within};
use crate::source::decoder::{Decoder, Render};

/// The most bytes of a drawing, unpacked.
const MAX_BYTES: u64 = 16 << 20;

/// The most elements and attributes.
const MAX_NODES: u32 = 500_000;

/// What a byte of XML takes once it is read, about.
const MEMORY_PER_BYTE: u64 = 16;

/// The side of most pictures, in pixels.
const USUAL_SIDE: u32 = 640;

/// The shorter side of a drawing, at least: finer than a picture, so that whole numbers move nothing that is seen.
const MIN_SHORTER_SIDE: f32 = 1024.0;

/// A drawing that was read, and found to cost little enough.
struct Drawing {
    size: Size,
    tree: usvg::Tree,
    /// The most bytes that drawing may take.
    memory_limit: u64,
}

/// Reads the drawing, and rejects it if it would cost too much.
pub(super) fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    within(Limit::Bytes, context.photo.length(), MAX_BYTES)?;
    let photo = context.photo.whole()?;
    let unpacked;
    let xml = match photo.starts_with(&GZIP) {
        true => {
            unpacked = unpack(photo)?;
            &unpacked[..]
        }
        false => photo,
    };
    within(Limit::Bytes, xml.len() as u64, MAX_BYTES)?;
    let memory = xml.len() as u64 * MEMORY_PER_BYTE + (32 << 20);
    // Before the tree is built, which takes nearly all of it.
    within(Limit::Memory, memory, context.limits.memory)?;
    let text =
        encoding::decode(xml).ok_or_else(|| malformed("its text is in no known encoding"))?;
    let text = keywords::in_usual_case(text.trim_start_matches('\u{FEFF}'));
    elements::check_text(&text)?;
    let parsing = roxmltree::ParsingOptions {
        allow_dtd: true,
        nodes_limit: MAX_NODES,
        ..Default::default()
    };
    let document = roxmltree::Document::parse_with_options(&text, parsing)
        .map_err(|error| malformed(&error.to_string()))?;
    elements::check_elements(&document)?;
    let tree = usvg::Tree::from_xmltree(&document, &usvg::Options::default())
        .map_err(|error| malformed(&error.to_string()))?;
    let size = size(&tree);
    let layers = {
        let usual = usual_resize(size);
        let transform = transform(&tree, size, usual);
        work::check(&tree, transform, usual.size, context.limits.memory)?
    };
    let memory = memory + layers;
    let claims = Claims {
        is_vector: true,
        ..Claims::new(Format::SVG, size, Samples::Rgba, memory)
    };
    let drawing = Drawing {
        size,
        tree,
        memory_limit: context.limits.memory,
    };
    context.accept(
        claims,
        ColorSpace::Untagged,
        Decoder::Render(Box::new(drawing)),
    )
}

impl Render for Drawing {
    /// Draws the rectangle at the size that it becomes.
    fn render(&mut self, resize: Resize, pixels: &mut Pixels, _: &Cancel) -> Result<f32, Error> {
        let transform = transform(&self.tree, self.size, resize);
        work::check(&self.tree, transform, resize.size, self.memory_limit)?;
        let mut picture = Pixmap::new(resize.size.width, resize.size.height)
            .ok_or_else(|| malformed("it cannot be drawn so large"))?;
        resvg::render(&self.tree, transform, &mut picture.as_mut());
        let bytes = pixels.refill(Samples::Rgba);
        bytes.extend(picture.pixels().iter().flat_map(|pixel| {
            let color = pixel.demultiply();
            [color.red(), color.green(), color.blue(), color.alpha()]
        }));
        Ok(0.0)
    }
}

/// The middle square at the usual size: what is found of it is said in the header.
fn usual_resize(size: Size) -> Resize {
    let side = f64::from(size.width.min(size.height));
    Resize {
        rect: Rect {
            x: (f64::from(size.width) - side) / 2.0,
            y: (f64::from(size.height) - side) / 2.0,
            width: side,
            height: side,
        },
        size: Size::square(USUAL_SIDE),
    }
}

/// From the drawing's units to the pixels that a rectangle becomes.
fn transform(tree: &usvg::Tree, size: Size, resize: Resize) -> Transform {
    let drawing = tree.size();
    let scale = f64::from(resize.size.width) / resize.rect.width;
    let Size { width, height } = size;
    Transform::from_row(
        (scale * f64::from(width) / f64::from(drawing.width())) as f32,
        0.0,
        0.0,
        (scale * f64::from(height) / f64::from(drawing.height())) as f32,
        (-resize.rect.x * scale) as f32,
        (-resize.rect.y * scale) as f32,
    )
}

/// Unpacks an SVGZ, up to what a drawing may have.
fn unpack(photo: &[u8]) -> Result<Vec<u8>, Error> {
    use std::io::Read;

    let mut xml = Vec::new();
    flate2::read::MultiGzDecoder::new(photo)
        .take(MAX_BYTES + 1)
        .read_to_end(&mut xml)
        .map_err(|_| malformed("the file is cut off, or its bytes were changed"))?;
    Ok(xml)
}

/// The size of a drawing in whole units, its shape kept: small ones in finer units.
fn size(tree: &usvg::Tree) -> Size {
    let size = tree.size();
    let (width, height) = (size.width(), size.height());
    let fine = (MIN_SHORTER_SIDE / width.min(height)).max(1.0);
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

/// The first line of a cause: parsers add where in the text it is, over several.
fn malformed(cause: &str) -> Error {
    Format::SVG.malformed(cause.lines().next().unwrap_or_default())
}
