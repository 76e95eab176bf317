//! What a photo says of itself, what is made of it, and why: as people and as machines read it.

use std::fmt;

use prep::{
    Backdrop, Choice, Face, Orientation, Prepared, Profile, Rect, Route, Rule, Samples,
    Subsampling, Treatment,
};
use serde::Serialize;

/// What is known of a photo and its picture when the picture is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Explanation {
    pub(crate) prepared: Prepared,
    /// Length of the photo's file.
    pub(crate) photo_bytes: u64,
    /// Length of the picture's.
    pub(crate) picture_bytes: u64,
}

/// What is doubtful about the square, as a sentence without its end; nothing where nothing is.
pub(crate) fn doubt(choice: &Choice) -> Option<String> {
    let (all, outside) = (choice.faces.len(), choice.faces_outside());
    if outside > 0 {
        let lie = if outside == 1 { "lies" } else { "lie" };
        return Some(format!(
            "{outside} of {all} faces {lie} partly outside the circle that messengers show; --focal or --fit contain may be better"
        ));
    }
    choice.is_doubtful().then(|| {
        "most of what draws the eye lies outside the circle that messengers show; --focal or --fit contain may be better".to_owned()
    })
}

impl Explanation {
    /// Stored pixels that make one of the picture.
    fn reduction(&self) -> f64 {
        self.prepared.plan.crop.side / f64::from(self.prepared.plan.side)
    }

    /// How many times the photo is enlarged, if it is; drawings never are.
    pub(crate) fn enlargement(&self) -> Option<f64> {
        let reduction = self.reduction();
        let is_enlarged = reduction < 0.995 && !self.prepared.header.is_vector;
        is_enlarged.then(|| 1.0 / reduction)
    }

    /// The square of the upright photo; it may reach beyond it.
    pub(crate) fn square(&self) -> Rect {
        self.seen(self.prepared.plan.crop.into())
    }

    /// A rectangle of what is stored, as it is seen.
    fn seen(&self, stored: Rect) -> Rect {
        let header = &self.prepared.header;
        header.orientation.seen_rect(header.size, stored)
    }

    /// The object for machines, without what names the photo.
    pub(crate) fn json(&self) -> Json {
        let Prepared {
            header,
            plan,
            lost,
            is_truncated,
            ..
        } = &self.prepared;
        let seen = header.orientation.seen(header.size);
        Json {
            header: JsonHeader {
                format: header.format.to_string(),
                bytes: self.photo_bytes,
                width: seen.width,
                height: seen.height,
                orientation: header.orientation.to_exif(),
                bits: header.bits,
                samples: samples(header.samples),
                profile: profile(header.profile),
                memory: header.memory,
            },
            square: self.seen(plan.crop.into()).into(),
            content: self.seen(plan.content).into(),
            rule: rule(plan.choice.rule),
            faces: plan.choice.faces.iter().map(JsonFace::from).collect(),
            score: plan.choice.score.map(rounded),
            backdrop: plan.backdrop.map(backdrop),
            route: route(plan.route),
            reduction: rounded(self.reduction() as f32),
            treatment: treatment(plan.treatment),
            side: plan.side,
            quality: (plan.treatment == Treatment::Encoded).then_some(plan.quality),
            subsampling: subsampling(plan.subsampling),
            bytes: self.picture_bytes,
            lost: *lost,
            truncated: *is_truncated,
        }
    }
}

