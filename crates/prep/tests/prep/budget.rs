//! A picture that must fit into so many bytes does, or says why not.

use prep::{Coding, Enlarge, Error, Options, Preset, Subsampling};

use crate::common::{fixture, pixels, prepare};

const PHOTOS: [&str; 4] = [
    "photos/coffee.png",
    "photos/hubble_deep_field.jpg",
    "photos/retina.jpg",
    "orientation/6.jpg",
];

const BUDGETS: [u64; 6] = [5_000, 10_000, 20_000, 50_000, 100_000, 200_000];

#[test]
fn no_picture_has_more_bytes_than_its_budget_and_more_bytes_make_it_better() {
    for name in PHOTOS {
        let photo = fixture(name);
        let mut scores = Vec::new();
        for budget in BUDGETS {
            let options = Options::new().max_bytes(budget);

            let (prepared, picture) = prepare(&photo, options).unwrap();

            let fitted = prepared.fitted.expect("it was made to fit");
            assert!(picture.len() as u64 <= budget, "{name} {budget}");
            assert!((1..=6).contains(&fitted.encodes), "{name} {budget}");
            assert_eq!(
                pixels(&picture).width(),
                prepared.plan.side,
                "{name} {budget}"
            );
            scores.push(fitted.score);
        }
        assert!(scores.is_sorted(), "{name}: {scores:?}");
        assert!(scores[5] > 80.0 && scores[5] <= 100.0, "{name}: {scores:?}");
    }
}

#[test]
fn a_budget_below_the_least_there_is_tells_that_least() {
    let photo = fixture("photos/coffee.png");

    let error = prepare(&photo, Options::new().max_bytes(300)).unwrap_err();

    let Error::OverBudget { least, budget: 300 } = error else {
        panic!("{error:?}");
    };
    let (_, picture) = prepare(&photo, Options::new().max_bytes(least)).unwrap();
    assert!(picture.len() as u64 <= least);
}

#[test]
fn a_quality_asked_for_is_not_exceeded_and_changes_nothing_where_it_fits() {
    let photo = fixture("photos/hubble_deep_field.jpg");
    let (_, plain) = prepare(&photo, Options::new()).unwrap();
    let bytes = plain.len() as u64;

    let (_, roomy) = prepare(&photo, Preset::Max.options()).unwrap();
    let (narrow, picture) =
        prepare(&photo, Options::new().quality(85).max_bytes(bytes - 1)).unwrap();

    assert!(roomy == plain, "a preset's quality is the usual one");
    assert!(narrow.fitted.is_some() && (picture.len() as u64) < bytes);
}

#[test]
fn what_was_asked_for_is_kept_by_a_picture_that_must_fit() {
    let photo = fixture("photos/coffee.png");
    let small = Options::new().max_bytes(4_000);

    let (shrunk, _) = prepare(&photo, small).unwrap();
    let (whole, _) = prepare(&photo, small.side(400).enlarge(Enlarge::WhenSmaller)).unwrap();
    let (drawing, picture) = prepare(&photo, small.subsampling(Subsampling::S444)).unwrap();
    let (_, progressive) = prepare(&photo, small.coding(Coding::Progressive)).unwrap();

    assert!(
        (192..400).contains(&shrunk.plan.side),
        "{}",
        shrunk.plan.side
    );
    assert_eq!(whole.plan.side, 400);
    assert_eq!(drawing.plan.subsampling, Subsampling::S444);
    assert_eq!(sampling_factors(&picture), [0x11, 0x11, 0x11]);
    let is_progressive = |picture: &[u8]| picture.windows(2).any(|pair| pair == [0xFF, 0xC2]);
    assert!(is_progressive(&progressive) && !is_progressive(&picture));
    assert!(progressive.len() <= 4_000);
}

/// Of the components, from the baseline frame header (T.81, B.2.2).
fn sampling_factors(picture: &[u8]) -> [u8; 3] {
    let frame = picture
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .expect("a baseline frame");
    [0, 1, 2].map(|component| picture[frame + 11 + 3 * component])
}
