//! Drawings that would take minutes, or all memory, are refused at once; those that people have are not.

#![cfg(feature = "svg")]

use std::time::{Duration, Instant};

use prep::{Error, ErrorKind, Limits, Options};

use crate::common::{finest, prepare};

/// For refusals and for pictures alike; generous, for busy machines.
const MAX_TIME: Duration = Duration::from_secs(20);

fn drawing(content: &str) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' \
         width='640' height='640'>{content}</svg>"
    )
}

fn filtered(primitives: &str) -> String {
    drawing(&format!(
        "<filter id='f'>{primitives}</filter><rect width='640' height='640' filter='url(#f)'/>"
    ))
}

fn assert_refused(name: &str, svg: &str) {
    let start = Instant::now();

    let result = prepare(svg.as_bytes(), Options::new());

    let elapsed = start.elapsed();
    let error = match result {
        Err(error) => error,
        Ok(_) => panic!("{name}: drawn in {elapsed:?}"),
    };
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{name}: {error}");
    assert!(elapsed < MAX_TIME, "{name}: {elapsed:?}");
}

fn assert_drawn(name: &str, svg: &str) {
    let start = Instant::now();

    let result = prepare(svg.as_bytes(), Options::new());

    assert!(result.is_ok(), "{name}: {:?}", result.err());
    assert!(start.elapsed() < MAX_TIME, "{name}: {:?}", start.elapsed());
}

#[test]
fn filters_that_would_take_minutes_are_refused() {
    let ones = |order: usize| vec!["1"; order * order].join(" ");
    let convolution = format!("<feConvolveMatrix order='60' kernelMatrix='{}'/>", ones(60));
    for (name, primitives) in [
        ("convolution", convolution),
        (
            "dilation",
            "<feMorphology operator='dilate' radius='60'/>".into(),
        ),
        ("blurs", "<feGaussianBlur stdDeviation='1'/>".repeat(100)),
        ("shadows", "<feDropShadow dx='1'/>".repeat(60)),
        (
            "displacements",
            "<feDisplacementMap in2='SourceGraphic' scale='9'/>".repeat(200),
        ),
        (
            "a merge",
            format!("<feMerge>{}</feMerge>", "<feMergeNode/>".repeat(2000)),
        ),
        (
            "lights",
            "<feDiffuseLighting><fePointLight/></feDiffuseLighting>".repeat(200),
        ),
        ("tiles", "<feTile/>".repeat(200)),
    ] {
        assert_refused(name, &filtered(&primitives));
    }
}

#[test]
fn large_pictures_have_no_more_time_than_a_photo_is_given() {
    // About 3300 ns a pixel, and filters reach beyond the edge: 43 s at 3000 × 3000, of at least 30 that a photo is given.
    let svg = filtered("<feTurbulence baseFrequency='.02' numOctaves='20'/>");

    let small = prepare(svg.as_bytes(), finest().side(640));
    let large = prepare(svg.as_bytes(), finest().side(3000));

    assert!(small.is_ok(), "{:?}", small.err());
    assert!(
        matches!(large, Err(Error::TooMuchWork { .. })),
        "{:?}",
        large.err()
    );
}

#[test]
fn noise_of_more_octaves_than_numbers_have_bits_is_refused_by_name() {
    let noise = |attributes: &str| filtered(&format!("<feTurbulence {attributes}/>"));
    for attributes in [
        "baseFrequency='.02' numOctaves='40'",
        "baseFrequency='.02' numOctaves='40' stitchTiles='stitch'",
        "baseFrequency='1e9'",
        "baseFrequency='.02 1e30'",
    ] {
        let error = prepare(noise(attributes).as_bytes(), finest()).unwrap_err();

        assert_eq!(
            error.kind(),
            ErrorKind::Unsupported,
            "{attributes}: {error}"
        );
    }
    for attributes in [
        "baseFrequency='.02' numOctaves='15'",
        "baseFrequency='.02' numOctaves='15' stitchTiles='stitch'",
        "baseFrequency='0' numOctaves='20'",
        "baseFrequency='30'",
    ] {
        assert_drawn(attributes, &noise(attributes));
    }
}

#[test]
fn filters_of_usual_drawings_are_drawn() {
    for (name, primitives) in [
        ("a shadow", "<feDropShadow dx='4' dy='4' stdDeviation='6'/>"),
        (
            "clouds",
            "<feTurbulence baseFrequency='.02' numOctaves='8' type='fractalNoise'/>",
        ),
        ("an outline", "<feMorphology operator='dilate' radius='6'/>"),
        (
            "a bevel",
            "<feGaussianBlur in='SourceAlpha' stdDeviation='4'/><feSpecularLighting surfaceScale='5' \
             specularExponent='20'><fePointLight x='-50' y='-100' z='200'/></feSpecularLighting>\
             <feComposite in2='SourceAlpha' operator='in'/><feComposite in='SourceGraphic' operator='arithmetic' \
             k2='1' k3='1'/>",
        ),
    ] {
        assert_drawn(name, &filtered(primitives));
    }
}

