//! What a photo says of itself, what is made of it, and why.

use std::fmt;

use prep::{Choice, Orientation, Prepared, Profile, Rect, Route, Rule, Treatment};

/// What is known of a photo and its picture when the picture is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Explanation {
    pub(crate) prepared: Prepared,
    /// Length of the photo's file.
    pub(crate) photo_bytes: u64,
    /// Length of the picture's.
    pub(crate) picture_bytes: u64,
}

/// Returns a warning if what matters is cut off.
pub(crate) fn doubt(choice: &Choice) -> Option<String> {
    let (all, outside) = (choice.main_faces(), choice.faces_outside());
    let what = match outside {
        0 if choice.cuts_text => "an edge of the square runs through text".to_owned(),
        0 if choice.is_doubtful() => {
            "most of the salient content lies outside the circle that messengers show".to_owned()
        }
        0 => return None,
        1 => format!("1 of {all} faces lies partly outside the circle that messengers show"),
        _ => format!("{outside} of {all} faces lie partly outside the circle that messengers show"),
    };
    Some(format!("{what}; --focal or --fit contain may be better"))
}

impl Explanation {
    /// Returns how many stored pixels become one of the picture.
    pub(crate) fn reduction(&self) -> f64 {
        self.prepared.plan.crop.side / f64::from(self.prepared.plan.side)
    }

    /// Returns how many times the photo is enlarged, if it is; drawings never are.
    pub(crate) fn enlargement(&self) -> Option<f64> {
        let reduction = self.reduction();
        let is_enlarged = reduction < 0.995 && !self.prepared.header.is_vector;
        is_enlarged.then(|| 1.0 / reduction)
    }

    /// Returns the square in pixels of the upright photo; it may extend beyond it.
    pub(crate) fn square(&self) -> Rect {
        self.seen(self.prepared.plan.crop.into())
    }

    /// Converts a stored rectangle to the upright photo.
    pub(crate) fn seen(&self, stored: Rect) -> Rect {
        let header = &self.prepared.header;
        header.orientation.seen_rect(header.size, stored)
    }
}

/// Several lines, the last without its end.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_photo(f)?;
        self.fmt_square(f)?;
        self.fmt_faces(f)?;
        self.fmt_content(f)?;
        self.fmt_color(f)?;
        self.fmt_picture(f)?;
        self.fmt_damage(f)
    }
}

impl Explanation {
    fn fmt_photo(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = &self.prepared.header;
        let seen = header.orientation.seen(header.size);
        let (samples, bits) = (header.samples, header.bits);
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
        Ok(())
    }

    fn fmt_square(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = &self.prepared.plan;
        let Rect { x, y, width, .. } = self.square();
        write!(f, "\n  square   {width:.0} px from {x:.1}, {y:.1}: ")?;
        match plan.choice.rule {
            Rule::Faces => match plan.choice.main_faces() {
                1 => f.write_str("by a face")?,
                count => write!(f, "by {count} faces")?,
            },
            Rule::Attention => f.write_str("by attention")?,
            Rule::Content => f.write_str("around all that stands on a flat background")?,
            Rule::FocalPoint => f.write_str("by the focal point")?,
            _ if plan.backdrop.is_some() => f.write_str("the whole photo")?,
            _ => f.write_str("by gravity")?,
        }
        if let Some(score) = plan.choice.score {
            write!(f, ", {:.0} % of it in the circle", score * 100.0)?;
        }
        if plan.choice.cuts_text {
            f.write_str(", through text")?;
        }
        Ok(())
    }

    fn fmt_faces(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for face in self.prepared.plan.choice.faces.iter() {
            let Rect { x, y, width, .. } = face.area;
            let circle = match face.is_in_circle {
                true => "inside",
                false => "partly outside",
            };
            write!(
                f,
                "\n  face     {width:.0} px from {x:.0}, {y:.0}, {:.0} % sure, {circle} the circle",
                face.confidence * 100.0
            )?;
            if !face.is_main {
                f.write_str(", small beside the largest: ignored")?;
            }
        }
        Ok(())
    }

    fn fmt_content(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Prepared { header, plan, .. } = &self.prepared;
        let seen = header.orientation.seen(header.size);
        let content = self.seen(plan.content);
        let Rect {
            x,
            y,
            width,
            height,
        } = content;
        if (width, height) != (f64::from(seen.width), f64::from(seen.height)) {
            write!(
                f,
                "\n  trimmed  to {width:.0}×{height:.0} from {x:.0}, {y:.0}"
            )?;
        }
        match plan.backdrop {
            Some(backdrop) => write!(f, "\n  backdrop {backdrop}"),
            None => Ok(()),
        }
    }

    fn fmt_color(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let profile = match self.prepared.header.profile {
            Profile::None => "no profile: taken as sRGB",
            Profile::Srgb => "sRGB",
            Profile::Convert => "converted to sRGB",
            _ => "a broken profile: taken as sRGB",
        };
        let route = match self.prepared.plan.route {
            Route::YCbCr => "luma and chroma unchanged",
            _ => "through sRGB pixels",
        };
        write!(f, "\n  color    {profile}, {route}")
    }

    fn fmt_picture(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = &self.prepared.plan;
        let (side, quality) = (plan.side, plan.quality);
        write!(f, "\n  picture  {side}×{side}, ")?;
        match (plan.treatment, self.reduction()) {
            (Treatment::Encoded, reduction @ 1.0..) => {
                write!(f, "reduced {reduction:.2} times, quality {quality}")?;
            }
            (Treatment::Encoded, reduction) => {
                let enlargement = 1.0 / reduction;
                write!(f, "enlarged {enlargement:.2} times, quality {quality}")?;
            }
            (kept, _) => write!(f, "{kept}")?,
        }
        write!(f, ", {}, {} bytes", plan.subsampling, self.picture_bytes)
    }

    fn fmt_damage(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.prepared.lost {
            0.0 if self.prepared.is_truncated => f.write_str(
                "\n  damage   the file is cut off, but nothing of the picture is missing",
            ),
            0.0 => f.write_str("\n  damage   none"),
            lost => write!(
                f,
                "\n  damage   {} % of the square is lost",
                (lost * 100.0).ceil()
            ),
        }
    }
}
