//! What a scan of the picture codes, and with which tables.

/// What a scan codes (T.81, B.2.3).
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan {
    /// The first component and the one after the last.
    pub(super) components: (usize, usize),
    /// The first and the last coefficient, counted in zigzag order.
    pub(super) spectral: (u8, u8),
    /// The bits below which coefficients were cut off before this scan (0: none was there), and are after it.
    pub(super) approximation: (u8, u8),
}

/// Luma's tables are number 0, chroma's number 1.
pub(super) fn table_number(component: usize) -> usize {
    component.min(1)
}
