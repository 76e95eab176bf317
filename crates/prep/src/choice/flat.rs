//! Finds what stands on a flat background: a wordmark, a logo, a poster, a product.

use super::median;
use crate::geometry::Square;
use crate::options::Color;
use crate::overview::Overview;

/// What stands on a flat background, in pixels of the overview.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct OnFlat {
    pub(super) background: Color,
    /// The middles of all pixels that differ from it.
    content: Vec<(f64, f64)>,
}

impl OnFlat {
    /// Finds the content of an overview; `None` if the background is not flat, or nothing is on it.
    pub(super) fn find(overview: &Overview) -> Option<Self> {
        let background = median_color(edge(overview));
        let differs = |pixel: &[u8; 3], by: u8| {
            let samples = pixel.iter().zip(background);
            samples.fold(0, |most, (sample, flat)| most.max(sample.abs_diff(flat))) > by
        };
        let (all, uneven) = edge(overview).fold((0, 0), |(all, uneven), pixel| {
            (all + 1, uneven + usize::from(differs(&pixel, NOISE)))
        });
        if uneven * MAX_UNEVEN > all {
            return None;
        }
        let place = |at: usize| {
            let (x, y) = (at % overview.width, at / overview.width);
            (x as f64 + 0.5, y as f64 + 0.5)
        };
        let content: Vec<(f64, f64)> = (0..)
            .zip(&overview.pixels)
            .filter(|(_, pixel)| differs(pixel, NOISE))
            .map(|(at, _)| place(at))
            .collect();
        let is_mostly_flat = content.len() * 100 <= overview.pixels.len() * MAX_CONTENT;
        // What a lamp shows at night is a photo, and its darkness no background.
        let is_night = background.iter().all(|sample| *sample < DARK) && {
            let shown = overview.pixels.iter().filter(|pixel| differs(pixel, NOISE));
            colors(shown) > MAX_COLORS_ON_BLACK
        };
        let [red, green, blue] = background;
        (is_mostly_flat && !content.is_empty() && !is_night).then_some(Self {
            background: Color { red, green, blue },
            content,
        })
    }

    /// The smallest square around the content's middle that has all of it in its circle, with a margin.
    pub(super) fn square(&self) -> Square {
        let along = |axis: fn(&(f64, f64)) -> f64| {
            let places = self.content.iter().map(axis);
            let (start, end) = places.fold((f64::MAX, f64::MIN), |(start, end), at| {
                (start.min(at), end.max(at))
            });
            f64::midpoint(start, end)
        };
        let (x, y) = (along(|place| place.0), along(|place| place.1));
        let away = self
            .content
            .iter()
            .map(|place| (place.0 - x).hypot(place.1 - y));
        // To the far corner of the farthest pixel.
        let radius = (away.fold(0.0, f64::max) + 0.75) * MARGIN;
        Square {
            x: x - radius,
            y: y - radius,
            side: 2.0 * radius,
        }
    }

    /// Whether the circle of a square cuts off hardly anything of the content.
    pub(super) fn is_in_circle_of(&self, square: Square) -> bool {
        let radius = square.side / 2.0;
        let (x, y) = (square.x + radius, square.y + radius);
        let outside = self.content.iter().filter(|place| {
            let (across, down) = (place.0 - x, place.1 - y);
            across * across + down * down > radius * radius
        });
        outside.count() * MAX_CUT <= self.content.len()
    }
}

/// By how much a sample of a flat background may differ: JPEG's noise.
const NOISE: u8 = 12;

/// One of so many pixels along the edge may differ.
const MAX_UNEVEN: usize = 50;

/// The most pixels that may be content, in percents.
const MAX_CONTENT: usize = 70;

/// One of so many pixels of the content may be outside the circle.
const MAX_CUT: usize = 100;

/// The room that the content needs within the circle.
const MARGIN: f64 = 1.06;

/// A background darker than this may be a night.
const DARK: u8 = 32;

/// The most colors that a logo on black has. On 2026-11-27 logos had 1 to 8, pictures of plants on white 55 and 126, a shop at night 84.
const MAX_COLORS_ON_BLACK: usize = 32;