#[test]
fn layers_that_would_take_all_memory_are_refused() {
    let nested = |attributes: &str, depth: usize| {
        let open = format!("<g {attributes}>").repeat(depth);
        let shape = "<rect x='-1e6' y='-1e6' width='2e6' height='2e6'/>";
        drawing(&format!(
            "<filter id='f' filterUnits='userSpaceOnUse' x='-1e6' y='-1e6' width='2e6' height='2e6'>\
             <feOffset dx='1'/></filter>{open}{shape}{}",
            "</g>".repeat(depth)
        ))
    };
    let wide = "<filter id='f' x='-9' y='-9' width='19' height='19'>";
    let floods = "<feFlood/>".repeat(200);
    for (name, svg) in [
        (
            "turned filters",
            nested("filter='url(#f)' transform='rotate(45)'", 30),
        ),
        ("layers", nested("opacity='.5'", 50)),
        (
            "results",
            drawing(&format!(
                "{wide}{floods}</filter><rect width='640' height='640' filter='url(#f)'/>"
            )),
        ),
        (
            "a pattern",
            drawing(
                "<pattern id='p' width='30000' height='30000' patternUnits='userSpaceOnUse'>\
                 <circle r='9'/></pattern><rect width='640' height='640' fill='url(#p)'/>",
            ),
        ),
    ] {
        assert_refused(name, &svg);
    }
}

#[test]
fn paths_that_would_take_minutes_are_refused() {
    let zigzag: String = (0..400_000_u64)
        .map(|step| format!("L{} {}", step * 7919 % 640, step % 2 * 640))
        .collect();
    let dashed = "<path d='M0 0H640V640H0z' fill='none' stroke='red' stroke-width='9' \
                  stroke-dasharray='.01 .01'/>";
    let gradient =
        "<radialGradient id='g'><stop stop-color='red'/><stop offset='1'/></radialGradient>";
    for (name, svg) in [
        ("edges", drawing(&format!("<path d='M0 0{zigzag}'/>"))),
        ("dashes", drawing(&dashed.repeat(100))),
        (
            "gradients",
            drawing(&format!(
                "{gradient}{}",
                "<rect width='640' height='640' fill='url(#g)'/>".repeat(3000)
            )),
        ),
    ] {
        assert_refused(name, &svg);
    }
}

#[test]
fn many_small_shapes_are_drawn() {
    let dots: String = (0..20_000)
        .map(|dot| {
            format!(
                "<circle cx='{}' cy='{}' r='3' fill='#08f8'/>",
                dot * 7919 % 640,
                dot * 31 % 640
            )
        })
        .collect();
    // A line of 100,000 points to and fro around the picture, as charts and coasts have.
    let coast: String = (0..100_000)
        .map(|step| {
            let angle = f64::from(step) / 100_000.0 * std::f64::consts::TAU;
            let radius = 250.0 + 40.0 * f64::from(step % 7) / 7.0;
            let (x, y) = (320.0 + radius * angle.cos(), 320.0 + radius * angle.sin());
            format!("L{x:.2} {y:.2}")
        })
        .collect();
    assert_drawn("dots", &drawing(&dots));
    assert_drawn(
        "a coast",
        &drawing(&format!(
            "<path d='M570 320{coast}z' stroke='#000' fill='#ccc'/>"
        )),
    );
}

#[test]
fn a_larger_picture_may_take_more_work() {
    let svg = filtered(&"<feGaussianBlur stdDeviation='1'/>".repeat(2));
    for side in [1, 64, 640, 2000] {
        let (prepared, _) = prepare(svg.as_bytes(), finest().side(side)).unwrap();

        assert_eq!(prepared.plan.side, side);
    }
}

#[test]
fn memory_of_layers_counts() {
    let svg = drawing(&format!(
        "{}<rect width='640' height='640'/>{}",
        "<g opacity='.9'>".repeat(20),
        "</g>".repeat(20)
    ));
    let limits = Limits::default();
    let header = prep::read_header(svg.as_bytes(), &limits).unwrap();
    let plain = prep::read_header(drawing("<rect width='9' height='9'/>").as_bytes(), &limits);

    // Twenty layers of 640 × 640 pixels of four bytes.
    let layers = header.memory - plain.unwrap().memory;
    assert!(
        (20 * 640 * 640 * 4..25 * 650 * 650 * 4).contains(&layers),
        "{layers}"
    );
}
