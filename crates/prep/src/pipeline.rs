//! The straight line from a photo to a picture.

use bytes::Bytes;

use jpeg::encoder::{Encoder, Input, RgbRef};

use crate::budget::{Fitted, Fitter};
use crate::choice::Chooser;
use crate::color::{Profiles, flatten_to_srgb};
use crate::conform::{self, Conforming};
use crate::contain::{fill, placed};
use crate::encode::{chroma_size, encode_rgb, encode_ycbcr, encoder_options};
use crate::error::{Error, Limit};
use crate::geometry::{Rect, Resize, Size};
use crate::header::{Format, Header};
use crate::loss::Loss;
use crate::options::{Coding, Fit, OnDamage, Options, Subsampling};
use crate::photo::Photo;
use crate::pixels::Pixels;
use crate::plan::{Plan, Route, Treatment};
use crate::resample::Resampler;
use crate::source::{Decoder, JpegDecoder, OpenContext, Source, catch_panic, reduce, within};
use crate::trim;
use crate::turn::turn;

mod looking;
mod window;

use self::looking::{Looked, look_at};
use self::window::Window;

/// Prepares one photo with the default [`Options`].
///
/// # Errors
///
/// See [`Error`]; each says what to do.
pub fn prepare(photo: &[u8]) -> Result<Bytes, Error> {
    let mut picture = Vec::new();
    Pipeline::new(Options::new()).prepare_into(photo, &mut picture)?;
    Ok(picture.into())
}

/// Prepares photo after photo with the same options, and keeps its buffers between them.
///
/// Keep one a thread. The same photo and options give the same bytes, whatever came before.
pub struct Pipeline {
    options: Options,
    profiles: Profiles,
    decoder: JpegDecoder,
    resampler: Resampler,
    pixels: Pixels,
    square: Vec<[u8; 3]>,
    part: Vec<u8>,
    upright: [Vec<u8>; 3],
    chooser: Chooser,
    encoder: Encoder,
    fitter: Fitter,
    glances: Glances,
    /// The photo that was glanced at last, if the last one was.
    glanced: Option<Header>,
}

/// Whether a glance is taken of photos whose square does not depend on it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Glances {
    AsNeeded,
    Always,
}

/// What was found in a photo, and what was done.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Prepared {
    /// What the photo said of itself.
    pub header: Header,
    /// What was decided, and done; where there is a budget, its side and subsampling are those that were found.
    pub plan: Plan,
    /// The share of the square's rows that is lost because the photo is cut off or corrupt, 0…1.
    pub lost: f32,
    /// Whether the file ends before the photo does. Nothing is lost where that is below the square, or would not be seen.
    pub is_truncated: bool,
    /// How the picture was made to fit its budget; none where it fitted as it was.
    pub fitted: Option<Fitted>,
}

