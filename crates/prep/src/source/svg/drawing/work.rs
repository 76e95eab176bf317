//! What drawing costs: the tree is walked as the renderer does, with its layers of its sizes, and nothing is painted.
//!
//! Figures are nanoseconds, measured with resvg 0.49 on 2026-11-26 and rounded up.

mod filters;
mod paths;

use resvg::tiny_skia::{IntRect, Transform};
use resvg::usvg::{ClipPath, Group, Mask, Node, Tree};

use crate::error::{Error, Limit};
use crate::geometry::Size;
use crate::header::Format;
use crate::source::within;
use crate::work::WorkBudget;

/// What any drawing may cost.
const FIXED: f64 = 1e9;

/// What each pixel of the picture may cost: 4 s for one of 640 × 640.
const PER_PIXEL: f64 = 10_000.0;

/// What any picture may cost, however large: two thirds of the least that `--max-time` gives a photo.
const MAX: f64 = 20e9;

/// How deep groups may lie in each other, by reference too: what follows them is recursive.
const MAX_DEPTH: u32 = 256;

/// For a pixel of a layer: made, and put down.
const LAYER: f64 = 30.0;

/// For a pixel of a mask or of a clip path: made, filled, and applied.
const MASK: f64 = 30.0;

/// For an element, whatever it paints.
const ELEMENT: f64 = 1_000.0;

/// Bounds the work and the memory of drawing a tree; returns the most bytes that layers take at once.
pub(super) fn check(
    tree: &Tree,
    transform: Transform,
    Size { width, height }: Size,
    memory: u64,
) -> Result<u64, Error> {
    let pixels = f64::from(width) * f64::from(height);
    let mut work = Work {
        budget: WorkBudget::new(Format::SVG, (FIXED + PER_PIXEL * pixels).min(MAX)),
        held: 0,
        peak: 0,
        memory,
    };
    // As `resvg::render`: no layer reaches farther than two pictures beyond the edge.
    let side = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
    let bounds = IntRect::from_xywh(
        side(width).saturating_mul(-2),
        side(height).saturating_mul(-2),
        width.saturating_mul(5),
        height.saturating_mul(5),
    );
    let Some(bounds) = bounds else {
        return Err(Error::TooMuchWork {
            format: Format::SVG,
        });
    };
    let canvas = Canvas {
        width,
        height,
        bounds,
        depth: 0,
    };
    work.hold(canvas.bytes())?;
    work.nodes(tree.root(), canvas, transform)?;
    Ok(work.peak)
}

/// What is drawn onto.
#[derive(Clone, Copy)]
struct Canvas {
    width: u32,
    height: u32,
    /// The most that a layer above it covers.
    bounds: IntRect,
    depth: u32,
}

impl Canvas {
    fn pixels(self) -> f64 {
        f64::from(self.width) * f64::from(self.height)
    }

    fn bytes(self) -> u64 {
        4 * u64::from(self.width) * u64::from(self.height)
    }
}

struct Work {
    budget: WorkBudget,
    held: u64,
    peak: u64,
    memory: u64,
}

impl Work {
    fn hold(&mut self, bytes: u64) -> Result<(), Error> {
        self.held = self.held.saturating_add(bytes);
        self.peak = self.peak.max(self.held);
        within(Limit::Memory, self.peak, self.memory)
    }

    fn release(&mut self, bytes: u64) {
        self.held -= bytes;
    }

    fn nodes(&mut self, parent: &Group, canvas: Canvas, transform: Transform) -> Result<(), Error> {
        if canvas.depth > MAX_DEPTH {
            return Err(Error::TooMuchWork {
                format: Format::SVG,
            });
        }
        let canvas = Canvas {
            depth: canvas.depth + 1,
            ..canvas
        };
        for node in parent.children() {
            self.budget.spend(ELEMENT)?;
            match node {
                Node::Group(group) => self.group(group, canvas, transform)?,
                Node::Path(path) => self.path(path, canvas, transform)?,
                // Refused before: neither pictures nor fonts are loaded.
                Node::Image(_) | Node::Text(_) => {}
            }
        }
        Ok(())
    }

    /// As `render_group` of resvg.
    fn group(&mut self, group: &Group, canvas: Canvas, transform: Transform) -> Result<(), Error> {
        let transform = transform.pre_concat(group.transform());
        if !group.should_isolate() {
            return self.nodes(group, canvas, transform);
        }
        // Filters work along the axes of what they filter: its layer is turned when it is put down.
        let rest = match group.filters().is_empty() {
            true => Transform::identity(),
            false => {
                let sx = transform.sx.hypot(transform.ky);
                let sy = transform.kx.hypot(transform.sy);
                let (kx, ky) = (transform.kx / sy, transform.ky / sx);
                Transform::from_row(transform.sx / sx, ky, kx, transform.sy / sy, 0.0, 0.0)
            }
        };
        let Some(inverse) = rest.invert() else {
            return Ok(());
        };
        let bounds = canvas.bounds.to_rect().transform(inverse);
        let Some(bounds) = bounds.and_then(|bounds| bounds.round_out()) else {
            return Ok(());
        };
        let canvas = Canvas { bounds, ..canvas };
        self.layer(group, canvas, inverse.pre_concat(transform))
    }

