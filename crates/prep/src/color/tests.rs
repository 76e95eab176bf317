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
fn opacity_is_no_color() {
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
fn gray_of_another_curve_becomes_the_srgb_of_its_light() {
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

/// CIE L\*a\*b\* (D65) of sRGB.
fn lab(srgb: [u8; 3]) -> [f64; 3] {
    let light = srgb.map(|sample| linear(f64::from(sample) / 255.0));
    let row = |r: [f64; 3], white: f64| {
        let t = (r[0] * light[0] + r[1] * light[1] + r[2] * light[2]) / white;
        match t > 0.008856 {
            true => t.cbrt(),
            false => 7.787 * t + 16.0 / 116.0,
        }
    };
    let x = row([0.4124, 0.3576, 0.1805], 0.9505);
    let y = row([0.2126, 0.7152, 0.0722], 1.0);
    let z = row([0.0193, 0.1192, 0.9505], 1.089);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The difference of two colors by CIEDE2000 (Sharma, Wu and Dalal, 2005).
fn delta_e(one: [u8; 3], other: [u8; 3]) -> f64 {
    let [[l1, a1, b1], [l2, a2, b2]] = [lab(one), lab(other)];
    let c7 = ((a1.hypot(b1) + a2.hypot(b2)) / 2.0).powi(7);
    let g = 0.5 * (1.0 - (c7 / (c7 + 25_f64.powi(7))).sqrt());
    let (a1, a2) = (a1 * (1.0 + g), a2 * (1.0 + g));
    let (c1, c2) = (a1.hypot(b1), a2.hypot(b2));
    let hue = |a: f64, b: f64| b.atan2(a).to_degrees().rem_euclid(360.0);
    let (h1, h2) = (hue(a1, b1), hue(a2, b2));
    let achromatic = c1 * c2 == 0.0;
    let apart = match h2 - h1 {
        _ if achromatic => 0.0,
        d if d > 180.0 => d - 360.0,
        d if d < -180.0 => d + 360.0,
        d => d,
    };
    let middle = match h1 + h2 {
        sum if achromatic => sum,
        sum if (h1 - h2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => (sum + 360.0) / 2.0,
        sum => (sum - 360.0) / 2.0,
    };
    let (l, c) = ((l1 + l2) / 2.0, (c1 + c2) / 2.0);
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t =
        1.0 - 0.17 * cos(middle - 30.0) + 0.24 * cos(2.0 * middle) + 0.32 * cos(3.0 * middle + 6.0)
            - 0.20 * cos(4.0 * middle - 63.0);
    let turn = 60.0 * (-((middle - 275.0) / 25.0).powi(2)).exp();
    let rotation =
        -2.0 * (c.powi(7) / (c.powi(7) + 25_f64.powi(7))).sqrt() * turn.to_radians().sin();
    let light = (l2 - l1) / (1.0 + 0.015 * (l - 50.0).powi(2) / (20.0 + (l - 50.0).powi(2)).sqrt());
    let chroma = (c2 - c1) / (1.0 + 0.045 * c);
    let hue = 2.0 * (c1 * c2).sqrt() * (apart / 2.0).to_radians().sin() / (1.0 + 0.015 * c * t);
    (light.powi(2) + chroma.powi(2) + hue.powi(2) + rotation * chroma * hue).sqrt()
}

#[test]
fn profiles_of_every_class_give_what_little_cms_gives() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/color");
    let expected = std::fs::read_to_string(format!("{folder}/expected.csv")).unwrap();
    let bytes = |hex: &str| -> Vec<u8> {
        (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
            .collect()
    };
    let mut profiles = Profiles::default();
    let mut worst = std::collections::BTreeMap::new();
    for line in expected.lines().skip(1) {
        let [name, values, srgb] = line.split(',').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let icc = std::fs::read(format!("{folder}/{name}.icc")).unwrap();
        let pixels = Pixels {
            samples: match values.len() {
                2 => Samples::Gray,
                6 => Samples::Rgb,
                _ => Samples::Cmyk,
            },
            values: Values::Narrow(bytes(values)),
        };

        let mut rgb = Vec::new();
        flatten_to_srgb(
            &mut profiles,
            &pixels,
            &ColorSpace::Icc(icc.into()),
            Color::WHITE,
            &mut rgb,
        );

        let difference = delta_e(rgb[0], bytes(srgb).try_into().unwrap());
        let worst = worst.entry(name).or_insert((0.0, line, rgb[0]));
        if difference > worst.0 {
            *worst = (difference, line, rgb[0]);
        }
    }
    assert_eq!(worst.len(), 7);
    for (name, (difference, line, actual)) in worst {
        // Tables go through a grid of moxcms's own.
        let most = match name {
            "rgb-table" | "rgb-multi" | "cmyk-table" => 1.25,
            _ => 1.0,
        };
        assert!(
            difference <= most,
            "{name}: {difference} at {line}, not {actual:02x?}"
        );
    }
}
