//! Resizes each plane from the resolution that it has.

use std::ops::Range;

use super::bands::Bands;
use super::boxes::Flaw;
use super::items::Items;
use super::still::Image;
use crate::geometry::{PixelRect, Rect, Resize, Size};
use crate::header::Samples;
use crate::pixels::{Pixels, Row, Values};
use crate::resample::Resampler;

/// What is wanted of an image.
pub(super) struct View {
    /// All that may be seen of it.
    pub(super) visible: PixelRect,
    /// In pixels of what may be seen.
    pub(super) resize: Resize,
}

/// Whether samples count as much as they are opaque, so that what is invisible leaves no fringe.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Weighting {
    None,
    ByOpacity,
}

/// A plane on its way to the square.
pub(super) struct Plane {
    plane: usize,
    grid: Grid,
    weighting: Weighting,
    resampler: Resampler,
    coded: Vec<u16>,
    doubled: Vec<u16>,
    opacity: Vec<u16>,
    weighted: Vec<u16>,
}

/// Where a plane's samples lie among the pixels.
struct Grid {
    /// How often the plane is halved as coded, horizontally and vertically.
    coded: [u32; 2],
    /// The same once rows are doubled, so that both are the same.
    halving: u32,
    /// Which samples are visible, as coded.
    columns: Range<u32>,
    rows: Range<u32>,
}

impl Grid {
    fn new(visible: PixelRect, coded: [u32; 2]) -> Self {
        let covered = |begin: u32, length: u32, halving: u32| {
            begin >> halving..(begin + length).div_ceil(1 << halving)
        };
        Self {
            coded,
            halving: coded[0].min(coded[1]),
            columns: covered(visible.x, visible.width, coded[0]),
            rows: covered(visible.y, visible.height, coded[1]),
        }
    }

    fn is_doubled(&self) -> bool {
        self.coded[0] != self.halving
    }

    /// How many samples there are once rows are doubled.
    fn size(&self) -> Size {
        Size {
            width: (self.columns.len() as u32) << (self.coded[0] - self.halving),
            height: self.rows.len() as u32,
        }
    }

    /// The resize of these samples.
    ///
    /// Chroma is taken to lie in the middle of the pixels that it is for: that is where encoders of
    /// still images put it, whatever their streams say.
    fn resize(&self, view: &View) -> Resize {
        let unit = f64::from(1 << self.halving);
        let first_column = self.columns.start << (self.coded[0] - self.halving);
        let Rect {
            x,
            y,
            width,
            height,
        } = view.resize.rect;
        Resize {
            rect: Rect {
                x: (f64::from(view.visible.x) + x) / unit - f64::from(first_column),
                y: (f64::from(view.visible.y) + y) / unit - f64::from(self.rows.start),
                width: width / unit,
                height: height / unit,
            },
            ..view.resize
        }
    }
}

impl Plane {
    pub(super) fn new(view: &View, plane: usize, halvings: [u32; 2], weighting: Weighting) -> Self {
        let grid = Grid::new(view.visible, halvings);
        let mut resampler = Resampler::default();
        let samples = match weighting {
            Weighting::None => Samples::Gray,
            Weighting::ByOpacity => Samples::GrayAlpha,
        };
        resampler.begin(grid.size(), samples, grid.resize(view));
        resampler.keep_wide();
        Self {
            plane,
            weighting,
            resampler,
            coded: vec![0; grid.columns.len()],
            doubled: Vec::new(),
            opacity: Vec::new(),
            weighted: Vec::new(),
            grid,
        }
    }

    /// The rows of pixels that it needs.
    fn needed_rows(&self) -> Range<u32> {
        let Range { start, end } = self.resampler.rows();
        let (first, vertical) = (self.grid.rows.start, self.grid.coded[1]);
        (first + start) << vertical..(first + end) << vertical
    }

    /// The columns of pixels that it needs.
    fn needed_columns(&self) -> Range<u32> {
        let Range { start, end } = self.resampler.columns();
        let first = self.grid.columns.start << self.grid.coded[0];
        first + (start << self.grid.halving)..first + (end << self.grid.halving)
    }

    /// Takes the samples of a row of pixels, where it needs them and they begin there.
    pub(super) fn take(
        &mut self,
        row: u32,
        color: &mut Bands<'_>,
        opacity: Option<&mut Opacity<'_>>,
    ) -> Result<(), Flaw> {
        let vertical = self.grid.coded[1];
        if !self.needed_rows().contains(&row) || !row.is_multiple_of(1 << vertical) {
            return Ok(());
        }
        let first = self.grid.columns.start;
        if self.weighting == Weighting::None
            && !self.grid.is_doubled()
            && let Some(samples) = color.narrow_row(self.plane, row >> vertical)?
        {
            let samples = &samples[first as usize..][..self.coded.len()];
            self.resampler.push(Row::Narrow(samples));
            return Ok(());
        }
        if !color.row(self.plane, row >> vertical, first, &mut self.coded)? {
            self.resampler.lose(1);
            return Ok(());
        }
        let samples = match self.grid.is_doubled() {
            true => {
                double(&self.coded, &mut self.doubled);
                &self.doubled
            }
            false => &self.coded,
        };
        match (self.weighting, opacity) {
            (Weighting::ByOpacity, Some(opacity)) => {
                let first = first << self.grid.coded[0];
                opacity.over_blocks(
                    row,
                    first,
                    self.grid.halving,
                    &mut self.opacity,
                    samples.len(),
                )?;
                self.weighted.clear();
                let pairs = samples.iter().zip(&self.opacity);
                self.weighted
                    .extend(pairs.flat_map(|(&sample, &opacity)| [sample, opacity]));
                self.resampler.push(Row::Wide(&self.weighted));
            }
            _ => self.resampler.push(Row::Wide(samples)),
        }
        Ok(())
    }

