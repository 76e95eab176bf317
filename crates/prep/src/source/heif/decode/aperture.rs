//! What clean apertures, turns and mirrors leave of a coded image (ISO 23008-12, 6.5).

use super::boxes::Flaw;
use super::items::Transform;
use crate::geometry::{Orientation, PixelRect, Size};

/// Follows the transforms: what is left of the coded image, and how it is turned.
pub(super) fn visible(
    coded: Size,
    transforms: impl Iterator<Item = Transform>,
) -> Result<(PixelRect, Orientation), Flaw> {
    let mut visible = PixelRect {
        x: 0,
        y: 0,
        width: coded.width,
        height: coded.height,
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
                visible = cropped(visible, [width, height], [x, y])?;
            }
        }
    }
    Ok((visible, orientation))
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

/// The aperture of a size whose middle lies at an offset from that of what was visible (ISO 14496-12, 12.1.4).
fn cropped(visible: PixelRect, size: [f64; 2], offset: [f64; 2]) -> Result<PixelRect, Flaw> {
    let outside = Flaw::Malformed("a clean aperture outside the image");
    let along = |whole: u32, size: f64, offset: f64| {
        let whole = f64::from(whole);
        let begin = ((whole - size) / 2.0 + offset).round();
        // Written so that what is no number is refused.
        let lies_inside = size >= 1.0 && begin >= 0.0 && begin + size.floor() <= whole;
        lies_inside.then_some((begin as u32, size as u32))
    };
    let horizontal = along(visible.width, size[0], offset[0]);
    let vertical = along(visible.height, size[1], offset[1]);
    let (Some((x, width)), Some((y, height))) = (horizontal, vertical) else {
        return Err(outside);
    };
    Ok(PixelRect {
        x: visible.x + x,
        y: visible.y + y,
        width,
        height,
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

    /// The corners that the visible part and the orientation show: upper left, upper right, lower left.
    fn corners(visible: PixelRect, orientation: Orientation) -> [(u32, u32); 3] {
        let seen = orientation.seen(visible.size());
        let (right, bottom) = (visible.width - 1, visible.height - 1);
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
            (visible.x + x, visible.y + y)
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

            let (visible, orientation) = super::visible(CODED, transforms.iter().copied()).unwrap();

            assert_eq!(corners(visible, orientation), expected, "{transforms:?}");
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

            assert!(
                visible(CODED, [crop].into_iter()).is_err(),
                "{width} at {x}"
            );
        }
    }
}
