//! Explanations as JSON.

use prep::{Backdrop, Face, Prepared, Rect, Treatment};
use serde::Serialize;

use crate::report::explanation::Explanation;

impl Explanation {
    /// Returns the object for machines, without the photo's name.
    pub(crate) fn json(&self) -> JsonExplanation {
        let Prepared {
            header,
            plan,
            lost,
            is_truncated,
            ..
        } = &self.prepared;
        let seen = header.orientation.seen(header.size);
        JsonExplanation {
            header: JsonHeader {
                format: header.format.to_string(),
                bytes: self.photo_bytes,
                width: seen.width,
                height: seen.height,
                orientation: header.orientation.to_exif(),
                bits: header.bits,
                samples: header.samples.name(),
                profile: header.profile.name(),
                memory: header.memory,
            },
            square: self.seen(plan.crop.into()).into(),
            content: self.seen(plan.content).into(),
            rule: plan.choice.rule.name(),
            faces: plan.choice.faces.iter().map(JsonFace::from).collect(),
            score: plan.choice.score.map(rounded),
            cuts_text: plan.choice.cuts_text,
            backdrop: plan.backdrop.map(Backdrop::name),
            route: plan.route.name(),
            reduction: rounded(self.reduction() as f32),
            treatment: plan.treatment.name(),
            side: plan.side,
            quality: (plan.treatment == Treatment::Encoded).then_some(plan.quality),
            subsampling: plan.subsampling.to_string(),
            bytes: self.picture_bytes,
            lost: *lost,
            truncated: *is_truncated,
        }
    }
}

/// An explanation for machines. The names of the fields are stable.
#[derive(Serialize)]
pub(crate) struct JsonExplanation {
    header: JsonHeader,
    /// In pixels of the upright photo, like everything below.
    square: JsonRect,
    content: JsonRect,
    rule: &'static str,
    faces: Vec<JsonFace>,
    score: Option<f32>,
    /// Whether an edge of the square runs through text.
    cuts_text: bool,
    backdrop: Option<&'static str>,
    route: &'static str,
    reduction: f32,
    treatment: &'static str,
    side: u32,
    /// Of a picture that was encoded.
    quality: Option<u8>,
    subsampling: String,
    bytes: u64,
    lost: f32,
    truncated: bool,
}

#[derive(Serialize)]
struct JsonHeader {
    format: String,
    bytes: u64,
    width: u32,
    height: u32,
    orientation: u8,
    bits: u8,
    samples: &'static str,
    profile: &'static str,
    memory: u64,
}

#[derive(Serialize)]
struct JsonRect {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl From<Rect> for JsonRect {
    fn from(rect: Rect) -> Self {
        Self {
            x: rect.x,
            y: rect.y,
            width: rect.width,
            height: rect.height,
        }
    }
}

#[derive(Serialize)]
struct JsonFace {
    #[serde(flatten)]
    area: JsonRect,
    confidence: f32,
    main: bool,
    in_circle: bool,
}

impl From<&Face> for JsonFace {
    fn from(face: &Face) -> Self {
        Self {
            area: face.area.into(),
            confidence: rounded(face.confidence),
            main: face.is_main,
            in_circle: face.is_in_circle,
        }
    }
}

/// Rounds to a thousandth.
fn rounded(number: f32) -> f32 {
    (number * 1000.0).round() / 1000.0
}
