//! What filters cost, by what their primitives do.

use resvg::tiny_skia::Transform;
use resvg::usvg::filter::{ConvolveMatrix, Filter, Kind, Morphology, Turbulence};

use super::{Canvas, Work};
use crate::error::Error;

/// The most cells of noise along a side: with what is added to them they are 32-bit numbers.
const MAX_CELLS: f64 = 1e9;

/// For a pixel of any primitive: the input copied, moved between sRGB and linear light, what is outside cleared.
const PRIMITIVE: f64 = 70.0;

impl Work {
    pub(super) fn filter(
        &mut self,
        filter: &Filter,
        layer: Canvas,
        transform: Transform,
    ) -> Result<(), Error> {
        // Every result is kept until the filter is done, and a blur works in numbers of eight bytes.
        let results = (filter.primitives().len() as u64 + 4).saturating_mul(layer.bytes());
        self.hold(results)?;
        for primitive in filter.primitives() {
            let kind = primitive.kind();
            if let Kind::Image(image) = kind {
                self.nodes(image.root(), layer, transform)?;
            }
            let cost = PRIMITIVE + per_pixel(kind, layer, transform);
            self.budget.spend(cost * layer.pixels())?;
            if let Kind::Turbulence(turbulence) = kind {
                check_lattice(turbulence, layer, transform)?;
            }
        }
        self.release(results);
        Ok(())
    }
}

/// Rejects noise whose finest octave has more cells than resvg counts, which is a panic where sums are checked.
fn check_lattice(
    turbulence: &Turbulence,
    layer: Canvas,
    transform: Transform,
) -> Result<(), Error> {
    let (sx, sy) = transform.get_scale();
    let cells = |frequency: f32, shift: f32, scale: f32, length: u32| {
        let (shift, scale, length) = (f64::from(shift), f64::from(scale), f64::from(length));
        let farthest = (shift.abs() + length) / scale;
        // Where tiles are stitched, cells are counted in pixels from the tile's edge, and one octave ahead.
        f64::from(frequency)
            * farthest.max(2.0 * length)
            * f64::from(turbulence.num_octaves()).exp2()
    };
    let across = cells(
        turbulence.base_frequency_x().get(),
        transform.tx,
        sx,
        layer.width,
    );
    let down = cells(
        turbulence.base_frequency_y().get(),
        transform.ty,
        sy,
        layer.height,
    );
    // Written so that NaN is rejected too.
    match across < MAX_CELLS && down < MAX_CELLS {
        true => Ok(()),
        false => Err(Error::Unsupported {
            what: "an SVG with noise so fine".into(),
        }),
    }
}

/// What a pixel of a primitive's own costs.
fn per_pixel(kind: &Kind, layer: Canvas, transform: Transform) -> f64 {
    match kind {
        Kind::Flood(_) | Kind::Image(_) | Kind::Offset(_) => 20.0,
        Kind::ColorMatrix(_) | Kind::ComponentTransfer(_) => 60.0,
        Kind::Blend(_) | Kind::Composite(_) | Kind::DisplacementMap(_) | Kind::Tile(_) => 80.0,
        Kind::DiffuseLighting(_) | Kind::SpecularLighting(_) => 100.0,
        Kind::GaussianBlur(_) => 500.0,
        Kind::DropShadow(_) => 750.0,
        Kind::Merge(merge) => 30.0 * merge.inputs().len() as f64,
        // Each octave is the noise of four channels.
        Kind::Turbulence(turbulence) => 60.0 + 160.0 * f64::from(turbulence.num_octaves()),
        Kind::Morphology(morphology) => 4.0 * neighborhood(morphology, layer, transform),
        Kind::ConvolveMatrix(convolution) => 12.0 * products(convolution, layer),
    }
}

/// How many pixels the least or the greatest is sought of.
fn neighborhood(morphology: &Morphology, layer: Canvas, transform: Transform) -> f64 {
    let (sx, sy) = transform.get_scale();
    let along = |radius: f32, scale: f32, length: u32| {
        let reach = f64::from(radius) * f64::from(scale);
        (2.0 * reach + 2.0).min(f64::from(length))
    };
    along(morphology.radius_x().get(), sx, layer.width)
        * along(morphology.radius_y().get(), sy, layer.height)
}

/// How many products a pixel is the sum of. Where the kernel wraps around a smaller image, each is looked for longer.
fn products(convolution: &ConvolveMatrix, layer: Canvas) -> f64 {
    let matrix = convolution.matrix();
    let (columns, rows) = (f64::from(matrix.columns()), f64::from(matrix.rows()));
    let turns = columns / f64::from(layer.width) + rows / f64::from(layer.height);
    columns * rows * (1.0 + turns)
}
