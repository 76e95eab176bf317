//! What filled and stroked paths cost: by their edges in each row, and by what is painted.

mod crossings;

use resvg::tiny_skia::{self, PathSegment, Point, Rect, Transform};
use resvg::usvg::{Paint, Path, Pattern, Stroke};

use self::crossings::{Crossings, FEW};
use super::{Canvas, Work};
use crate::error::Error;

/// For an edge in a row of pixels, which is scanned four times; or a pixel of a line that is thinner than one.
const EDGE_ROW: f64 = 140.0;

/// For a pair of edges that may have to change places.
const CROSSING: f64 = 2.0;

/// For a segment that is transformed, clipped and sorted; one that is stroked becomes several.
const SEGMENT: f64 = 200.0;
const STROKED_SEGMENT: f64 = 1_500.0;

/// The most dashes of a path; with more tiny-skia leaves it out.
const MAX_DASHES: f64 = 1e6;

impl Work {
    pub(super) fn path(
        &mut self,
        path: &Path,
        canvas: Canvas,
        transform: Transform,
    ) -> Result<(), Error> {
        if !path.is_visible() {
            return Ok(());
        }
        let mut outline = Outline::of(path.data(), transform, canvas);
        self.budget
            .spend(SEGMENT * outline.segments + EDGE_ROW * outline.rows)?;
        if outline.segments > FEW {
            outline.pairs = crossings(path.data(), transform, canvas);
            self.budget.spend(CROSSING * outline.pairs)?;
        }
        let area = |bounds: Rect| visible(bounds, transform, canvas);
        if let Some(fill) = path.fill() {
            let is_opaque = fill.opacity().get() == 1.0;
            let area = area(path.data().bounds());
            self.paint(fill.paint(), is_opaque, area, canvas, transform)?;
        }
        if let Some(stroke) = path.stroke() {
            self.budget.spend(outline.to_stroke(stroke, transform))?;
            let is_opaque = stroke.opacity().get() == 1.0;
            let across = f64::from(stroke.width().get()) * scale(transform) + 4.0;
            let area = area(path.stroke_bounding_box()).min(outline.length * across);
            self.paint(stroke.paint(), is_opaque, area, canvas, transform)?;
        }
        Ok(())
    }

    fn paint(
        &mut self,
        paint: &Paint,
        is_opaque: bool,
        area: f64,
        canvas: Canvas,
        transform: Transform,
    ) -> Result<(), Error> {
        let (per_pixel, stops) = match paint {
            Paint::Color(_) if is_opaque => (1.0, 0),
            Paint::Color(_) => (8.0, 0),
            Paint::LinearGradient(gradient) => (20.0, gradient.stops().len()),
            Paint::RadialGradient(gradient) => (25.0, gradient.stops().len()),
            Paint::Pattern(pattern) => {
                self.pattern(pattern, canvas, transform)?;
                (80.0, 0)
            }
        };
        // Above sixteen stops each pixel looks for its own.
        let stops = stops as f64;
        self.budget
            .spend(area * (per_pixel + (stops - 16.0).max(0.0)) + 100.0 * stops)
    }

    /// As `render_pattern_pixmap` of resvg, which draws it again for each path.
    fn pattern(
        &mut self,
        pattern: &Pattern,
        canvas: Canvas,
        transform: Transform,
    ) -> Result<(), Error> {
        let (sx, sy) = transform.pre_concat(pattern.transform()).get_scale();
        let tile = Canvas {
            width: (pattern.rect().width() * sx).round() as u32,
            height: (pattern.rect().height() * sy).round() as u32,
            ..canvas
        };
        self.budget.spend(tile.pixels())?;
        self.hold(tile.bytes())?;
        self.nodes(pattern.root(), tile, Transform::from_scale(sx, sy))?;
        self.release(tile.bytes());
        Ok(())
    }
}

/// What the edges of a path are, in pixels of a canvas.
#[derive(Default)]
struct Outline {
    segments: f64,
    contours: f64,
    /// The rows that edges go through, an upper bound.
    rows: f64,
    /// Pairs of edges that may cross.
    pairs: f64,
    /// The length, at least that of what is seen.
    length: f64,
    /// The length in the path's own units.
    own_length: f64,
}