/// Several lines, the last without its end.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Prepared {
            header,
            plan,
            lost,
            is_truncated,
            ..
        } = &self.prepared;
        let seen = header.orientation.seen(header.size);
        let (samples, bits) = (samples(header.samples), header.bits);
        write!(
            f,
            "  photo    {}, {seen}, {samples}, {bits} bits, {} bytes",
            header.format, self.photo_bytes
        )?;
        if header.orientation != Orientation::Normal {
            write!(
                f,
                ", stored as {} (orientation {})",
                header.size,
                header.orientation.to_exif()
            )?;
        }
        let Rect { x, y, width, .. } = self.seen(plan.crop.into());
        write!(f, "\n  square   {width:.0} px from {x:.1}, {y:.1}: ")?;
        match plan.choice.rule {
            Rule::Faces => match plan.choice.faces.len() {
                1 => f.write_str("by a face")?,
                count => write!(f, "by {count} faces")?,
            },
            Rule::Attention => f.write_str("by what draws the eye")?,
            Rule::FocalPoint => f.write_str("by the focal point")?,
            _ if plan.backdrop.is_some() => f.write_str("all of the photo")?,
            _ => f.write_str("by gravity")?,
        }
        if let Some(score) = plan.choice.score {
            write!(f, ", {:.0} % of it in the circle", score * 100.0)?;
        }
        for face in plan.choice.faces.iter() {
            let Rect { x, y, width, .. } = face.area;
            let circle = if face.is_in_circle {
                "in"
            } else {
                "partly outside"
            };
            write!(
                f,
                "\n  face     {width:.0} px from {x:.0}, {y:.0}, {:.0} % sure, {circle} the circle",
                face.confidence * 100.0
            )?;
        }
        let Rect {
            x,
            y,
            width,
            height,
        } = self.seen(plan.content);
        if (width, height) != (f64::from(seen.width), f64::from(seen.height)) {
            write!(
                f,
                "\n  trimmed  to {width:.0}×{height:.0} from {x:.0}, {y:.0}"
            )?;
        }
        if let Some(kind) = plan.backdrop {
            write!(f, "\n  backdrop {}", backdrop(kind))?;
        }
        let way = match plan.route {
            Route::YCbCr => "luma and chroma as they are",
            _ => "through pixels of sRGB",
        };
        write!(
            f,
            "\n  colour   {}, {way}",
            match header.profile {
                Profile::None => "no profile: taken as sRGB",
                Profile::Srgb => "sRGB",
                Profile::Convert => "converted to sRGB",
                _ => "a broken profile: taken as sRGB",
            }
        )?;
        write!(f, "\n  picture  {side}×{side}, ", side = plan.side)?;
        match (plan.treatment, self.reduction()) {
            (Treatment::Encoded, reduction @ 1.0..) => {
                write!(f, "reduced {reduction:.2} times, quality {}", plan.quality)?;
            }
            (Treatment::Encoded, reduction) => {
                let enlargement = 1.0 / reduction;
                write!(
                    f,
                    "enlarged {enlargement:.2} times, quality {}",
                    plan.quality
                )?;
            }
            (kept, _) => kept.fmt(f)?,
        }
        let subsampling = subsampling(plan.subsampling);
        write!(f, ", {subsampling}, {} bytes", self.picture_bytes)?;
        match lost {
            0.0 if *is_truncated => {
                f.write_str("\n  damage   the file ends too early, unseen in the picture")
            }
            0.0 => f.write_str("\n  damage   none"),
            lost => write!(
                f,
                "\n  damage   {} % of the square is lost",
                (lost * 100.0).ceil()
            ),
        }
    }
}

/// The same for machines; the names of the fields stay.
#[derive(Serialize)]
pub(crate) struct Json {
    header: JsonHeader,
    /// In pixels of the upright photo, as all that follows.
    square: JsonRect,
    content: JsonRect,
    rule: &'static str,
    faces: Vec<JsonFace>,
    score: Option<f32>,
    backdrop: Option<&'static str>,
    route: &'static str,
    reduction: f32,
    treatment: &'static str,
    side: u32,
    /// Of what was encoded.
    quality: Option<u8>,
    subsampling: &'static str,
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
    in_circle: bool,
}

impl From<&Face> for JsonFace {
    fn from(face: &Face) -> Self {
        Self {
            area: face.area.into(),
            confidence: rounded(face.confidence),
            in_circle: face.is_in_circle,
        }
    }
}

/// To a thousandth.
fn rounded(number: f32) -> f32 {
    (number * 1000.0).round() / 1000.0
}

fn samples(samples: Samples) -> &'static str {
    match samples {
        Samples::Gray => "gray",
        Samples::GrayAlpha => "gray-alpha",
        Samples::Rgb => "rgb",
        Samples::Rgba => "rgba",
        Samples::Cmyk => "cmyk",
        _ => "other",
    }
}

fn profile(profile: Profile) -> &'static str {
    match profile {
        Profile::None => "none",
        Profile::Srgb => "srgb",
        Profile::Convert => "convert",
        _ => "unusable",
    }
}

fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::FocalPoint => "focal-point",
        Rule::Faces => "faces",
        Rule::Attention => "attention",
        _ => "gravity",
    }
}

fn backdrop(backdrop: Backdrop) -> &'static str {
    match backdrop {
        Backdrop::Blur => "blur",
        _ => "color",
    }
}

fn route(route: Route) -> &'static str {
    match route {
        Route::YCbCr => "ycbcr",
        _ => "pixels",
    }
}

/// What became of the photo's coded data.
pub(crate) fn treatment(treatment: Treatment) -> &'static str {
    match treatment {
        Treatment::PassedThrough => "passed-through",
        Treatment::MetadataStripped => "metadata-stripped",
        _ => "encoded",
    }
}

fn subsampling(subsampling: Subsampling) -> &'static str {
    match subsampling {
        Subsampling::S420 => "4:2:0",
        Subsampling::S422 => "4:2:2",
        Subsampling::S444 => "4:4:4",
    }
}
