//! Takes the stuffing out of entropy-coded bytes (T.81, F.1.2.3).

#[cfg(target_arch = "x86_64")]
mod avx2;
mod scalar;

use simd::Level;

/// Copies bytes without the zero that follows each 0xff. Ends before any other marker, and where either slice ends.
///
/// Returns how many bytes were read and written. Those of `to` beyond may have changed.
pub(crate) fn unstuff(level: Level, from: &[u8], to: &mut [u8]) -> (usize, usize) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2::unstuff(avx2, from, to),
        _ => scalar::unstuff(from, to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Copies byte by byte.
    fn plain(from: &[u8], room: usize) -> (usize, Vec<u8>) {
        let (mut read, mut to) = (0, Vec::new());
        while to.len() < room && read < from.len() {
            let is_stuffed = from[read] == 0xff;
            if is_stuffed && from.get(read + 1) != Some(&0) {
                break;
            }
            to.push(from[read]);
            read += if is_stuffed { 2 } else { 1 };
        }
        (read, to)
    }

    #[test]
    fn every_level_copies_what_is_copied_byte_by_byte() {
        let mut state = 1_u32;
        let mut random = move |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % below
        };
        for length in 0..300 {
            // From a 0xff in each second byte to one in a hundred, the last followed by anything.
            let rarity = 2 + length as u32 % 99;
            let mut from = Vec::new();
            while from.len() < length {
                match random(rarity) {
                    0 => from.extend([0xff, 0]),
                    _ => from.push(random(255) as u8),
                }
            }
            from.extend([0xff, [0, 0xd0, 0xd9, 0xff][length % 4]]);
            from.truncate(length + length % 3);
            for room in [length / 3, length, length + 40] {
                let (read, expected) = plain(&from, room);

                for level in Level::available() {
                    let mut to = vec![7; room];
                    let (actual_read, written) = unstuff(level, &from, &mut to);

                    assert_eq!(actual_read, read, "{level:?}, {length} bytes");
                    assert_eq!(&to[..written], expected, "{level:?}, {length} bytes");
                }
            }
        }
    }
}
