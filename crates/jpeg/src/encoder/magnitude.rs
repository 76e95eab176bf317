//! Values as a category and additional bits (T.81, F.1.2.1).

/// Returns a value's category, and the bits that select it within the category.
///
/// A negative value's bits are those of the value less one, so that their first is a zero.
#[inline(always)]
pub(super) const fn magnitude(value: i32) -> (u32, u32) {
    let sign = value >> 31;
    let size = 32 - ((value ^ sign) - sign).leading_zeros();
    (size, (value + sign) as u32 & ((1 << size) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magnitudes_are_those_of_the_standards_table() {
        // T.81, table F.1, and F.1.2.1.1: in each category the bits count up from the most negative value.
        let mut expected = vec![(0, (0, 0))];
        for size in 1..=11u32 {
            let half = 1 << (size - 1);
            let values = (1 - 2 * half..=-half).chain(half..2 * half);
            expected.extend(values.zip((0..).map(|bits| (size, bits))));
        }

        assert_eq!(expected.len(), 4095);
        for (value, expected) in expected {
            assert_eq!(magnitude(value), expected, "{value}");
        }
    }
}
