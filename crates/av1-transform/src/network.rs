//! The one-dimensional inverse transforms (7.13.2) as networks of sums and rotations, for any kind of lanes.

/// 4096 sin(kπ / 128), rounded: `sin128` and `cos128` of the standard's 7.13.2.1, over a quarter of the circle.
pub(crate) const SINE: [i32; 65] = [
    0, 101, 201, 301, 401, 501, 601, 700, 799, 897, 995, 1092, 1189, 1285, 1380, 1474, 1567, 1660,
    1751, 1842, 1931, 2019, 2106, 2191, 2276, 2359, 2440, 2520, 2598, 2675, 2751, 2824, 2896, 2967,
    3035, 3102, 3166, 3229, 3290, 3349, 3406, 3461, 3513, 3564, 3612, 3659, 3703, 3745, 3784, 3822,
    3857, 3889, 3920, 3948, 3973, 3996, 4017, 4036, 4052, 4065, 4076, 4085, 4091, 4095, 4096,
];

/// The bits of each number of four bits in reverse.
pub(crate) const REVERSED: [usize; 16] = [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15];

/// The sine and the cosine of the rotation at `place` among `count`: (1 + 4 `place` reversed) π / 8 `count`.
#[inline(always)]
pub(crate) const fn angle(place: usize, count: usize) -> (i32, i32) {
    let odd = 1 + 4 * (REVERSED[place] * count / 16);
    let index = odd * 16 / count;
    (SINE[index], SINE[64 - index])
}

/// Where an output of the ADST of sixteen is found before its last permutation; those of eight are the first, halved.
pub(crate) const ADST_OUTPUTS: [usize; 16] = [0, 8, 12, 4, 6, 14, 10, 2, 3, 11, 15, 7, 5, 13, 9, 1];

