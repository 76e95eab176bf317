//! A decoded picture: a plane of samples for each component.

use std::fmt;

use crate::chroma::ChromaFormat;
use crate::error::Result;
use crate::header::{Header, Size};
use crate::row_buffer::RowBuffer;

/// The samples of one component, as coded: before the conformance window is cut out.
pub(crate) struct Plane {
    pub(crate) samples: RowBuffer<u16>,
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) depth: u32,
}

impl Plane {
    /// A plane of which `rows` of luma are kept.
    fn new(coded: Size, rows: u32, [horizontal, vertical]: [u32; 2], depth: u8) -> Result<Self> {
        let width = (coded.width >> horizontal) as usize;
        Ok(Self {
            samples: RowBuffer::new(width, (rows >> vertical) as usize)?,
            width,
            height: (coded.height >> vertical) as usize,
            depth: depth.into(),
        })
    }

    /// The samples from a place on to the end.
    #[inline(always)]
    pub(crate) fn samples_at(&self, x: usize, y: usize) -> &[u16] {
        self.samples.values_from(x, y)
    }

    #[inline(always)]
    pub(crate) fn samples_at_mut(&mut self, x: usize, y: usize) -> &mut [u16] {
        self.samples.values_from_mut(x, y)
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
    /// A picture of which `rows` of luma are kept.
    pub(crate) fn new(header: Header, origin: [u32; 2], rows: u32) -> Result<Self> {
        let planes = (0..header.chroma.components())
            .map(|component| {
                let depth = match component {
                    0 => header.luma_bits,
                    _ => header.chroma_bits,
                };
                Plane::new(header.coded, rows, header.chroma.halvings(component), depth)
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            header,
            planes,
            origin,
        })
    }

    /// Drops the rows before one of luma.
    pub(crate) fn drop_before(&mut self, row: u32) {
        for (component, plane) in self.planes.iter_mut().enumerate() {
            let [_, vertical] = self.header.chroma.halvings(component);
            plane.samples.drop_before((row >> vertical) as usize);
        }
    }

    /// A row of a component as coded, of one within the conformance window.
    pub(crate) fn coded_row(&self, component: usize, row: u32) -> u32 {
        let [_, vertical] = self.header.chroma.halvings(component);
        row + (self.origin[1] >> vertical)
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
        let [horizontal, _] = self.header.chroma.halvings(component);
        let x = (self.origin[0] >> horizontal) as usize;
        let y = self.coded_row(component, row) as usize;
        &self.planes[component].samples_at(x, y)[..self.size(component).width as usize]
    }
}
