//! The straight line from a photo to a picture.

mod analyze;
mod conform;
mod decode;
mod encode;
mod open;
mod overview;
mod plan;
mod repair;
mod trim;
mod turn;

use std::fmt;

use bytes::Bytes;

use self::analyze::analyze;
use self::conform::conform;
use self::decode::{Decoding, Overviews, decode};
use self::encode::{Encoding, encode};
use self::open::open;
use self::overview::{decode_with_overview, encode_overview};
use self::plan::{Planned, plan};
use self::repair::repair;
use self::trim::trim;
use self::turn::{Turning, turn};
use crate::budget::Fitted;
use crate::cancel::Cancel;
use crate::choice::Chooser;
use crate::error::Error;
use crate::header::Header;
use crate::options::Options;
use crate::photo::Photo;
use crate::plan::{Plan, Planner, Treatment};
use crate::source::Opened;

/// Prepares one photo with the default [`Options`].
///
/// # Errors
///
/// See [`Error`]; each says what to do.
pub fn prepare(photo: &[u8]) -> Result<Bytes, Error> {
    prepare_with(photo, &Options::new())
}

/// Prepares one photo by `options`; for many, a [`Pipeline`] keeps its buffers.
///
/// # Errors
///
/// See [`Error`]; each says what to do.
pub fn prepare_with(photo: &[u8], options: &Options) -> Result<Bytes, Error> {
    let mut picture = Vec::new();
    Pipeline::new(*options)?.prepare_into(photo, &mut picture)?;
    Ok(picture.into())
}

/// Prepares photo after photo with the same options, and keeps its buffers between them.
///
/// Keep one for each thread. The same photo and options give the same bytes, whatever came before.
pub struct Pipeline {
    options: Options,
    decoding: Decoding,
    chooser: Chooser,
    turning: Turning,
    encoding: Encoding,
}

/// What was found in a photo, and what was done.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Prepared {
    /// What the photo's header declares.
    pub header: Header,
    /// What was decided, and done; with a byte budget, its side and subsampling are those that were found.
    pub plan: Plan,
    /// The share of the square's rows that is lost because the photo is truncated or corrupt, 0…1.
    pub lost: f32,
    /// Whether the file ends before the photo does. Nothing is lost if the missing part is below the square.
    pub is_truncated: bool,
    /// How the picture was made to fit its byte budget; `None` if it fitted at the quality that was asked for.
    pub fitted: Option<Fitted>,
}

impl Pipeline {
    /// Creates a pipeline that makes pictures by `options`.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if an option is outside its range.
    pub fn new(options: Options) -> Result<Self, Error> {
        options.check()?;
        Ok(Self::of_checked(options))
    }

    /// Creates a pipeline by options that are within their ranges.
    pub(crate) fn of_checked(options: Options) -> Self {
        Self {
            options,
            decoding: Decoding::new(options.limits.memory, Overviews::AsNeeded),
            chooser: Chooser::default(),
            turning: Turning::default(),
            encoding: Encoding::default(),
        }
    }

    /// Changes the options for the pictures that follow; the buffers are kept.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if an option is outside its range; the options stay as they were.
    pub fn set_options(&mut self, options: Options) -> Result<(), Error> {
        options.check()?;
        self.set_checked_options(options);
        Ok(())
    }

    pub(crate) fn set_checked_options(&mut self, options: Options) {
        if self.options.limits != options.limits {
            self.decoding.set_memory(options.limits.memory);
        }
        self.options = options;
    }

    /// Sets the flag that ends the photo in progress, from another thread: the call returns [`Error::Canceled`], and there is no picture.
    ///
    /// It is looked at between the stages and between rows of pixels. AVIF and HEIC are decoded tile by tile, JPEG XL, SVG, animations and
    /// some WebP as a whole, and nothing ends a decoder within these. The flag stays set, and ends every photo that follows, until another
    /// one is given.
    ///
    /// ```
    /// # let photo = include_bytes!("../examples/photo.jpg");
    /// use prep::{Cancel, Error, Options, Pipeline};
    ///
    /// let cancel = Cancel::new();
    /// let mut pipeline = Pipeline::new(Options::new())?;
    /// pipeline.set_cancel(cancel.clone());
    /// // Elsewhere, when the user has left:
    /// cancel.cancel();
    ///
    /// let mut picture = Vec::new();
    /// let prepared = pipeline.prepare_into(photo, &mut picture);
    /// assert!(matches!(prepared, Err(Error::Canceled)) && picture.is_empty());
    /// # Ok::<(), Error>(())
    /// ```
    pub fn set_cancel(&mut self, cancel: Cancel) {
        self.decoding.set_cancel(cancel);
    }

    /// Makes an overview of each photo from now on, if that can be done while its crop is decoded;
    /// [`overview`](Self::overview) returns it. The pictures stay the same.
    #[must_use]
    pub fn with_overviews(mut self) -> Self {
        self.decoding.overviews = Overviews::WheneverCheap;
        self
    }

    /// Encodes the overview of the last photo, upright, its longer side `longer`; it replaces what was in `overview`.
    ///
    /// Returns `None` if there is no overview, or if it, an eighth of the photo's size, is much smaller than that.
    pub fn overview(&mut self, longer: u32, quality: u8, overview: &mut Vec<u8>) -> Option<Header> {
        let encoder = &mut self.encoding.encoder;
        encode_overview(&self.decoding, longer, quality, encoder, overview)
    }

    /// Reads a photo's header and checks it against the limits and the options; no pixel is decoded.
    ///
    /// The header's [`memory`](Header::memory) is what preparing takes with these options.
    ///
    /// # Errors
    ///
    /// Those that the header can cause, with these options; see [`Error`].
    pub fn read_header(&mut self, photo: &[u8]) -> Result<Header, Error> {
        self.read_photo_header(&Photo::from(photo))
    }

