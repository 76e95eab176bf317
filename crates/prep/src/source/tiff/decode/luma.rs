//! From luma and chroma to RGB.

use super::layout::Layout;

/// Luma and chroma of 8 bits (TIFF 6.0, sections 20 and 21), in tables with 16 fractional bits.
pub(super) struct Luma {
    luma: [i32; 256],
    red: [i32; 256],
    blue: [i32; 256],
    green: [[i32; 256]; 2],
}

impl Luma {
    pub(super) fn new(layout: &Layout<'_>) -> Self {
        let usual = [0.299, 0.587, 0.114];
        let share = |index| {
            layout
                .directory
                .fraction(529, index)
                .filter(|share| *share > 0.0)
        };
        let [red, green, blue] = match [share(0), share(1), share(2)] {
            [Some(red), Some(green), Some(blue)] => [red, green, blue],
            _ => usual,
        };
        // Black and white of luma, then zero and most of both chromas.
        let range = |index, usual| match layout.directory.number(532) {
            _ if layout.directory.count(532) < 6 => usual,
            _ => layout.directory.fraction(532, index).unwrap_or(usual),
        };
        let scaled = |index: usize, most: f64, top: f64| {
            let (zero, one) = (
                range(index, if index == 0 { 0.0 } else { 128.0 }),
                range(index + 1, 255.0),
            );
            let span = if one > zero { one - zero } else { top };
            move |value: u8| (f64::from(value) - zero) * most / span
        };
        let (y, cb, cr) = (
            scaled(0, 255.0, 255.0),
            scaled(2, 127.0, 127.0),
            scaled(4, 127.0, 127.0),
        );
        let fixed = |value: f64| (value * 65536.0).round().clamp(-3e8, 3e8) as i32;
        let table =
            |value: &dyn Fn(u8) -> f64| std::array::from_fn(|index| fixed(value(index as u8)));
        Self {
            luma: table(&y),
            red: table(&|value| cr(value) * (2.0 - 2.0 * red)),
            blue: table(&|value| cb(value) * (2.0 - 2.0 * blue)),
            green: [
                table(&|value| -cb(value) * (2.0 - 2.0 * blue) * blue / green),
                table(&|value| -cr(value) * (2.0 - 2.0 * red) * red / green),
            ],
        }
    }

    pub(super) fn rgb(&self, [y, cb, cr]: [u8; 3]) -> [u8; 3] {
        let (y, cb, cr) = (usize::from(y), usize::from(cb), usize::from(cr));
        let luma = self.luma[y] + 32768;
        [
            luma + self.red[cr],
            luma + self.green[0][cb] + self.green[1][cr],
            luma + self.blue[cb],
        ]
        .map(|value| (value >> 16).clamp(0, 255) as u8)
    }
}
