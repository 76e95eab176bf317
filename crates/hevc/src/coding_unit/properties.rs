//! The syntax elements of a coding unit that its transform units depend on (7.4.9.5).

/// What holds for all blocks of a coding unit.
pub(crate) struct CodingUnit {
    /// `cu_transquant_bypass_flag`.
    pub(crate) bypass: bool,
    /// `IntraSplitFlag`: four parts, each with a mode of its own.
    pub(crate) is_split: bool,
    /// `IntraPredModeY` of each part.
    pub(crate) luma_modes: [u8; 4],
    /// `IntraPredModeC` of each part; all parts have the first but in 4:4:4.
    pub(crate) chroma_modes: [u8; 4],
    /// Where `intra_chroma_pred_mode` is 4: chroma has luma's mode.
    pub(crate) chroma_follows: [bool; 4],
}
