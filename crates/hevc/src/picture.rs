//! A decoded picture: a plane of samples for each component.

use std::fmt;

use crate::chroma::ChromaFormat;
use crate::error::{Error, Result};
use crate::header::{Header, Size};

/// The samples of one component, as coded: before the conformance window is cut out.
pub(crate) struct Plane {
    pub(crate) samples: Vec<u16>,
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) depth: u32,
}

impl Plane {
    fn new(coded: Size, [horizontal, vertical]: [u32; 2], depth: u8) -> Result<Self> {
        let width = (coded.width >> horizontal) as usize;
        let height = (coded.height >> vertical) as usize;
        let mut samples = Vec::new();
        let count = width * height;
        if samples.try_reserve_exact(count).is_err() {
            return Err(Error::Unsupported("more samples than there is memory for"));
        }
        samples.resize(count, 0);
        Ok(Self {
            samples,
            width,
            height,
            depth: depth.into(),
        })
    }

    /// The samples from a place on to the end.
    #[inline(always)]
    pub(crate) fn samples_at(&self, x: usize, y: usize) -> &[u16] {
        &self.samples[y * self.width + x..]
    }

    #[inline(always)]
    pub(crate) fn samples_at_mut(&mut self, x: usize, y: usize) -> &mut [u16] {
        &mut self.samples[y * self.width + x..]
    }
}

/// A decoded picture.
pub struct Picture {
    header: Header,
    pub(crate) planes: Vec<Plane>,
    /// The column and row of luma at which the conformance window begins.
    origin: [u32; 2],
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture")
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

impl Picture {
    pub(crate) fn new(header: Header, origin: [u32; 2]) -> Result<Self> {
        let planes = (0..header.chroma.components())
            .map(|component| {
                let depth = match component {
                    0 => header.luma_bits,
                    _ => header.chroma_bits,
                };
                Plane::new(header.coded, header.chroma.halvings(component), depth)
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            header,
            planes,
            origin,
        })
    }

    /// What the bitstream says of the picture.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Which chroma samples there are.
    #[must_use]
    pub fn chroma(&self) -> ChromaFormat {
        self.header.chroma
    }

    /// The columns and rows of a component.
    #[must_use]
    pub fn size(&self, component: usize) -> Size {
        let [horizontal, vertical] = self.header.chroma.halvings(component);
        Size {
            width: self.header.size.width.div_ceil(1 << horizontal),
            height: self.header.size.height.div_ceil(1 << vertical),
        }
    }

    /// The bits of a component's samples.
    #[must_use]
    pub fn bits(&self, component: usize) -> u8 {
        self.planes[component].depth as u8
    }

    /// The samples of a row of a component: 0 is luma, 1 is Cb, 2 is Cr.
    ///
    /// # Panics
    ///
    /// Where the picture has no such component or row.
    #[must_use]
    pub fn row(&self, component: usize, row: u32) -> &[u16] {
        let [horizontal, vertical] = self.header.chroma.halvings(component);
        let x = (self.origin[0] >> horizontal) as usize;
        let y = (row + (self.origin[1] >> vertical)) as usize;
        &self.planes[component].samples_at(x, y)[..self.size(component).width as usize]
    }
}
