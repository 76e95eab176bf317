//! Saliency: what draws attention in an overview, by edges, colors that stand out, and skin.

use std::ops::Range;

use crate::geometry::Square;
use crate::overview::Overview;

/// Returns the middle of the square with the most saliency, in pixels of the overview, and the share of all saliency that lies
/// inside the square's circle, 0…1. If there are squares that are `allowed`, it is one of them.
pub(crate) fn center(overview: &Overview, allowed: impl Fn(Square) -> bool) -> ((f64, f64), f32) {
    let saliency = saliency(overview);
    let side = overview.width.min(overview.height);
    let (across, down) = (overview.width - side, overview.height - side);
    let places = across.max(down);
    let sums = Sums::new(&saliency, overview.width);
    let circle = Circle::new(side);
    let corner = |place: usize| if across > 0 { (place, 0) } else { (0, place) };
    let is_allowed = |place: usize| {
        let (x, y) = corner(place);
        allowed(Square {
            x: x as f64,
            y: y as f64,
            side: side as f64,
        })
    };
    let shown = |place: usize| {
        let (x, y) = corner(place);
        let (seen, inside) = circle.shown(&sums, x, y);
        // People put their subject in the middle: the farther from it, the more a place must show.
        let away = (2 * place).abs_diff(places) as u64;
        let worth = seen - seen * (away * away) / (PULL * (places * places).max(1) as u64);
        (worth, place, inside)
    };
    let middle = places / 2;
    let is_free = !(0..=places).any(is_allowed);
    let mut best = None;
    if is_free || is_allowed(middle) {
        let (worth, place, inside) = shown(middle);
        best = Some((worth + worth / GAIN, place, inside));
    }
    for place in (0..=places).filter(|place| is_free || is_allowed(*place)) {
        let shown = shown(place);
        if best.is_none_or(|best| shown.0 > best.0) {
            best = Some(shown);
        }
    }
    let (_, place, inside) = best.unwrap_or_else(|| shown(middle));
    let all: u64 = saliency.iter().map(|at| u64::from(*at)).sum();
    let half = side as f64 / 2.0;
    let place = if place == middle {
        places as f64 / 2.0
    } else {
        place as f64
    };
    let center = if across > 0 {
        (place + half, half)
    } else {
        (half, place + half)
    };
    let share = if all == 0 {
        1.0
    } else {
        inside as f32 / all as f32
    };
    (center, share)
}

/// A square at the photo's edge is penalized by 1 / `PULL`.
const PULL: u64 = 6;

/// A place must show more than the middle by 1 / `GAIN`: a smaller gain is noise, and moves a subject that stands in the middle.
const GAIN: u64 = 32;

/// For each row and column the sums of all *s*, *s·x* and *s·x²* before it, *s* being the saliency at *x*: the sum of any
/// parabola times *s* over a range of a row is then three differences.
struct Sums {
    before: Vec<[i64; 3]>,
    /// From row to row.
    stride: usize,
}

impl Sums {
    fn new(saliency: &[u32], width: usize) -> Self {
        let mut before = Vec::with_capacity(saliency.len() / width * (width + 1));
        for row in saliency.chunks_exact(width) {
            let mut sum = [0; 3];
            before.push(sum);
            for (x, salient) in (0..).zip(row) {
                let salient = i64::from(*salient);
                for (sum, power) in sum.iter_mut().zip([1, x, x * x]) {
                    *sum += salient * power;
                }
                before.push(sum);
            }
        }
        Self {
            before,
            stride: width + 1,
        }
    }

    fn of(&self, row: usize, columns: Range<usize>) -> [i64; 3] {
        let row = &self.before[row * self.stride..][..self.stride];
        let (start, end) = (row[columns.start], row[columns.end]);
        std::array::from_fn(|power| end[power] - start[power])
    }
}

/// The circle in a square of `side` pixels; distances from its middle are counted in half pixels.
struct Circle {
    side: usize,
    /// For each row the square of the distance that is left for columns, and the columns that lie inside.
    rows: Vec<(i64, Range<usize>)>,
}

impl Circle {
    fn new(side: usize) -> Self {
        let away = |at: usize| (2 * at + 1).abs_diff(side);
        let row = |y: usize| {
            let room = side * side - away(y) * away(y);
            let beyond = (0..side)
                .take_while(|x| away(*x) * away(*x) >= room)
                .count();
            (room as i64, beyond..side.saturating_sub(beyond).max(beyond))
        };
        Self {
            side,
            rows: (0..side).map(row).collect(),
        }
    }

    /// Returns the saliency in the circle of the square that begins here: weighted by nearness to the middle, and unweighted.
    fn shown(&self, sums: &Sums, left: usize, top: usize) -> (u64, u64) {
        let (mut seen, mut inside) = (0, 0);
        // A column is 2x − middle away from the square's middle.
        let middle = (2 * left + self.side - 1) as i64;
        for (y, (room, columns)) in (top..).zip(&self.rows) {
            let [all, x, squares] = sums.of(y, left + columns.start..left + columns.end);
            seen += (room - middle * middle) * all + 4 * middle * x - 4 * squares;
            inside += all;
        }
        (seen as u64, inside as u64)
    }
}

/// Returns the saliency of each pixel of an overview, row by row: integers, so the same on every machine.
fn saliency(overview: &Overview) -> Vec<u32> {
    let (width, height, luma) = (overview.width, overview.height, overview.luma());
    let mean = mean(&overview.pixels);
    let mut saliency = Vec::with_capacity(luma.len());
    let row = |y: usize| &luma[y * width..][..width];
    for (y, pixels) in overview.pixels.chunks_exact(width).enumerate() {
        let rows = [
            row(y.saturating_sub(1)),
            row(y),
            row((y + 1).min(height - 1)),
        ];
        let pixels = pixels.iter().enumerate();
        saliency.extend(
            pixels.map(|(x, pixel)| edge(rows, x) + stands_out(*pixel, mean) + skin(*pixel)),
        );
    }
    saliency
}

