use moxcms::ColorProfile;

use super::space::Cicp;
use super::*;

fn convert(samples: Samples, values: Values, space: &ColorSpace<'_>) -> Vec<[u8; 3]> {
    let pixels = Pixels { samples, values };
    let mut rgb = Vec::new();
    flatten_to_srgb(
        &mut Profiles::default(),
        &pixels,
        space,
        Color::WHITE,
        &mut rgb,
    );
    rgb
}

/// sRGB by its definition, in double precision.
fn linear(sample: f64) -> f64 {
    match sample {
        s if s <= 0.04045 => s / 12.92,
        s => ((s + 0.055) / 1.055).powf(2.4),
    }
}

fn encoded(light: f64) -> f64 {
    match light.clamp(0.0, 1.0) {
        l if l <= 0.0031308 => l * 12.92 * 255.0,
        l => (1.055 * l.powf(1.0 / 2.4) - 0.055) * 255.0,
    }
}

const P3_COLORS: [[u8; 3]; 6] = [
    [128, 128, 128],
    [200, 100, 50],
    [10, 60, 90],
    [250, 245, 240],
    [3, 4, 5],
    [255, 0, 0],
];

fn p3_to_srgb(p3: [u8; 3]) -> [f64; 3] {
    // CSS Color 4, 10.6: linear Display P3 to linear sRGB.
    const P3_TO_SRGB: [[f64; 3]; 3] = [
        [1.2249401, -0.2249402, 0.0],
        [-0.0420569, 1.0420571, 0.0],
        [-0.0196376, -0.0786361, 1.0982736],
    ];
    let light = p3.map(|sample| linear(f64::from(sample) / 255.0));
    P3_TO_SRGB.map(|row| encoded((0..3).map(|i| row[i] * light[i]).sum()))
}

fn assert_near(actual: [u8; 3], expected: [f64; 3], most: f64) {
    for (a, e) in actual.into_iter().zip(expected) {
        assert!(
            (f64::from(a) - e).abs() <= most,
            "{actual:?}, not {expected:?}"
        );
    }
}

#[test]
fn display_p3_becomes_srgb_however_it_is_said() {
    let icc = ColorProfile::new_display_p3().encode().unwrap();
    let cicp = Cicp {
        primaries: 12,
        transfer: 13,
    };
    for space in [ColorSpace::Icc(icc.into()), ColorSpace::Cicp(cicp)] {
        for p3 in P3_COLORS {
            let wide = p3.map(|sample| u16::from(sample) * 257);

            let narrow = convert(Samples::Rgb, Values::Narrow(p3.to_vec()), &space)[0];
            let wide = convert(Samples::Rgb, Values::Wide(wide.to_vec()), &space)[0];

            assert_near(narrow, p3_to_srgb(p3), 0.75);
            assert_near(wide, p3_to_srgb(p3), 1.0);
        }
    }
}

#[test]
fn opacity_is_no_colour() {
    let icc = ColorProfile::new_display_p3().encode().unwrap();
    let space = ColorSpace::Icc(icc.into());
    for p3 in P3_COLORS {
        let [r, g, b] = p3;

        let opaque = convert(Samples::Rgba, Values::Narrow(vec![r, g, b, 255]), &space)[0];
        let invisible = convert(Samples::Rgba, Values::Narrow(vec![r, g, b, 0]), &space)[0];

        assert_near(opaque, p3_to_srgb(p3), 0.75);
        assert_eq!(invisible, [255; 3]);
    }
}

#[test]
fn grey_of_another_curve_becomes_the_srgb_of_its_light() {
    let icc = ColorProfile::new_gray_with_gamma(1.8).encode().unwrap();
    let space = ColorSpace::Icc(icc.into());
    for gray in [0_u8, 10, 100, 200, 255] {
        let expected = [encoded((f64::from(gray) / 255.0).powf(1.8)); 3];

        let alone = convert(Samples::Gray, Values::Narrow(vec![gray]), &space)[0];
        let wide = vec![u16::from(gray) * 257, u16::MAX];
        let opaque = convert(Samples::GrayAlpha, Values::Wide(wide), &space)[0];

        assert_near(alone, expected, 0.8);
        assert_near(opaque, expected, 1.0);
    }
}

#[test]
fn all_levels_give_the_same_bytes() {
    let every = (0..=255_u8)
        .flat_map(|i| [[i, 255 - i, i / 2], [i / 3, i, i]])
        .collect::<Vec<_>>();
    let space = ColorSpace::Cicp(Cicp {
        primaries: 9,
        transfer: 13,
    });
    let mut profiles = Profiles::default();
    let transform = profiles.transform(&space, Samples::Rgb).unwrap();
    let mut expected = Vec::new();
    transform.convert(
        Level::Scalar,
        &Colors::Narrow(every[..].into()),
        &mut expected,
    );

    for level in Level::available() {
        let mut actual = Vec::new();
        transform.convert(level, &Colors::Narrow(every[..].into()), &mut actual);

        assert_eq!(actual, expected, "{level:?}");
    }
}

#[test]
fn a_broken_profile_leaves_the_pixels_as_they_are() {
    let space = ColorSpace::Icc(b"no profile".into());

    let rgb = convert(Samples::Rgb, Values::Narrow(vec![1, 2, 3]), &space);

    assert_eq!(rgb, [[1, 2, 3]]);
}

#[test]
fn opacity_mixes_with_the_background() {
    for color in [0, 77, 255] {
        for alpha in 0..=255 {
            for behind in [0, 100, 255] {
                let share = f64::from(alpha) / 255.0;
                let exact = f64::from(color) * share + f64::from(behind) * (1.0 - share);

                assert!((f64::from(over(color, alpha, behind)) - exact).abs() <= 0.5 + 1e-9);
            }
        }
    }
}