impl Pipeline {
    /// A pipeline for pictures as `options` say.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            profiles: Profiles::default(),
            decoder: JpegDecoder::new(options.limits.memory),
            resampler: Resampler::new(),
            pixels: Pixels::default(),
            square: Vec::new(),
            part: Vec::new(),
            upright: Default::default(),
            chooser: Chooser::default(),
            encoder: Encoder::new(),
            fitter: Fitter::default(),
            glances: Glances::AsNeeded,
            glanced: None,
        }
    }

    /// Glances from now on at all of each photo, where its picture is made of the same reading and is no other for it; then
    /// [`overview`](Self::overview) has it.
    pub fn glancing(self) -> Self {
        Self {
            glances: Glances::Always,
            ..self
        }
    }

    /// Makes a JPEG of all of the last photo, upright, of the longer side `longer`; it replaces what was in `overview`.
    ///
    /// None where the photo was not glanced at, or where its glance, an eighth of its size, is much smaller than that.
    pub fn overview(&mut self, longer: u32, quality: u8, overview: &mut Vec<u8>) -> Option<Header> {
        overview.clear();
        let header = self.glanced?;
        let Size { width, height } = header.size;
        if width.max(height).div_ceil(8) < longer / 3 * 2 {
            return None;
        }
        let planes = self.decoder.overview();
        let look = look_at(planes, header.orientation, longer as usize);
        let pixels = RgbRef::new(look.pixels.as_flattened(), look.width, look.height);
        let options = encoder_options(Subsampling::S420, Coding::Progressive).quality(quality);
        self.encoder
            .encode_into(Input::Rgb(pixels), options, overview)
            .ok()?;
        Some(header)
    }

    /// Makes the pictures that follow by other options, and keeps the buffers.
    pub fn set_options(&mut self, options: Options) {
        if self.options.limits != options.limits {
            self.decoder = JpegDecoder::new(options.limits.memory);
        }
        self.options = options;
    }

    /// Reads what the photo says of itself, and refuses it where nothing could be made of it; no pixel is decoded.
    ///
    /// Its [`memory`](Header::memory) is what these options make of it.
    ///
    /// # Errors
    ///
    /// Those that the header or the options can cause; see [`Error`].
    pub fn read_header(&mut self, photo: &[u8]) -> Result<Header, Error> {
        self.read_photo_header(&Photo::from(photo))
    }

    /// The same of a photo that need not be in memory.
    ///
    /// # Errors
    ///
    /// Those of [`read_header`](Self::read_header), and [`Error::Read`].
    pub fn read_photo_header(&mut self, photo: &Photo<'_>) -> Result<Header, Error> {
        photo.unless_unread(self.header(photo))
    }

    fn header(&mut self, photo: &Photo<'_>) -> Result<Header, Error> {
        self.glanced = None;
        self.options.check()?;
        let header = self.source(photo)?.header;
        if self.options.trim.is_none() {
            Plan::new(&header, &self.options)?;
        }
        // A glance keeps what lies beside the square as it is stored, and a coefficient of each block. That a photo is
        // glanced at is no reason to refuse it.
        let glance = match self.glances {
            Glances::Always => photo.length() + header.size.pixels() / 8,
            Glances::AsNeeded => 0,
        };
        Ok(Header {
            memory: self.memory(&header, photo).saturating_add(glance),
            ..header
        })
    }

    /// Reads the header and decides what would be done. Only for a [`Gravity`](crate::Gravity) that looks at the photo it is
    /// decoded.
    ///
    /// # Errors
    ///
    /// Those that the header or the options can cause, and those of decoding where it is needed; see [`Error`].
    pub fn plan(&mut self, photo: &[u8]) -> Result<(Header, Plan), Error> {
        self.glanced = None;
        let photo = Photo::from(photo);
        let (source, mut plan) = self.open(&photo, &mut Vec::new())?;
        let header = source.header;
        if self.options.look() {
            let strip = plan.strip();
            self.look(source, &header, &mut plan, strip)?;
        }
        Ok((header, plan))
    }

    /// Prepares `photo`; the JPEG file replaces what was in `picture`.
    ///
    /// # Errors
    ///
    /// See [`Error`]; `picture` is empty then, and the pipeline stays usable.
    pub fn prepare_into(&mut self, photo: &[u8], picture: &mut Vec<u8>) -> Result<Prepared, Error> {
        self.prepare_photo(&Photo::from(photo), picture)
    }

    /// The same of a photo that need not be in memory.
    ///
    /// # Errors
    ///
    /// Those of [`prepare_into`](Self::prepare_into), and [`Error::Read`]; `picture` is empty then.
    pub fn prepare_photo(
        &mut self,
        photo: &Photo<'_>,
        picture: &mut Vec<u8>,
    ) -> Result<Prepared, Error> {
        let prepared = photo.unless_unread(self.picture_of(photo, picture));
        if prepared.is_err() {
            picture.clear();
        }
        prepared
    }

    fn picture_of(&mut self, photo: &Photo<'_>, picture: &mut Vec<u8>) -> Result<Prepared, Error> {
        self.glanced = None;
        let (mut source, plan) = self.open(photo, picture)?;
        if plan.treatment != Treatment::Encoded {
            return self.tell_of_kept(plan, source);
        }
        let Some(budget) = plan.budget else {
            return self.prepare_as(plan, source, photo, picture);
        };
        if budget.quality.is_some() {
            let as_asked = Plan {
                budget: None,
                ..plan
            };
            let prepared = self.prepare_as(as_asked, source, photo, picture)?;
            if picture.len() as u64 <= budget.bytes {
                let plan = Plan {
                    budget: Some(budget),
                    ..prepared.plan
                };
                return Ok(Prepared { plan, ..prepared });
            }
            picture.clear();
            source = self.source(photo)?;
        }
        let route = Route::Pixels;
        self.prepare_as(Plan { route, ..plan }, source, photo, picture)
    }

    /// Tells of a photo that is such a picture already; it is looked at for nothing but what it shows.
    fn tell_of_kept(&mut self, mut plan: Plan, source: Source<'_>) -> Result<Prepared, Error> {
        let header = source.header;
        if self.options.look() {
            let strip = plan.strip();
            self.look(source, &header, &mut plan, strip)?;
        }
        Ok(Prepared {
            header,
            plan,
            lost: 0.0,
            is_truncated: false,
            fitted: None,
        })
    }

    /// Prepares an opened photo by its plan.
    fn prepare_as(
        &mut self,
        mut plan: Plan,
        source: Source<'_>,
        photo: &Photo<'_>,
        picture: &mut Vec<u8>,
    ) -> Result<Prepared, Error> {
        let header = source.header;
        let (resize, lost) = match self.options.look() {
            false => {
                let resize = plan.resize();
                let lost = match self.decode_with_overview(&source, &header, &plan, resize) {
                    true => Loss::NONE,
                    false => self.decode(source, plan.route, resize)?,
                };
                (resize, lost)
            }
            true => {
                let strip = plan.strip();
                match self.look(source, &header, &mut plan, strip)? {
                    Looked::IsDecoded(lost) => (strip, lost),
                    // What is lost of all that was looked at need not be lost of the square.
                    Looked::IsNot => {
                        let resize = plan.resize();
                        let source = self.source(photo)?;
                        (resize, self.decode(source, plan.route, resize)?)
                    }
                }
            }
        };
        accept(lost, &header, &self.options)?;
        let is_a_part = plan.backdrop.is_none();
        if lost.share > 0.0 && is_a_part && self.options.on_damage == OnDamage::Repair {
            return self.repair(photo, header, plan, lost, picture);
        }
        self.finish(header, plan, lost, resize, picture)
    }

    /// Makes the picture of what comes before the loss; where that is too little, or not sound either, of all.
    fn repair(
        &mut self,
        photo: &Photo<'_>,
        header: Header,
        plan: Plan,
        lost: Loss,
        picture: &mut Vec<u8>,
    ) -> Result<Prepared, Error> {
        // Blocks and the kernel reach over the edge of the loss: no farther than this.
        for margin in [0, 16, 48] {
            let Some(repaired) = plan.before_the_loss(&header, lost.share, margin, &self.options)
            else {
                break;
            };
            let source = self.source(photo)?;
            let resize = repaired.resize();
            if self.decode(source, repaired.route, resize)?.share == 0.0 {
                return self.finish(header, repaired, lost, resize, picture);
            }
        }
        let source = self.source(photo)?;
        let resize = plan.resize();
        let lost_of_all = self.decode(source, plan.route, resize)?;
        accept(lost_of_all, &header, &self.options)?;
        self.finish(header, plan, lost, resize, picture)
    }

    /// Turns what was decoded upright, and encodes it.
    fn finish(
        &mut self,
        header: Header,
        mut plan: Plan,
        lost: Loss,
        resize: Resize,
        picture: &mut Vec<u8>,
    ) -> Result<Prepared, Error> {
        self.turn_upright(&plan, resize);
        let fitted = match plan.budget {
            Some(budget) => {
                let tools = (&mut self.encoder, &mut self.resampler);
                let fitter = &mut self.fitter;
                let fitted = fitter.fit(&self.upright[0], &plan, &budget, tools, picture)?;
                (plan.side, plan.subsampling) = (fitted.side, fitted.subsampling);
                Some(fitted)
            }
            None => {
                self.encode(&plan, picture);
                None
            }
        };
        Ok(Prepared {
            header,
            plan,
            lost: lost.share,
            is_truncated: lost.is_truncated,
            fitted,
        })
    }

    /// Opens a photo and decides what would be done. If it is such a picture already, that is left in `picture`, which is empty
    /// otherwise.
    fn open<'a>(
        &mut self,
        photo: &'a Photo<'a>,
        picture: &mut Vec<u8>,
    ) -> Result<(Source<'a>, Plan), Error> {
        picture.clear();
        self.options.check()?;
        let mut source = self.source(photo)?;
        let header = source.header;
        if conform::may_conform(&header, &self.options) {
            if let Some(plan) = self.keep(photo, &header, picture)? {
                return Ok((source, plan));
            }
            picture.clear();
        }
        let content = match self.options.trim {
            None => Rect::whole(header.size),
            Some(tolerance) => {
                let content = self.trim(source, tolerance)?;
                source = self.source(photo)?;
                content
            }
        };
        let plan = Plan::within(&header, content, &self.options)?;
        Ok((source, plan))
    }

    /// Leaves the picture that the photo is already in `picture`, and plans for it.
    fn keep(
        &mut self,
        photo: &Photo<'_>,
        header: &Header,
        picture: &mut Vec<u8>,
    ) -> Result<Option<Plan>, Error> {
        let whole = photo.whole()?;
        let Some(conforming) = conform::strip(whole, &self.options, picture) else {
            return Ok(None);
        };
        let treatment = match picture == whole {
            true => Treatment::PassedThrough,
            false => Treatment::MetadataStripped,
        };
        let plan = Plan::kept(header, &self.options, conforming.subsampling, treatment)?;
        let is_done = match (self.options.fit, self.options.trim) {
            (Fit::InCircle, _) => {
                conforming.is_ours && self.is_circle_safe(photo, &plan, &conforming)?
            }
            (_, Some(_)) if conforming.is_ours => true,
            (_, Some(tolerance)) => {
                let source = self.source(photo)?;
                self.trim(source, tolerance)? == plan.content
            }
            (_, None) => true,
        };
        Ok(is_done.then_some(plan))
    }

    /// Whether there is nothing but backdrop around what lies in the circle.
    fn is_circle_safe(
        &mut self,
        photo: &Photo<'_>,
        plan: &Plan,
        conforming: &Conforming,
    ) -> Result<bool, Error> {
        if let Decoder::Jpeg(photo) = self.source(photo)?.decoder {
            self.decoder
                .decode_ycbcr(&photo, plan.resize(), plan.subsampling)?;
        }
        let [luma, blue, red] = self.decoder.components() else {
            return Ok(false);
        };
        let Options {
            backdrop,
            background,
            ..
        } = self.options;
        Ok(conform::lies_in_circle(
            [luma, blue, red],
            conforming,
            backdrop,
            background,
        ))
    }

    fn source<'a>(&mut self, photo: &'a Photo<'a>) -> Result<Source<'a>, Error> {
        let limits = self.options.limits;
        let mut context = OpenContext {
            photo,
            limits,
            frame: self.options.frame,
            profiles: &mut self.profiles,
        };
        let source = context.open()?;
        within(
            Limit::Memory,
            self.memory(&source.header, photo),
            limits.memory,
        )?;
        Ok(source)
    }

    /// Looks at all of the photo for what lies inside its border.
    fn trim(&mut self, source: Source<'_>, tolerance: u8) -> Result<Rect, Error> {
        let stored = source.header.size;
        let longer = f64::from(stored.width.max(stored.height));
        let resize = Resize::at_scale(Rect::whole(stored), (longer / MAX_TRIM_SIDE).max(1.0));
        let lost = self.decode(source, Route::Pixels, resize)?.share;
        if lost == 0.0 {
            return Ok(trim::content(&self.square, resize, stored, tolerance));
        }
        // What is lost at the end has no border, nor anything that could be told from one.
        let sound = (f64::from(resize.size.height) * f64::from(1.0 - lost)) as usize;
        let sound = &self.square[..sound * resize.size.width as usize];
        let content = trim::content(sound, resize, stored, tolerance);
        Ok(Rect {
            height: f64::from(stored.height) - content.y,
            ..content
        })
    }

    /// The most bytes that decoding takes: more than for a square where all of the photo is needed.
    fn memory(&self, header: &Header, photo: &Photo<'_>) -> u64 {
        let options = &self.options;
        let is_a_part = options.fit == Fit::Cover && options.trim.is_none() && !options.look();
        if is_a_part {
            return header.memory;
        }
        let Size { width, height } = header.size;
        let [shorter, longer] = [width.min(height), width.max(height)].map(u128::from);
        // What lies beside the middle may be stored as it is until the square is chosen.
        let stored = match header.format {
            Format::JPEG if options.look() => photo.length(),
            _ => 0,
        };
        let memory = u128::from(header.memory) * longer / shorter.max(1) + u128::from(stored);
        memory.try_into().unwrap_or(u64::MAX)
    }

    /// Decodes a resize by one of the routes; returns what was lost.
    fn decode(&mut self, source: Source<'_>, route: Route, resize: Resize) -> Result<Loss, Error> {
        let Source {
            header,
            space,
            decoder,
        } = source;
        let pixels = &mut self.pixels;
        let lost = match (decoder, route) {
            (Decoder::Jpeg(photo), Route::YCbCr) => {
                // Coefficients to luma and chroma of the picture's size; colors are never touched.
                let subsampling = self.options.subsampling.unwrap_or_default();
                return self.decoder.decode_ycbcr(&photo, resize, subsampling);
            }
            (Decoder::Jpeg(photo), Route::Pixels) => {
                self.decoder.decode_pixels(&photo, resize, pixels)?
            }
            (Decoder::Rows(mut rows), _) => {
                reduce(&mut *rows, &header, resize, &mut self.resampler, pixels)?.into()
            }
            (Decoder::Render(mut render), _) => {
                catch_panic(header.format, || render.render(resize, pixels))?.into()
            }
        };
        flatten_to_srgb(
            &mut self.profiles,
            &self.pixels,
            &space,
            self.options.background,
            &mut self.square,
        );
        Ok(lost)
    }

    /// Leaves the picture's part of what was decoded upright in `upright`: planes, or pixels in the first.
    fn turn_upright(&mut self, plan: &Plan, resize: Resize) {
        let (x, y) = plan.window_in(resize).unwrap_or((0, 0));
        let side = plan.side as usize;
        let orientation = plan.orientation;
        if plan.route == Route::Pixels {
            if let Some(backdrop) = plan.backdrop {
                let content = placed(plan.content, resize);
                fill(&mut self.square, side, content, backdrop, plan.background);
            }
            let window = Window {
                x: x as usize,
                y: y as usize,
                width: side,
                height: side,
            };
            let (square, upright) = (self.square.as_flattened(), &mut self.upright[0]);
            let part = window.of::<3>(square, resize.size.width as usize, &mut self.part);
            turn::<3>(part, side, orientation, upright);
            return;
        }
        let [chroma_width, chroma_height] = chroma_size(plan);
        // So many pixels share a sample; the picture begins with one.
        let (across, down) = plan.subsampling.factors();
        for (index, upright) in self.upright.iter_mut().enumerate() {
            let window = match index {
                0 => Window {
                    x: x as usize,
                    y: y as usize,
                    width: side,
                    height: side,
                },
                _ => Window {
                    x: (x / across) as usize,
                    y: (y / down) as usize,
                    width: chroma_width,
                    height: chroma_height,
                },
            };
            match self.decoder.components().get(index) {
                Some(plane) => {
                    let part = window.of::<1>(&plane.samples, plane.width as usize, &mut self.part);
                    turn::<1>(part, window.width, orientation, upright);
                }
                None => {
                    // A grey photo has no chroma; a picture always has.
                    upright.clear();
                    upright.resize(chroma_width * chroma_height, 128);
                }
            }
        }
    }

    fn encode(&mut self, plan: &Plan, picture: &mut Vec<u8>) {
        let upright = self.upright.each_ref().map(Vec::as_slice);
        match plan.route {
            Route::YCbCr => encode_ycbcr(&mut self.encoder, upright, plan, picture),
            Route::Pixels => encode_rgb(&mut self.encoder, upright[0], plan, picture),
        }
    }
}

/// The longer side of what a border is looked for in, in pixels: finer than the picture.
const MAX_TRIM_SIDE: f64 = 1024.0;

/// Refuses a photo of which more is lost than the options accept.
fn accept(lost: Loss, header: &Header, options: &Options) -> Result<(), Error> {
    let format = header.format;
    if lost.share > options.on_damage.accepted() {
        let lost = lost.share;
        return Err(Error::Lost { format, lost });
    }
    if lost.is_truncated && options.on_damage == OnDamage::Refuse {
        return Err(Error::Truncated { format });
    }
    Ok(())
}
