//! The frame: size, components and their division into MCUs (T.81, A.1, A.2, B.2.2).

use crate::marker::{Segment, code};
use crate::{Error, Unsupported};

/// How a photo's coefficients are coded (T.81, 4.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum Process {
    /// Baseline sequential (SOF0).
    Baseline,
    /// Extended sequential with Huffman or arithmetic coding (SOF1, SOF9).
    Extended,
    /// Progressive with Huffman or arithmetic coding (SOF2, SOF10).
    Progressive,
}

impl Process {
    /// Returns the process of a frame's marker (T.81, table B.1).
    fn of(marker: u8) -> Result<Self, Error> {
        match marker - code::SOF0 {
            0 => Ok(Self::Baseline),
            1 | 9 => Ok(Self::Extended),
            2 | 10 => Ok(Self::Progressive),
            3 | 11 => Err(Error::Unsupported(Unsupported::Lossless)),
            _ => Err(Error::Unsupported(Unsupported::Hierarchical)),
        }
    }
}

/// One component of the frame (T.81, B.2.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Component {
    /// The component's identifier.
    pub id: u8,
    /// Horizontal sampling factor, 1 to 4.
    pub h: u8,
    /// Vertical sampling factor, 1 to 4.
    pub v: u8,
    /// The quantization table, 0 to 3.
    pub quantization: u8,
}

/// Size, components and process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Frame {
    pub(crate) process: Process,
    /// Whether the coding is arithmetic (T.81, annex D).
    pub(crate) is_arithmetic: bool,
    pub(crate) width: u32,
    pub(crate) height: u32,
    components: [Component; 4],
    count: usize,
    pub(crate) h_max: u32,
    pub(crate) v_max: u32,
}

impl Frame {
    /// Reads a frame header; a height of 0 is given later, by DNL.
    pub(crate) fn read(segment: &Segment<'_>) -> Result<Self, Error> {
        let process = Process::of(segment.code)?;
        let &[precision, y0, y1, x0, x1, count, ref rest @ ..] = segment.payload else {
            return Err(segment.malformed("a frame header"));
        };
        if precision != 8 {
            return Err(Error::Unsupported(Unsupported::Precision(precision)));
        }
        if !matches!(count, 1 | 3 | 4) {
            return Err(Error::Unsupported(Unsupported::Components(count)));
        }
        let count = usize::from(count);
        let mut components = [Component::default(); 4];
        if rest.len() < count * 3 {
            return Err(segment.malformed("the components of the frame"));
        }
        for (component, bytes) in components[..count].iter_mut().zip(rest.chunks_exact(3)) {
            *component = Component {
                id: bytes[0],
                h: bytes[1] >> 4,
                v: bytes[1] & 15,
                quantization: bytes[2],
            };
            if !(1..=4).contains(&component.h)
                || !(1..=4).contains(&component.v)
                || component.quantization > 3
            {
                return Err(segment.malformed("sampling factors of 1 to 4 and a table of 0 to 3"));
            }
        }
        if count == 1 {
            // A single component is never interleaved: its MCU is one block whatever the factors say (T.81, A.2.2).
            (components[0].h, components[0].v) = (1, 1);
        }
        let width = u32::from(u16::from_be_bytes([x0, x1]));
        if width == 0 {
            return Err(segment.malformed("a width"));
        }
        Ok(Self {
            process,
            is_arithmetic: segment.code >= code::SOF9,
            width,
            height: u32::from(u16::from_be_bytes([y0, y1])),
            h_max: components
                .iter()
                .map(|component| u32::from(component.h))
                .max()
                .unwrap_or(1),
            v_max: components
                .iter()
                .map(|component| u32::from(component.v))
                .max()
                .unwrap_or(1),
            components,
            count,
        })
    }

    pub(crate) fn components(&self) -> &[Component] {
        &self.components[..self.count]
    }

    /// Returns how many MCUs an interleaved scan has from left to right.
    pub(crate) fn mcu_columns(&self) -> u32 {
        self.width.div_ceil(8 * self.h_max)
    }

    /// Returns how many MCUs an interleaved scan has from top to bottom.
    pub(crate) fn mcu_rows(&self) -> u32 {
        self.height.div_ceil(8 * self.v_max)
    }

    /// Returns a component's own size in samples (T.81, A.1.1).
    pub(crate) fn component_size(&self, component: &Component) -> (u32, u32) {
        (
            (self.width * u32::from(component.h)).div_ceil(self.h_max),
            (self.height * u32::from(component.v)).div_ceil(self.v_max),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(payload: &[u8]) -> Result<Frame, Error> {
        Frame::read(&Segment {
            code: code::SOF0,
            payload,
            offset: 0,
        })
    }

    #[test]
    fn an_odd_size_rounds_its_chroma_up() {
        let frame = frame(&[8, 0, 17, 0, 33, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]).unwrap();

        assert_eq!((frame.mcu_columns(), frame.mcu_rows()), (3, 2));
        assert_eq!(frame.component_size(&frame.components()[1]), (17, 9));
    }

    #[test]
    fn a_lone_component_is_not_interleaved_with_itself() {
        let frame = frame(&[8, 0, 17, 0, 33, 1, 1, 0x22, 0]).unwrap();

        assert_eq!((frame.mcu_columns(), frame.mcu_rows()), (5, 3));
    }

    #[test]
    fn unsupported_frames_are_named() {
        assert_eq!(
            frame(&[12, 0, 1, 0, 1, 1, 1, 0x11, 0]),
            Err(Error::Unsupported(Unsupported::Precision(12)))
        );
        assert_eq!(
            frame(&[8, 0, 1, 0, 1, 2]),
            Err(Error::Unsupported(Unsupported::Components(2)))
        );
    }
}
