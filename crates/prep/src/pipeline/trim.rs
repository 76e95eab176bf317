//! Finds the border of one color around what a photo shows.

use super::decode::{Decoding, Request};
use crate::error::Error;
use crate::geometry::{Rect, Resize, Size};
use crate::plan::{Planner, Route};
use crate::source::Opened;

/// Returns what lies inside the photo's border: all of the photo, unless trimming was asked for.
pub(super) fn trim(
    opened: &mut Opened<'_>,
    planner: &Planner,
    decoding: &mut Decoding,
) -> Result<Rect, Error> {
    let stored = opened.header.size;
    let whole = Rect::whole(stored);
    let options = planner.options();
    let Some(tolerance) = options.trim else {
        return Ok(whole);
    };
    let longer = f64::from(stored.width.max(stored.height));
    let resize = Resize::at_scale(whole, (longer / MAX_TRIM_SIDE).max(1.0));
    let request = Request {
        resize,
        route: Route::Pixels,
        subsampling: options.subsampling.unwrap_or_default(),
        background: options.background,
    };
    let lost = decoding.decode(opened, request)?.lost;
    if lost == 0.0 {
        return Ok(content(&decoding.rgb, resize, stored, tolerance));
    }
    // Lost rows at the end look like a border; whether they were one cannot be known, so they stay.
    let sound = (f64::from(resize.size.height) * f64::from(1.0 - lost)) as usize;
    let sound = &decoding.rgb[..sound * resize.size.width as usize];
    let content = content(sound, resize, stored, tolerance);
    Ok(Rect {
        height: f64::from(stored.height) - content.y,
        ..content
    })
}

/// The longer side of the image in which a border is searched for, in pixels: finer than the picture.
const MAX_TRIM_SIDE: f64 = 1024.0;

/// Finds what lies inside the border in the resized pixels of the whole photo: whole stored pixels, and all of the photo if it
/// is of one color.
///
/// The border has the color of the first pixel; samples that differ by up to `tolerance` are the same.
fn content(pixels: &[[u8; 3]], resize: Resize, stored: Size, tolerance: u8) -> Rect {
    let whole = Rect::whole(stored);
    let width = resize.size.width as usize;
    let Some(&border) = pixels.first() else {
        return whole;
    };
    let differs = |pixel: &[u8; 3]| {
        pixel
            .iter()
            .zip(border)
            .any(|(sample, border)| sample.abs_diff(border) > tolerance)
    };
    let rows: Vec<&[[u8; 3]]> = pixels.chunks_exact(width).collect();
    let has_content = |row: &&[[u8; 3]]| row.iter().any(differs);
    let (Some(top), Some(bottom)) = (
        rows.iter().position(has_content),
        rows.iter().rposition(has_content),
    ) else {
        return whole;
    };
    let inside = &rows[top..=bottom];
    let left = inside
        .iter()
        .filter_map(|row| row.iter().position(differs))
        .min();
    let right = inside
        .iter()
        .filter_map(|row| row.iter().rposition(differs))
        .max();
    let (left, right) = (left.unwrap_or(0), right.unwrap_or(width - 1));
    // Whole stored pixels, and never less than what differs.
    let along = |first: usize, last: usize, step: f64, length: u32| {
        let start = (first as f64 * step).floor();
        let end = ((last + 1) as f64 * step).ceil().min(length.into());
        (start, end - start)
    };
    let (x, width) = along(
        left,
        right,
        resize.rect.width / f64::from(resize.size.width),
        stored.width,
    );
    let (y, height) = along(
        top,
        bottom,
        resize.rect.height / f64::from(resize.size.height),
        stored.height,
    );
    Rect {
        x,
        y,
        width,
        height,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 40 × 30 pixels of 250, with 10 in a rectangle, and as many stored pixels times `step`.
    fn trimmed(inside: [usize; 4], step: f64, tolerance: u8) -> Rect {
        let [left, top, right, bottom] = inside;
        let pixels: Vec<[u8; 3]> = (0..1200)
            .map(
                |i| match (left..right).contains(&(i % 40)) && (top..bottom).contains(&(i / 40)) {
                    true => [10, 250, 250],
                    false => [250 - (i % 3) as u8; 3],
                },
            )
            .collect();
        let stored = Size {
            width: (40.0 * step) as u32,
            height: (30.0 * step) as u32,
        };
        let resize = Resize {
            rect: Rect {
                x: 0.0,
                y: 0.0,
                width: 40.0 * step,
                height: 30.0 * step,
            },
            size: Size {
                width: 40,
                height: 30,
            },
        };
        content(&pixels, resize, stored, tolerance)
    }

    fn rect(x: f64, y: f64, width: f64, height: f64) -> Rect {
        Rect {
            x,
            y,
            width,
            height,
        }
    }

    #[test]
    fn the_border_ends_where_something_else_begins() {
        assert_eq!(trimmed([5, 7, 31, 20], 1.0, 10), rect(5.0, 7.0, 26.0, 13.0));
        assert_eq!(
            trimmed([5, 7, 31, 20], 2.5, 10),
            rect(12.0, 17.0, 66.0, 33.0)
        );
        assert_eq!(trimmed([1, 0, 40, 30], 1.0, 10), rect(1.0, 0.0, 39.0, 30.0));
    }

    #[test]
    fn a_photo_of_one_color_has_no_border() {
        assert_eq!(trimmed([0, 0, 0, 0], 1.0, 10), rect(0.0, 0.0, 40.0, 30.0));
        assert_eq!(
            trimmed([5, 7, 31, 20], 1.0, 255),
            rect(0.0, 0.0, 40.0, 30.0)
        );
    }

    #[test]
    fn the_tolerance_is_what_noise_may_be() {
        // The border wavers by 2.
        assert_eq!(trimmed([5, 7, 31, 20], 1.0, 2), rect(5.0, 7.0, 26.0, 13.0));
        assert_eq!(trimmed([5, 7, 31, 20], 1.0, 1), rect(0.0, 0.0, 40.0, 30.0));
    }
}
