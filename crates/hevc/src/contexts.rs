//! Context variables (9.3.2.2) of the syntax elements of I slices.

/// The state of each context: `pStateIdx` in the upper bits, `valMps` in the lowest.
///
/// There are fewer, but an index of eight bits needs no check.
pub(crate) type Contexts = [u8; 256];

macro_rules! layout {
    ($($(#[$attribute:meta])* $name:ident: [$($value:literal),+ $(,)?];)*) => {
        layout!(@offsets 0_usize; $($(#[$attribute])* $name: [$($value),+];)*);
        /// `initValue` (tables 9-5 to 9-37), of `initType` 0.
        const INIT_VALUES: &[u8] = &[$($($value),+),*];
    };
    (@offsets $offset:expr; $(#[$attribute:meta])* $name:ident: [$($value:literal),+]; $($rest:tt)*) => {
        $(#[$attribute])*
        pub(crate) const $name: usize = $offset;
        layout!(@offsets $name + [$($value),+].len(); $($rest)*);
    };
    (@offsets $offset:expr;) => {};
}

layout! {
    SAO_MERGE: [153];
    SAO_TYPE: [200];
    SPLIT_CU: [139, 141, 157];
    CU_TRANSQUANT_BYPASS: [154];
    PART_MODE: [184];
    PREV_INTRA_LUMA_PRED: [184];
    INTRA_CHROMA_PRED_MODE: [63];
    SPLIT_TRANSFORM: [153, 138, 138];
    CBF_LUMA: [111, 141];
    CBF_CHROMA: [94, 138, 182, 154, 154];
    CU_QP_DELTA_ABS: [154, 154];
    CU_CHROMA_QP_OFFSET_FLAG: [154];
    CU_CHROMA_QP_OFFSET_IDX: [154];
    LOG2_RES_SCALE_ABS: [154, 154, 154, 154, 154, 154, 154, 154];
    RES_SCALE_SIGN: [154, 154];
    /// Of luma, then of chroma.
    TRANSFORM_SKIP: [139, 139];
    LAST_X_PREFIX: [
        110, 110, 124, 125, 140, 153, 125, 127, 140, 109, 111, 143, 127, 111, 79, 108, 123, 63,
    ];
    LAST_Y_PREFIX: [
        110, 110, 124, 125, 140, 153, 125, 127, 140, 109, 111, 143, 127, 111, 79, 108, 123, 63,
    ];
    CODED_SUB_BLOCK: [91, 171, 134, 141];
    SIG_COEFF: [
        111, 111, 125, 110, 110, 94, 124, 108, 124, 107, 125, 141, 179, 153, 125, 107, 125, 141,
        179, 153, 125, 107, 125, 141, 179, 153, 125, 140, 139, 182, 182, 152, 136, 152, 136, 153,
        136, 139, 111, 136, 139, 111,
    ];
    /// Of luma and chroma blocks without transform, where these have contexts of their own.
    SIG_COEFF_SKIPPED: [141, 111];
    GREATER1: [
        140, 92, 137, 138, 140, 152, 138, 139, 153, 74, 149, 92, 139, 107, 122, 152, 140, 179, 166,
        182, 140, 227, 122, 197,
    ];
    GREATER2: [138, 153, 136, 167, 152, 152];
}

/// The states at the start of a slice (9.3.2.2).
pub(crate) fn initial(slice_qp: i32) -> Contexts {
    let qp = slice_qp.clamp(0, 51);
    let mut contexts = [0; 256];
    for (context, &value) in contexts.iter_mut().zip(INIT_VALUES) {
        let slope = i32::from(value >> 4) * 5 - 45;
        let offset = (i32::from(value & 15) << 3) - 16;
        let state = (((slope * qp) >> 4) + offset).clamp(1, 126);
        *context = match state {
            ..64 => (63 - state) << 1,
            _ => (state - 64) << 1 | 1,
        } as u8;
    }
    contexts
}
