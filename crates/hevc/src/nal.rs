//! NAL units (7.3.1): their header, and their payload without emulation prevention.

/// The kinds of NAL unit that an intra picture is made of (table 7-1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    SliceSegment(SliceKind),
    SequenceParameterSet,
    PictureParameterSet,
    /// Supplemental information, other layers, delimiters.
    Other,
}

/// What a slice's kind of picture means for its header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SliceKind {
    /// IDR: the header has no picture order count.
    Idr,
    /// BLA or CRA.
    OtherIrap,
    /// Any picture that is not a random access point; it may have I slices too.
    Other,
}

/// The kind and the payload of a NAL unit.
pub(crate) fn parse(unit: &[u8]) -> Option<(Kind, &[u8])> {
    let [first, second, payload @ ..] = unit else {
        return None;
    };
    let layer = (first & 1) << 5 | second >> 3;
    let kind = match first >> 1 & 0x3F {
        _ if layer != 0 => Kind::Other,
        0..=9 => Kind::SliceSegment(SliceKind::Other),
        19 | 20 => Kind::SliceSegment(SliceKind::Idr),
        16..=18 | 21 => Kind::SliceSegment(SliceKind::OtherIrap),
        33 => Kind::SequenceParameterSet,
        34 => Kind::PictureParameterSet,
        _ => Kind::Other,
    };
    Some((kind, payload))
}

/// The NAL units of a byte stream (annex B): each begins after a start code.
#[must_use]
pub fn annex_b(stream: &[u8]) -> Vec<&[u8]> {
    let starts: Vec<usize> = stream
        .windows(3)
        .enumerate()
        .filter(|(_, three)| three == b"\0\0\x01")
        .map(|(at, _)| at)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([stream.len()]);
    let units = starts.iter().zip(ends).map(|(start, end)| {
        let unit = &stream[start + 3..end];
        let zeros = unit.iter().rev().take_while(|&&byte| byte == 0).count();
        &unit[..unit.len() - zeros]
    });
    units.collect()
}

/// A payload without the 3s that only keep start codes from appearing (7.3.1.1).
pub(crate) fn without_emulation_prevention(payload: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(payload.len());
    let mut copied = 0;
    let mut at = 2;
    while at < payload.len() {
        match payload[at] {
            3 if payload[at - 1] == 0 && payload[at - 2] == 0 => {
                clean.extend_from_slice(&payload[copied..at]);
                copied = at + 1;
                // A byte that was removed is not one of the two zeros before the next.
                at += 3;
            }
            0 => at += 1,
            // Only a byte up to 3 can be the third of the pattern, and no zero lies here.
            4.. => at += 3,
            _ => at += 1,
        }
    }
    clean.extend_from_slice(&payload[copied..]);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emulation_prevention_is_removed() {
        let cases: [(&[u8], &[u8]); 6] = [
            (&[0, 0, 3, 1], &[0, 0, 1]),
            (&[9, 0, 0, 3], &[9, 0, 0]),
            (&[0, 0, 3, 0, 0, 3, 3], &[0, 0, 0, 0, 3]),
            (&[0, 3, 0, 0, 1], &[0, 3, 0, 0, 1]),
            (&[5, 0, 0, 3, 0, 3, 7], &[5, 0, 0, 0, 3, 7]),
            (&[0, 0, 0, 3, 2], &[0, 0, 0, 2]),
        ];
        for (payload, clean) in cases {
            assert_eq!(without_emulation_prevention(payload), clean, "{payload:?}");
        }
    }

    #[test]
    fn units_of_other_layers_do_not_count() {
        assert_eq!(
            parse(&[33 << 1, 1, 7]),
            Some((Kind::SequenceParameterSet, &[7][..]))
        );
        assert_eq!(parse(&[33 << 1, 1 << 3 | 1]), Some((Kind::Other, &[][..])));
        assert_eq!(parse(&[66]), None);
    }
}
