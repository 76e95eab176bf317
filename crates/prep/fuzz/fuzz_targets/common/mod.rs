//! What must hold of any bytes: they are a picture or an error of one line, whatever the options.
//!
//! A panic in a foreign decoder is contained and is that file's error, so it is none here either; one in the project's own
//! code ends the run.

use std::cell::RefCell;

use prep::{
    Backdrop, Coding, Color, Enlarge, Fit, Frame, Gravity, Limits, OnDamage, Options, Pipeline, Subsampling,
};

struct Bench {
    /// Kept from input to input, as it is in use.
    pipelines: Vec<Pipeline>,
    /// For what takes many times as long: it looks at the photo, or encodes again and again.
    slow: Vec<Pipeline>,
    picture: Vec<u8>,
}

thread_local! {
    static BENCH: RefCell<Bench> = RefCell::new(Bench {
        pipelines: pipelines(&options()),
        slow: pipelines(&slow_options()),
        picture: Vec::new(),
    });
}

/// One in so many inputs is given to the slow ones.
const SLOW: usize = 64;

/// Prepares the photo; its length says with which options, so that seeds are photos and nothing else.
pub fn prepare(photo: &[u8]) {
    BENCH.with_borrow_mut(|Bench { pipelines, slow, picture }| {
        let (pipelines, number) = match photo.len() % SLOW {
            0 => (slow, photo.len() / SLOW),
            _ => (pipelines, photo.len()),
        };
        let count = pipelines.len();
        match pipelines[number % count].prepare_into(photo, picture) {
            Ok(prepared) => {
                assert!(picture.starts_with(&[0xFF, 0xD8]) && picture.ends_with(&[0xFF, 0xD9]));
                assert!((0.0..=1.0).contains(&prepared.lost));
            }
            Err(error) => assert_eq!(error.to_string().lines().count(), 1, "{error}"),
        }
    });
}

/// Small limits: what is large is slower and not different.
fn base() -> Options {
    Options::new().side(16).minimum_side(1).on_damage(OnDamage::Accept).limits(Limits {
        bytes: 1 << 14,
        pixels: 1 << 13,
        side: 1 << 10,
        memory: 4 << 20,
    })
}

fn pipelines(options: &[Options]) -> Vec<Pipeline> {
    let pipelines = options.iter().map(|options| Pipeline::new(*options));
    pipelines.collect::<Result<_, _>>().expect("the options are within their ranges")
}

fn options() -> [Options; 5] {
    [
        base(),
        base().gravity(Gravity::SouthEast).frame(Frame::First).on_damage(OnDamage::Refuse),
        base().trim(10).enlarge(Enlarge::WhenSmaller).coding(Coding::Progressive),
        base().fit(Fit::Contain).background(Color::new(1, 2, 3)).subsampling(Subsampling::S444),
        base().fit(Fit::CircleSafe).on_damage(OnDamage::Repair),
    ]
}

fn slow_options() -> [Options; 3] {
    [
        base().gravity(Gravity::Auto),
        base().fit(Fit::Contain).backdrop(Backdrop::Blur).enlarge(Enlarge::WhenSmaller),
        base().max_bytes(700),
    ]
}