    /// Like [`read_header`](Self::read_header), for a [`Photo`].
    ///
    /// # Errors
    ///
    /// Those of [`read_header`](Self::read_header), and [`Error::Read`].
    pub fn read_photo_header(&mut self, photo: &Photo<'_>) -> Result<Header, Error> {
        let header = photo.unless_unread(self.header(photo));
        self.decoding.unless_canceled(header)
    }

    fn header(&mut self, photo: &Photo<'_>) -> Result<Header, Error> {
        self.decoding.forget_overview();
        let Opened { header, .. } = open(photo, &self.options, &mut self.decoding.profiles)?;
        if self.options.trim.is_none() {
            Planner::new(header, self.options).whole()?;
        }
        let overview = self.decoding.overview_memory(&header, photo);
        let memory = open::memory(&header, photo, &self.options).saturating_add(overview);
        Ok(Header { memory, ..header })
    }

    /// Reads the header and decides what would be done. The photo is decoded only for a [`Gravity`](crate::Gravity) that
    /// depends on what it shows.
    ///
    /// # Errors
    ///
    /// Those that the header can cause, with these options, and those of decoding if it is needed; see [`Error`].
    pub fn plan(&mut self, photo: &[u8]) -> Result<(Header, Plan), Error> {
        let photo = Photo::from(photo);
        let mut planned = self.planned(&photo, &mut Vec::new())?;
        let analyzed = analyze(&mut planned, &mut self.chooser, &mut self.decoding);
        self.decoding.unless_canceled(analyzed)?;
        Ok((planned.opened.header, planned.plan))
    }

    /// Prepares `photo`; the JPEG file replaces what was in `picture`.
    ///
    /// # Errors
    ///
    /// See [`Error`]; `picture` is empty then, and the pipeline stays usable.
    pub fn prepare_into(&mut self, photo: &[u8], picture: &mut Vec<u8>) -> Result<Prepared, Error> {
        self.prepare_photo(&Photo::from(photo), picture)
    }

    /// Like [`prepare_into`](Self::prepare_into), for a [`Photo`].
    ///
    /// # Errors
    ///
    /// Those of [`prepare_into`](Self::prepare_into), and [`Error::Read`]; `picture` is empty then.
    pub fn prepare_photo(
        &mut self,
        photo: &Photo<'_>,
        picture: &mut Vec<u8>,
    ) -> Result<Prepared, Error> {
        let prepared = photo.unless_unread(self.run(photo, picture));
        let prepared = self.decoding.unless_canceled(prepared);
        if prepared.is_err() {
            picture.clear();
        }
        prepared
    }

    /// All stages, in their order.
    fn run(&mut self, photo: &Photo<'_>, picture: &mut Vec<u8>) -> Result<Prepared, Error> {
        let mut planned = self.planned(photo, picture)?;
        if planned.plan.treatment != Treatment::Encoded {
            // Its picture is there already; only what the report says of its faces is missing.
            analyze(&mut planned, &mut self.chooser, &mut self.decoding)?;
            return Ok(Prepared {
                header: planned.opened.header,
                plan: planned.plan,
                lost: 0.0,
                is_truncated: false,
                fitted: None,
            });
        }
        let plan = planned.plan;
        if let Some(at_asked_quality) = plan.at_asked_quality() {
            planned.plan = at_asked_quality;
            let mut prepared = self.make(&mut planned, picture)?;
            if plan.budget.is_some_and(|budget| budget.holds(picture)) {
                prepared.plan.budget = plan.budget;
                return Ok(prepared);
            }
        }
        planned.plan = plan.for_budget();
        self.make(&mut planned, picture)
    }

    /// The stages before the first pixel of the picture: what may be done with the photo, and what will be.
    ///
    /// If the photo is kept, its coded data are in `picture`; otherwise that is empty.
    fn planned<'a>(
        &mut self,
        photo: &'a Photo<'a>,
        picture: &mut Vec<u8>,
    ) -> Result<Planned<'a>, Error> {
        self.decoding.unless_canceled(Ok(()))?;
        self.decoding.forget_overview();
        let mut opened = open(photo, &self.options, &mut self.decoding.profiles)?;
        let planner = Planner::new(opened.header, self.options);
        let kept = conform(&mut opened, &planner, &mut self.decoding, picture)?;
        if let Some(plan) = kept {
            return Ok(Planned::kept(opened, plan, planner));
        }
        let content = trim(&mut opened, &planner, &mut self.decoding)?;
        plan(opened, content, planner)
    }

    /// The stages that make the picture.
    fn make(
        &mut self,
        planned: &mut Planned<'_>,
        picture: &mut Vec<u8>,
    ) -> Result<Prepared, Error> {
        let analyzed = analyze(planned, &mut self.chooser, &mut self.decoding);
        let analyzed = self.decoding.unless_canceled(analyzed)?;
        let decoded = match analyzed.or_else(|| decode_with_overview(planned, &mut self.decoding)) {
            Some(decoded) => decoded,
            None => decode(planned, &mut self.decoding)?,
        };
        let decoded = repair(decoded, planned, &mut self.decoding)?;
        let upright = turn(decoded, &mut self.decoding, &mut self.turning);
        let (plan, fitted) = encode(upright, &mut self.encoding, picture)?;
        Ok(Prepared {
            header: planned.opened.header,
            plan,
            lost: decoded.damage.lost,
            is_truncated: decoded.damage.is_truncated,
            fitted,
        })
    }
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