    /// The share of rows that is lost, and the samples of the square.
    pub(super) fn finish(mut self) -> Result<(f32, Vec<u16>), Flaw> {
        let (lost, samples) = finish(&mut self.resampler)?;
        Ok((
            lost,
            match self.weighting {
                Weighting::None => samples,
                Weighting::ByOpacity => samples.into_iter().step_by(2).collect(),
            },
        ))
    }
}

fn finish(resampler: &mut Resampler) -> Result<(f32, Vec<u16>), Flaw> {
    let mut pixels = Pixels::default();
    match (resampler.finish(&mut pixels), pixels.values) {
        (Some(lost), Values::Wide(samples)) => Ok((lost, samples)),
        _ => Err(Flaw::Malformed("all of its pixels are missing")),
    }
}

/// The rows of pixels that any of the planes needs.
pub(super) fn needed_rows(planes: &[Plane]) -> Range<u32> {
    union(planes.iter().map(Plane::needed_rows))
}

/// The columns of pixels that any of the planes needs.
pub(super) fn needed_columns(planes: &[Plane]) -> Range<u32> {
    union(planes.iter().map(Plane::needed_columns))
}

fn union(ranges: impl Iterator<Item = Range<u32>>) -> Range<u32> {
    ranges
        .reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))
        .unwrap_or(0..0)
}

/// Twice as many samples, each a mix of its two neighbors, three parts of the nearer one.
fn double(samples: &[u16], doubled: &mut Vec<u16>) {
    let mix = |near: u16, far: u16| ((3 * u32::from(near) + u32::from(far) + 2) / 4) as u16;
    doubled.clear();
    for (at, &sample) in samples.iter().enumerate() {
        let before = samples[at.saturating_sub(1)];
        let after = samples.get(at + 1).copied().unwrap_or(sample);
        doubled.extend([mix(sample, before), mix(sample, after)]);
    }
}

/// The opacity that goes with an image, as a share of 65535.
pub(super) struct Opacity<'a> {
    bands: Bands<'a>,
    visible: PixelRect,
    height: u32,
    /// What is invisible and what is opaque, as coded.
    reach: [u16; 2],
    resampler: Resampler,
    row: Vec<u16>,
    below: Vec<u16>,
}

impl<'a> Opacity<'a> {
    /// The opacity of `image`, whose samples reach from the first of `reach` to the second.
    ///
    /// It is the image's luma. Encoders without monochrome add chroma that is gray.
    pub(super) fn new(
        items: &'a Items<'a>,
        image: &'a Image<'a>,
        reach: [u16; 2],
        columns: Range<u32>,
        view: &View,
    ) -> Result<Self, Flaw> {
        let size = view.visible.size();
        let mut resampler = Resampler::default();
        resampler.begin(size, Samples::Gray, view.resize);
        Ok(Self {
            bands: Bands::new(items, image, None, columns, view.resize.step())?,
            visible: view.visible,
            height: image.size.height,
            reach,
            resampler,
            row: vec![0; size.width as usize],
            below: Vec::new(),
        })
    }

    /// Takes a row of pixels, where it needs it.
    pub(super) fn take(&mut self, row: u32) -> Result<(), Flaw> {
        let Some(inside) = row.checked_sub(self.visible.y) else {
            return Ok(());
        };
        if self.resampler.rows().contains(&inside) {
            let mut samples = std::mem::take(&mut self.row);
            self.read(row, self.visible.x, &mut samples)?;
            self.resampler.push(Row::Wide(&samples));
            self.row = samples;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Vec<u16>, Flaw> {
        finish(&mut self.resampler).map(|(_, samples)| samples)
    }

    /// The mean opacity of blocks of pixels of `1 << halving` columns and rows.
    fn over_blocks(
        &mut self,
        row: u32,
        column: u32,
        halving: u32,
        into: &mut Vec<u16>,
        count: usize,
    ) -> Result<(), Flaw> {
        into.clear();
        into.resize(count << halving, 0);
        self.read(row, column, into)?;
        if halving == 0 {
            return Ok(());
        }
        let mut below = std::mem::take(&mut self.below);
        below.clear();
        below.resize(count << halving, 0);
        self.read((row + 1).min(self.height - 1), column, &mut below)?;
        for block in 0..count {
            let pair = block * 2..block * 2 + 2;
            let sum: u32 = into[pair.clone()]
                .iter()
                .chain(&below[pair])
                .map(|&opacity| u32::from(opacity))
                .sum();
            into[block] = (sum / 4) as u16;
        }
        into.truncate(count);
        self.below = below;
        Ok(())
    }

    /// Reads a row from a column on; what is lost is opaque.
    fn read(&mut self, row: u32, column: u32, into: &mut [u16]) -> Result<(), Flaw> {
        let [invisible, opaque] = self.reach.map(u32::from);
        if !self.bands.row(0, row, column, into)? {
            into.fill(u16::MAX);
            return Ok(());
        }
        for sample in into {
            let reach = u32::from(*sample).clamp(invisible, opaque) - invisible;
            *sample = (u64::from(reach) * 65_535 / u64::from(opaque - invisible)) as u16;
        }
        Ok(())
    }
}
