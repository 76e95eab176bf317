//! The offsets that a slice gives for sample adaptive offset (7.4.9.3).

/// The offsets of one component of a coding tree block.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sao {
    pub(crate) shape: Shape,
    /// `SaoOffsetVal`, without the first, which is 0.
    pub(crate) offsets: [i16; 4],
}

/// What a sample's offset depends on (`SaoTypeIdx`).
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    #[default]
    None,
    /// On its value: four bands from this one on.
    Band(u8),
    /// On its neighbors in this direction (`SaoEoClass`).
    Edge(u8),
}