    /// As `render_layer` of resvg.
    fn layer(&mut self, group: &Group, canvas: Canvas, transform: Transform) -> Result<(), Error> {
        let Some(found) = group.layer_bounding_box().transform(transform) else {
            return Ok(());
        };
        let margin = if group.filters().is_empty() { 2 } else { 0 };
        let integer = IntRect::from_xywh(
            (found.x().floor() as i32).saturating_sub(margin),
            (found.y().floor() as i32).saturating_sub(margin),
            (found.width().ceil().max(1.0) as u32).saturating_add(2 * margin as u32),
            (found.height().ceil().max(1.0) as u32).saturating_add(2 * margin as u32),
        );
        let Some(part) = integer.and_then(|integer| common(integer, canvas.bounds)) else {
            return Ok(());
        };
        let layer = Canvas {
            width: part.width(),
            height: part.height(),
            ..canvas
        };
        let shift = Transform::from_translate(-part.x() as f32, -part.y() as f32);
        let transform = shift.pre_concat(transform);
        self.budget.spend(LAYER * layer.pixels())?;
        self.hold(layer.bytes())?;
        self.nodes(group, layer, transform)?;
        for filter in group.filters() {
            self.filter(filter, layer, transform)?;
        }
        if let Some(clip) = group.clip_path() {
            self.clip(clip, layer, transform)?;
        }
        if let Some(mask) = group.mask() {
            self.mask(mask, layer, transform)?;
        }
        self.release(layer.bytes());
        Ok(())
    }

    fn mask(&mut self, mask: &Mask, layer: Canvas, transform: Transform) -> Result<(), Error> {
        let deeper = self.mask_layer(layer)?;
        self.nodes(mask.root(), deeper, transform)?;
        if let Some(mask) = mask.mask() {
            self.mask(mask, deeper, transform)?;
        }
        self.release(2 * layer.bytes());
        Ok(())
    }

    fn clip(&mut self, clip: &ClipPath, layer: Canvas, transform: Transform) -> Result<(), Error> {
        let deeper = self.mask_layer(layer)?;
        let inner = transform.pre_concat(clip.transform());
        self.clipping(clip.root(), deeper, inner)?;
        if let Some(clip) = clip.clip_path() {
            self.clip(clip, deeper, transform)?;
        }
        self.release(2 * layer.bytes());
        Ok(())
    }

    /// What is inside a clip path: each group that is clipped itself has a layer as large as the whole.
    fn clipping(
        &mut self,
        parent: &Group,
        layer: Canvas,
        transform: Transform,
    ) -> Result<(), Error> {
        for node in parent.children() {
            self.budget.spend(ELEMENT)?;
            match node {
                Node::Group(group) => {
                    let inner = transform.pre_concat(group.transform());
                    match group.clip_path() {
                        Some(clip) => {
                            let deeper = self.mask_layer(layer)?;
                            self.clipping(group, deeper, inner)?;
                            self.clip(clip, deeper, inner)?;
                            self.release(2 * layer.bytes());
                        }
                        None => self.clipping(group, deepened(layer)?, inner)?,
                    }
                }
                Node::Path(path) => self.path(path, layer, transform)?,
                Node::Image(_) | Node::Text(_) => {}
            }
        }
        Ok(())
    }

    /// A layer with a mask made of it.
    fn mask_layer(&mut self, layer: Canvas) -> Result<Canvas, Error> {
        self.budget.spend(MASK * layer.pixels())?;
        self.hold(2 * layer.bytes())?;
        deepened(layer)
    }
}

fn deepened(canvas: Canvas) -> Result<Canvas, Error> {
    match canvas.depth {
        ..=MAX_DEPTH => Ok(Canvas {
            depth: canvas.depth + 1,
            ..canvas
        }),
        _ => Err(Error::TooMuchWork {
            format: Format::SVG,
        }),
    }
}

/// What two rectangles share.
fn common(one: IntRect, other: IntRect) -> Option<IntRect> {
    IntRect::from_ltrb(
        one.left().max(other.left()),
        one.top().max(other.top()),
        one.right().min(other.right()),
        one.bottom().min(other.bottom()),
    )
}
