//! The residuals are those of the decoder that this crate was written for.

use av1_transform::Inverse;
use simd::Level;

use crate::blocks::{Numbers, SIDES, WALSH, blocks};

/// FNV-1a of what rusty_av1d 1.2.1 itself made of the same blocks, in its own transforms: width, height, hash.
const STOCK: [(usize, usize, u64); 19] = [
    (4, 4, 0xD55C_AF5C_31C7_9D1A),
    (4, 8, 0x23F8_A219_CAFC_3AA6),
    (4, 16, 0xAE52_0E9C_888F_00A8),
    (8, 4, 0x637C_F679_C60C_002F),
    (8, 8, 0xAC7C_A745_6F96_C75A),
    (8, 16, 0x0E9F_9732_69AF_A996),
    (8, 32, 0xB7BA_7427_3C2D_5563),
    (16, 4, 0x43D6_B125_0529_C8EC),
    (16, 8, 0xEBFA_707A_2A86_D487),
    (16, 16, 0x9C92_3020_FC80_5891),
    (16, 32, 0x9389_746F_28A6_3C30),
    (16, 64, 0x49CC_C7A7_D86E_70DD),
    (32, 8, 0xD629_2AB8_318B_4549),
    (32, 16, 0x609C_8A57_CED4_6C02),
    (32, 32, 0xC08E_F63C_F169_0BC0),
    (32, 64, 0x3D19_C9C5_0036_1DC8),
    (64, 16, 0x02A4_E3E4_FFAD_6F2D),
    (64, 32, 0xB50F_D232_AA93_319D),
    (64, 64, 0x6735_1E08_ABDC_4191),
];

#[test]
fn residuals_are_those_of_the_stock_decoder() {
    let mut numbers = Numbers::new();
    let mut inverse = Inverse::new(Level::Scalar);
    let mut hashes = Vec::new();
    for (width, height) in SIDES.iter().flat_map(|&w| SIDES.map(|h| (w, h))) {
        let mut hash = 0xCBF2_9CE4_8422_2325_u64;
        let mut count = 0;
        for tx_type in 0..=WALSH {
            for bits in [8, 10, 12] {
                for block in blocks(&mut numbers, (width, height), (tx_type, bits), 10) {
                    for byte in block
                        .residual(&mut inverse)
                        .into_iter()
                        .flat_map(i16::to_le_bytes)
                    {
                        hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
                    }
                    count += 1;
                }
            }
        }
        if count > 0 {
            hashes.push((width, height, hash));
        }
    }
    assert_eq!(hashes, STOCK);
}