impl Outline {
    fn of(path: &tiny_skia::Path, transform: Transform, canvas: Canvas) -> Self {
        let mut outline = Self::default();
        each_hull(path, |hull| {
            outline.own_length += length(hull);
            outline.add(mapped(hull, transform), canvas);
        });
        let moves = |segment: &PathSegment| matches!(segment, PathSegment::MoveTo(_));
        outline.contours = path.segments().filter(moves).count() as f64;
        outline
    }

    fn add(&mut self, hull: [Point; 4], canvas: Canvas) {
        self.segments += 1.0;
        let bottom = canvas.height as f32;
        let [top, end] = extent(hull.map(|point| point.y));
        if !(top < bottom && end > 0.0) {
            return;
        }
        let [left, right] = extent(hull.map(|point| point.x));
        let across = right.min(canvas.width as f32) - left.max(0.0);
        let down = f64::from(end.min(bottom) - top.max(0.0));
        // No longer than three times through all that is seen, as a cubic may turn twice.
        let seen = 3.0 * (down + f64::from(across.max(0.0)));
        self.length += length(hull).min(seen);
        self.rows += 2.0 * down + 2.0;
    }

    fn to_stroke(&self, stroke: &Stroke, transform: Transform) -> f64 {
        let dashes = stroke.dasharray().map_or(0.0, |dashes| {
            let period: f32 = dashes.iter().sum();
            let dashes = self.own_length * dashes.len() as f64 / f64::from(period);
            // Also where the period is no number, or none.
            dashes.clamp(0.0, MAX_DASHES).max(self.contours)
        });
        let width = f64::from(stroke.width().get()) * scale(transform);
        // Both sides of each segment; and its ends, which are round at the worst.
        let ends = self.segments + dashes;
        let rows = 2.0 * self.rows.max(self.length) + 4.0 * ends * width.min(1e4);
        let pieces = 1.0 + dashes / self.segments.max(1.0);
        STROKED_SEGMENT * ends + EDGE_ROW * rows + 4.0 * CROSSING * self.pairs * pieces
    }
}

fn crossings(path: &tiny_skia::Path, transform: Transform, canvas: Canvas) -> f64 {
    let mut crossings = Crossings::new(canvas.height);
    each_hull(path, |hull| crossings.add(mapped(hull, transform)));
    crossings.count()
}

/// Gives the control points of each segment: a curve lies within them, and is no longer than the way along them.
fn each_hull(path: &tiny_skia::Path, mut give: impl FnMut([Point; 4])) {
    let mut start = Point::zero();
    let mut last = start;
    for segment in path.segments() {
        let hull = match segment {
            PathSegment::MoveTo(point) => {
                (start, last) = (point, point);
                continue;
            }
            PathSegment::LineTo(to) => [last, last, last, to],
            PathSegment::QuadTo(by, to) => [last, by, by, to],
            PathSegment::CubicTo(by, then, to) => [last, by, then, to],
            PathSegment::Close => [last, last, last, start],
        };
        last = hull[3];
        give(hull);
    }
}

fn mapped(hull: [Point; 4], transform: Transform) -> [Point; 4] {
    hull.map(|mut point| {
        transform.map_point(&mut point);
        point
    })
}

fn length([a, b, c, d]: [Point; 4]) -> f64 {
    f64::from(a.distance(b)) + f64::from(b.distance(c)) + f64::from(c.distance(d))
}

fn extent(values: [f32; 4]) -> [f32; 2] {
    [
        values.iter().copied().fold(f32::INFINITY, f32::min),
        values.iter().copied().fold(f32::NEG_INFINITY, f32::max),
    ]
}

fn scale(transform: Transform) -> f64 {
    let (sx, sy) = transform.get_scale();
    f64::from(sx.max(sy))
}

/// The part of a box that lies on the canvas, in pixels.
fn visible(bounds: Rect, transform: Transform, canvas: Canvas) -> f64 {
    let Some(bounds) = bounds.transform(transform) else {
        return 0.0;
    };
    let along = |from: f32, to: f32, length: u32| {
        f64::from((to.min(length as f32) - from.max(0.0)).max(0.0)) + 1.0
    };
    along(bounds.left(), bounds.right(), canvas.width)
        * along(bounds.top(), bounds.bottom(), canvas.height)
}