/// Defines `transform` for a type of lanes.
///
/// Found where it is used: `add` and `subtract`, which clip to the range; `plus`, which does not; `negate`; `rotate`, `scale` and `mix`,
/// which multiply by 4096ths and round. The attributes are those of every function.
macro_rules! networks {
    ($lanes:ty, $range:ty $(, #[$attribute:meta])*) => {
        /// Transforms in place; of the `N` inputs, those from `inputs` on are zero.
        $(#[$attribute])*
        pub(super) fn transform<const N: usize>(
            basis: $crate::block::Basis,
            inputs: usize,
            lanes: &mut [$lanes; N],
            range: $range,
        ) {
            use $crate::block::Basis;
            match basis {
                Basis::Dct if 2 * inputs <= N => dct::<N, true>(lanes, range),
                Basis::Dct => dct::<N, false>(lanes, range),
                Basis::Adst => adst::<N>(lanes, range),
                Basis::FlipAdst => {
                    adst::<N>(lanes, range);
                    lanes.reverse();
                }
                Basis::Identity => identity::<N>(lanes),
                Basis::Walsh => {}
            }
        }

        /// The inverse DCT (7.13.2.3); `HALF` if the upper half of the inputs is zero.
        $(#[$attribute])*
        fn dct<const N: usize, const HALF: bool>(lanes: &mut [$lanes; N], range: $range) {
            if let (4, Some(lanes)) = (N, lanes.first_chunk_mut()) {
                *lanes = dct4::<HALF>(lanes, range);
            } else if let (8, Some(lanes)) = (N, lanes.first_chunk_mut()) {
                *lanes = dct8::<HALF>(lanes, range);
            } else if let (16, Some(lanes)) = (N, lanes.first_chunk_mut()) {
                *lanes = dct16::<HALF>(lanes, range);
            } else if let (32, Some(lanes)) = (N, lanes.first_chunk_mut()) {
                *lanes = dct32::<HALF>(lanes, range);
            } else if let (64, Some(lanes)) = (N, lanes.first_chunk_mut()) {
                // More are never coded.
                *lanes = dct64::<true>(lanes, range);
            }
        }

        $(#[$attribute])*
        #[inline]
        fn dct2<const HALF: bool>(x: [$lanes; 2]) -> [$lanes; 2] {
            let half = SINE[32];
            match HALF {
                true => [scale(x[0], half); 2],
                false => rotate(x[0], x[1], [[half, half], [half, -half]]),
            }
        }

        $(#[$attribute])*
        #[inline]
        fn dct4<const HALF: bool>(x: &[$lanes; 4], range: $range) -> [$lanes; 4] {
            let odd = odd_part::<2, HALF>([x[1], x[3]], range);
            join(dct2::<HALF>([x[0], x[2]]), odd, range)
        }

        $(#[$attribute])*
        #[inline]
        fn dct8<const HALF: bool>(x: &[$lanes; 8], range: $range) -> [$lanes; 8] {
            let (even, odd) = part(x);
            join(dct4::<HALF>(&even, range), odd_part::<4, HALF>(odd, range), range)
        }

        $(#[$attribute])*
        #[inline]
        fn dct16<const HALF: bool>(x: &[$lanes; 16], range: $range) -> [$lanes; 16] {
            let (even, odd) = part(x);
            join(dct8::<HALF>(&even, range), odd_part::<8, HALF>(odd, range), range)
        }

        $(#[$attribute])*
        fn dct32<const HALF: bool>(x: &[$lanes; 32], range: $range) -> [$lanes; 32] {
            let (even, odd) = part(x);
            join(dct16::<HALF>(&even, range), odd_part::<16, HALF>(odd, range), range)
        }

        $(#[$attribute])*
        fn dct64<const HALF: bool>(x: &[$lanes; 64], range: $range) -> [$lanes; 64] {
            let (even, odd) = part(x);
            join(dct32::<HALF>(&even, range), odd_part::<32, HALF>(odd, range), range)
        }

        /// Parts inputs into those of even and those of odd index.
        $(#[$attribute])*
        #[inline]
        fn part<const N: usize, const M: usize>(x: &[$lanes; N]) -> ([$lanes; M], [$lanes; M]) {
            let (mut even, mut odd) = ([x[0]; M], [x[0]; M]);
            for i in 0..M {
                even[i] = x[2 * i];
                odd[i] = x[2 * i + 1];
            }
            (even, odd)
        }

        /// The last step of a DCT: sums with the mirrored odd part are its first half, differences the second.
        $(#[$attribute])*
        #[inline]
        fn join<const N: usize, const M: usize>(
            even: [$lanes; M],
            odd: [$lanes; M],
            range: $range,
        ) -> [$lanes; N] {
            let mut x = [even[0]; N];
            for i in 0..M {
                x[i] = add(even[i], odd[M - 1 - i], range);
                x[N - 1 - i] = subtract(even[i], odd[M - 1 - i], range);
            }
            x
        }

        /// What a DCT of 2 `M` does with its inputs of odd index.
        $(#[$attribute])*
        #[inline]
        fn odd_part<const M: usize, const HALF: bool>(x: [$lanes; M], range: $range) -> [$lanes; M] {
            let mut t = x;
            for i in 0..M / 2 {
                // Input `first` of the DCT is number first / 2 here, and rotates with the one mirrored to it.
                let (sine, cosine) = angle(i, M / 2);
                let first = 2 * (REVERSED[i] * (M / 2) / 16);
                let (low, high) = (x[first], x[M - 1 - first]);
                [t[i], t[M - 1 - i]] = match HALF {
                    false => rotate(low, high, [[sine, -cosine], [cosine, sine]]),
                    true if first < M / 2 => [scale(low, sine), scale(low, cosine)],
                    true => [scale(high, -cosine), scale(high, sine)],
                };
            }
            let mut group = 2;
            while group <= M / 2 {
                for i in 0..M / 2 {
                    let (number, place) = (i / (group / 2), i % (group / 2));
                    let (p, q) = (number * group + place, number * group + group - 1 - place);
                    let (a, b) = (t[p], t[q]);
                    [t[p], t[q]] = match number % 2 {
                        0 => [add(a, b, range), subtract(a, b, range)],
                        _ => [subtract(b, a, range), add(a, b, range)],
                    };
                }
                for p in 0..M / 2 {
                    // Of two groups, the inner half of each rotates with what is mirrored to it.
                    let place = p % (2 * group);
                    if place < group / 2 || place >= group + group / 2 {
                        continue;
                    }
                    let q = M - 1 - p;
                    let (sine, cosine) = match group == M / 2 {
                        true => (SINE[32], SINE[32]),
                        false => angle(p / (2 * group), M / (4 * group)),
                    };
                    let matrix = match place < group {
                        true => [[-cosine, sine], [sine, cosine]],
                        false => [[-sine, -cosine], [-cosine, sine]],
                    };
                    [t[p], t[q]] = rotate(t[p], t[q], matrix);
                }
                group *= 2;
            }
            t
        }

        /// The inverse ADST (7.13.2.6 to 7.13.2.8).
        $(#[$attribute])*
        fn adst<const N: usize>(lanes: &mut [$lanes; N], range: $range) {
            if let (4, Some(lanes)) = (N, lanes.first_chunk_mut()) {
                *lanes = adst4(lanes);
            } else if let (8, Some(lanes)) = (N, lanes.first_chunk_mut::<8>()) {
                *lanes = longer_adst(lanes, range);
            } else if let (16, Some(lanes)) = (N, lanes.first_chunk_mut::<16>()) {
                *lanes = longer_adst(lanes, range);
            }
        }

        $(#[$attribute])*
        #[inline]
        fn adst4(x: &[$lanes; 4]) -> [$lanes; 4] {
            // 4096 · 2√2 / 3 · sin(kπ / 9) (7.13.2.6).
            let [a, b, c, d] = [1321, 2482, 3344, 3803];
            [
                mix(x, [a, c, d, b]),
                mix(x, [b, c, -a, -d]),
                mix(x, [c, 0, -c, c]),
                mix(x, [d, -c, b, -a]),
            ]
        }

        $(#[$attribute])*
        #[inline]
        fn longer_adst<const N: usize>(x: &[$lanes; N], range: $range) -> [$lanes; N] {
            let mut t = *x;
            for i in 0..N / 2 {
                let index = (4 * i + 1) * 32 / N;
                let (sine, cosine) = (SINE[index], SINE[64 - index]);
                [t[2 * i], t[2 * i + 1]] =
                    rotate(x[N - 1 - 2 * i], x[2 * i], [[cosine, sine], [sine, -cosine]]);
            }
            let mut half = N / 2;
            while half >= 2 {
                for i in 0..N / 2 {
                    let p = i / half * 2 * half + i % half;
                    let (a, b) = (t[p], t[p + half]);
                    t[p] = add(a, b, range);
                    t[p + half] = subtract(a, b, range);
                }
                for i in 0..N / 4 {
                    // The pairs of the second half of each group rotate, the last of them the other way.
                    let (group, pair) = (i / (half / 2), i % (half / 2));
                    let p = group * 2 * half + half + 2 * pair;
                    let is_first = pair < half.div_ceil(4);
                    let number = if is_first { pair } else { pair - half / 4 };
                    let index = (4 * number + 1) * 64 / half;
                    let (sine, cosine) = (SINE[index], SINE[64 - index]);
                    let matrix = match is_first {
                        true => [[cosine, sine], [sine, -cosine]],
                        false => [[-sine, cosine], [cosine, sine]],
                    };
                    [t[p], t[p + 1]] = rotate(t[p], t[p + 1], matrix);
                }
                half /= 2;
            }
            let mut outputs = t;
            for i in 0..N / 2 {
                outputs[2 * i] = t[ADST_OUTPUTS[2 * i] * N / 16];
                outputs[2 * i + 1] = negate(t[ADST_OUTPUTS[2 * i + 1] * N / 16]);
            }
            outputs
        }

        /// The identity transforms (7.13.2.15), which only scale.
        $(#[$attribute])*
        #[inline]
        fn identity<const N: usize>(lanes: &mut [$lanes; N]) {
            for x in lanes {
                *x = match N {
                    4 => plus(*x, scale(*x, 1697)),
                    8 => plus(*x, *x),
                    16 => plus(plus(*x, *x), scale(*x, 2 * 1697)),
                    _ => plus(plus(*x, *x), plus(*x, *x)),
                };
            }
        }
    };
}

pub(crate) use networks;