fn mean(pixels: &[[u8; 3]]) -> [i32; 3] {
    let mut sums = [0_u64; 3];
    for pixel in pixels {
        for (sum, sample) in sums.iter_mut().zip(pixel) {
            *sum += u64::from(*sample);
        }
    }
    sums.map(|sum| (sum / pixels.len().max(1) as u64) as i32)
}

/// How far the luma is from that of the four neighbors together, 0…`EDGE`: in the middle one of three rows.
fn edge([above, row, below]: [&[u8]; 3], x: usize) -> u32 {
    let at = |row: &[u8], x: usize| i32::from(row[x]);
    let (left, right) = (x.saturating_sub(1), (x + 1).min(row.len() - 1));
    let beside = at(row, left) + at(row, right) + at(above, x) + at(below, x);
    (4 * at(row, x) - beside).unsigned_abs().min(EDGE)
}

/// Returns how far a color is from the photo's mean color.
fn stands_out(pixel: [u8; 3], mean: [i32; 3]) -> u32 {
    let [red, green, blue] = std::array::from_fn(|i| i32::from(pixel[i]) - mean[i]);
    // Differences of color count twice as much as those of lightness.
    let light = (red + green + blue).unsigned_abs() / 3;
    let color = (red - green)
        .unsigned_abs()
        .max((green - blue).unsigned_abs())
        .max((blue - red).unsigned_abs());
    light / 2 + color
}

/// `SKIN` for a color that skin of any tone may have in daylight.
fn skin([red, green, blue]: [u8; 3]) -> u32 {
    let is_skin = red > 60 && green > 30 && blue > 15 && red > green && green >= blue && {
        let (warm, span) = (red - green, red - blue);
        (10..=90).contains(&warm) && (20..=130).contains(&span)
    };
    if is_skin { SKIN } else { 0 }
}

/// The most that an edge counts: black on white must not outweigh a face.
const EDGE: u32 = 160;

const SKIN: u32 = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spot_that_differs_is_salient() {
        let mut overview = Overview {
            width: 40,
            height: 30,
            pixels: vec![[120, 130, 140]; 1200],
        };
        for y in 10..16 {
            for x in 25..31 {
                overview.pixels[y * 40 + x] = [220, 40, 40];
            }
        }

        let saliency = saliency(&overview);

        let inside = saliency[12 * 40 + 27];
        let most_outside =
            (0..1200).filter(|at| !(24..32).contains(&(at % 40)) || !(9..17).contains(&(at / 40)));
        assert!(inside > 5 * most_outside.map(|at| saliency[at]).max().unwrap());
    }

    /// An overview of gray with a spot of red.
    fn with_spot(width: usize, height: usize, left: usize) -> Overview {
        let mut overview = Overview {
            width,
            height,
            pixels: vec![[120, 130, 140]; width * height],
        };
        for y in 10..16 {
            for x in left..left + 6 {
                overview.pixels[y * width + x] = [220, 40, 40];
            }
        }
        overview
    }

    #[test]
    fn a_square_leaves_the_middle_only_for_a_gain() {
        let anywhere = |_: Square| true;

        let (far, _) = center(&with_spot(60, 30, 45), anywhere);
        let (near, _) = center(&with_spot(60, 30, 28), anywhere);

        assert!(far.0 > 38.0, "{far:?}");
        assert_eq!(near, (30.0, 15.0));
    }

    #[test]
    fn a_square_is_one_of_those_allowed_if_there_are_any() {
        let spot = with_spot(60, 30, 45);

        let (center_of_left, _) = center(&spot, |square| square.x <= 5.0);
        let (center_of_none, _) = center(&spot, |_| false);

        assert_eq!(center_of_left, (20.0, 15.0));
        assert!(center_of_none.0 > 38.0);
    }

    #[test]
    fn an_even_overview_has_no_saliency() {
        let overview = Overview {
            width: 8,
            height: 8,
            pixels: vec![[10, 20, 200]; 64],
        };

        assert_eq!(saliency(&overview), [0; 64]);
    }

    #[test]
    fn a_circle_shows_each_pixel_by_its_nearness() {
        for (width, height, side) in [(20, 9, 9), (8, 13, 8), (7, 7, 7), (1, 1, 1), (2, 3, 2)] {
            let saliency: Vec<u32> = (0..width * height)
                .map(|at| (at * at * 31 % 600) as u32)
                .collect();
            let sums = Sums::new(&saliency, width);
            for (left, top) in [(0, 0), (width - side, height - side)] {
                let radius = side as f64 / 2.0;
                let (mut seen, mut inside) = (0.0, 0);
                for (at, salient) in saliency.iter().enumerate() {
                    let (x, y) = ((at % width) as f64 + 0.5, (at / width) as f64 + 0.5);
                    let away = (x - left as f64 - radius).hypot(y - top as f64 - radius);
                    if away < radius - 1e-9 {
                        seen += f64::from(*salient) * 4.0 * (radius * radius - away * away);
                        inside += u64::from(*salient);
                    }
                }

                let shown = Circle::new(side).shown(&sums, left, top);

                assert_eq!(
                    shown,
                    (seen.round() as u64, inside),
                    "{side} of {width}x{height}"
                );
            }
        }
    }
}