/// Returns how many colors, of 4096, make four fifths of the pixels.
fn colors<'a>(pixels: impl Iterator<Item = &'a [u8; 3]>) -> usize {
    let mut counts = vec![0_usize; 4096];
    for [red, green, blue] in pixels {
        counts
            [usize::from(red >> 4) << 8 | usize::from(green >> 4) << 4 | usize::from(blue >> 4)] +=
            1;
    }
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let all: usize = counts.iter().sum();
    let mut rest = all * 4 / 5;
    let most = counts.iter().take_while(|count| {
        let is_needed = rest > 0;
        rest = rest.saturating_sub(**count);
        is_needed
    });
    most.count()
}

/// Returns the pixels along the four edges.
fn edge(overview: &Overview) -> impl Iterator<Item = [u8; 3]> {
    let (width, height) = (overview.width, overview.height);
    let is_edge = move |at: usize| {
        let (x, y) = (at % width, at / width);
        x == 0 || y == 0 || x + 1 == width || y + 1 == height
    };
    let pixels = (0..).zip(&overview.pixels);
    pixels
        .filter(move |(at, _)| is_edge(*at))
        .map(|(_, pixel)| *pixel)
}

/// Returns the median of each channel.
fn median_color(pixels: impl Iterator<Item = [u8; 3]>) -> [u8; 3] {
    let pixels: Vec<[u8; 3]> = pixels.collect();
    [0, 1, 2].map(|channel| median(pixels.iter().map(|pixel| pixel[channel]).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An overview of 60 × 20 pixels of one color, with another wherever `is_content` says so.
    fn overview(is_content: impl Fn(usize, usize) -> bool) -> Overview {
        let pixel = |at: usize| match is_content(at % 60, at / 60) {
            true => [20, 30, 200],
            false => [250 - (at % 3) as u8, 240, 230],
        };
        Overview {
            width: 60,
            height: 20,
            pixels: (0..60 * 20).map(pixel).collect(),
        }
    }

    #[test]
    fn a_word_needs_a_square_as_wide_as_itself() {
        let word = overview(|x, y| (5..55).contains(&x) && (8..12).contains(&y));

        let found = OnFlat::find(&word).unwrap();

        let square = found.square();
        assert!((50.0..58.0).contains(&square.side), "{square:?}");
        assert!((square.x + square.side / 2.0 - 30.0).abs() < 1e-9);
        assert!((square.y + square.side / 2.0 - 10.0).abs() < 1e-9);
        assert!(found.is_in_circle_of(square));
        let middle = Square {
            x: 20.0,
            y: 0.0,
            side: 20.0,
        };
        assert!(!found.is_in_circle_of(middle));
        assert_eq!(found.background.green, 240);
    }

    #[test]
    fn what_reaches_the_edge_or_is_nothing_is_not_on_a_flat_background() {
        let half = overview(|x, _| x < 30);
        let nothing = overview(|_, _| false);
        let nearly_all = overview(|x, y| (1..59).contains(&x) && (1..19).contains(&y));

        assert_eq!(OnFlat::find(&half), None);
        assert_eq!(OnFlat::find(&nothing), None);
        assert_eq!(OnFlat::find(&nearly_all), None);
    }

    #[test]
    fn many_colors_on_black_are_a_photo_and_on_white_a_product() {
        let with = |background: u8, color: fn(usize) -> [u8; 3]| {
            let mut overview = overview(|_, _| false);
            for (at, pixel) in overview.pixels.iter_mut().enumerate() {
                let is_content = (5..55).contains(&(at % 60)) && (4..16).contains(&(at / 60));
                *pixel = if is_content {
                    color(at)
                } else {
                    [background; 3]
                };
            }
            OnFlat::find(&overview).is_some()
        };
        let many: fn(usize) -> [u8; 3] =
            |at| [(at * 37) as u8 | 64, (at * 91) as u8, (at * 53) as u8];
        let one: fn(usize) -> [u8; 3] = |_| [255, 255, 255];

        assert!(!with(4, many));
        assert!(with(4, one));
        assert!(with(252, many));
    }
}
