//! The chroma formats (6.2).

/// Which chroma samples there are (`chroma_format_idc`, 6.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChromaFormat {
    /// 4:0:0: none.
    Monochrome,
    /// 4:2:0: half as many columns and rows.
    Yuv420,
    /// 4:2:2: half as many columns.
    Yuv422,
    /// 4:4:4: as many as luma samples.
    Yuv444,
}

impl ChromaFormat {
    /// How often the columns and rows of a component are halved.
    #[must_use]
    pub fn halvings(self, component: usize) -> [u32; 2] {
        match (component, self) {
            (0, _) | (_, Self::Yuv444 | Self::Monochrome) => [0, 0],
            (_, Self::Yuv420) => [1, 1],
            (_, Self::Yuv422) => [1, 0],
        }
    }

    /// How many components there are.
    #[must_use]
    pub fn components(self) -> usize {
        match self {
            Self::Monochrome => 1,
            _ => 3,
        }
    }
}
