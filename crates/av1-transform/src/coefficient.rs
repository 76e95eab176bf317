//! The types that coefficients come in.

/// A dequantized coefficient: `i16` for samples of 8 bits, `i32` for deeper ones.
pub trait Coefficient: Copy + Default + Into<i32> + sealed::Sealed {
    /// Returns the coefficients if they are of 16 bits.
    #[doc(hidden)]
    fn narrow(coefficients: &[Self]) -> Option<&[i16]>;
}

impl Coefficient for i16 {
    fn narrow(coefficients: &[Self]) -> Option<&[i16]> {
        Some(coefficients)
    }
}

impl Coefficient for i32 {
    fn narrow(_: &[Self]) -> Option<&[i16]> {
        None
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for i16 {}
    impl Sealed for i32 {}
}
