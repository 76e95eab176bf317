// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

use jxl_simd::{F32SimdVec, SimdDescriptor, SimdMask};

use crate::headers::color_encoding::CustomTransferFunction;
use crate::util::eval_rational_poly_simd;

/// Converts a single SIMD vector of linear samples to sRGB transfer curve.
// Max error ~5e-7
#[inline(always)]
pub fn linear_to_srgb_simd_vec<D: SimdDescriptor>(d: D, x: D::F32Vec) -> D::F32Vec {
    #[allow(clippy::excessive_precision)]
    const P: [f32; 5] = [
        -5.135152395e-4,
        5.287254571e-3,
        3.903842876e-1,
        1.474205315,
        7.352629620e-1,
    ];

    #[allow(clippy::excessive_precision)]
    const Q: [f32; 5] = [
        1.004519624e-2,
        3.036675394e-1,
        1.340816930,
        9.258482155e-1,
        2.424867759e-2,
    ];

    let a = x.abs();
    D::F32Vec::splat(d, 0.0031308)
        .gt(a)
        .if_then_else_f32(
            a * D::F32Vec::splat(d, 12.92),
            eval_rational_poly_simd(d, a.sqrt(), P, Q),
        )
        .copysign(x)
}

/// Converts a single SIMD vector of linear samples to BT.709 transfer curve.
// Max error ~3e-7
#[inline(always)]
pub fn linear_to_bt709_simd_vec<D: SimdDescriptor>(d: D, x: D::F32Vec) -> D::F32Vec {
    // Coefficients for rational polynomial P(y)/Q(y) where y = sqrt(x)
    // Approximates 1.099 * y^0.9 - 0.099 on [sqrt(0.018), 1]
    #[allow(clippy::excessive_precision)]
    const P: [f32; 5] = [
        -9.625309705734253e-2,
        -2.2635456919670105e-1,
        1.935774803161621e1,
        5.897886276245117e1,
        2.3947298049926758e1,
    ];

    #[allow(clippy::excessive_precision)]
    const Q: [f32; 5] = [
        1.0,
        1.877663230895996e1,
        5.5292449951171875e1,
        2.6565317153930664e1,
        3.269049823284149e-1,
    ];

    let a = x.abs();
    D::F32Vec::splat(d, 0.018)
        .gt(a)
        .if_then_else_f32(
            a * D::F32Vec::splat(d, 4.5),
            eval_rational_poly_simd(d, a.sqrt(), P, Q),
        )
        .copysign(x)
}

const PQ_M1: f64 = 2610.0 / 16384.0;
const PQ_M2: f64 = (2523.0 / 4096.0) * 128.0;
const PQ_C1: f64 = 3424.0 / 4096.0;
const PQ_C2: f64 = (2413.0 / 4096.0) * 32.0;
const PQ_C3: f64 = (2392.0 / 4096.0) * 32.0;

/// Converts PQ signal to linear sample using PQ EOTF, where linear sample value of 1.0 represents
/// `intensity_target` display nits.
///
/// This version uses original EOTF using double precision arithmetic internally.
pub fn pq_to_linear_precise(intensity_target: f32, samples: &mut [f32]) {
    let mult = 10000.0 / intensity_target as f64;

    for s in samples {
        if *s == 0.0 {
            continue;
        }

        let a = s.abs() as f64;
        let xp = a.powf(PQ_M2.recip());
        let num = (xp - PQ_C1).max(0.0);
        let den = PQ_C2 - PQ_C3 * xp;
        let y = (num / den).powf(PQ_M1.recip());
        *s = ((y * mult) as f32).copysign(*s);
    }
}

const PQ_INV_EOTF_P: [f32; 5] = [1.351392e-2, -1.095778, 5.522776e1, 1.492516e2, 4.838434e1];
const PQ_INV_EOTF_Q: [f32; 5] = [1.012416, 2.016708e1, 9.26371e1, 1.120607e2, 2.590418e1];
const PQ_INV_EOTF_P_SMALL: [f32; 5] = [
    9.863406e-6,
    3.881234e-1,
    1.352821e2,
    6.889862e4,
    -2.864824e5,
];
const PQ_INV_EOTF_Q_SMALL: [f32; 5] =
    [3.371868e1, 1.477719e3, 1.608477e4, -4.389884e4, -2.072546e5];

/// Converts a single SIMD vector of linear samples to PQ signal.
#[inline(always)]
pub fn linear_to_pq_simd_vec<D: SimdDescriptor>(
    d: D,
    y_mult: D::F32Vec,
    threshold: D::F32Vec,
    s: D::F32Vec,
) -> D::F32Vec {
    let a = s.abs();
    let a_scaled = a * y_mult;
    let a_1_4 = a_scaled.sqrt().sqrt();

    // Use small polynomial for a < 1e-4, regular polynomial otherwise
    let y_small = eval_rational_poly_simd(d, a_1_4, PQ_INV_EOTF_P_SMALL, PQ_INV_EOTF_Q_SMALL);
    let y_large = eval_rational_poly_simd(d, a_1_4, PQ_INV_EOTF_P, PQ_INV_EOTF_Q);
    let y = threshold.gt(a).if_then_else_f32(y_small, y_large);

    y.copysign(s)
        .max(D::F32Vec::splat(d, 0.0))
        .min(D::F32Vec::splat(d, 1.0))
}

const HLG_A: f64 = 0.17883277;
const HLG_B: f64 = 1.0 - 4.0 * HLG_A;
const HLG_C: f64 = 0.5599107295;

#[inline(always)]
fn hlg_ootf_inner_vec<D: SimdDescriptor>(
    d: D,
    exp: D::F32Vec,
    [lr, lg, lb]: [D::F32Vec; 3],
    [r, g, b]: [D::F32Vec; 3],
) -> [D::F32Vec; 3] {
    let mixed = r.mul_add(lr, g.mul_add(lg, b * lb));
    let mult = crate::util::fast_powf_simd(d, mixed, exp);
    let mult = D::F32Vec::splat(d, 0.1)
        .gt(exp.abs())
        .if_then_else_f32(D::F32Vec::splat(d, 1.0), mult);
    [r * mult, g * mult, b * mult]
}

#[inline]
pub fn hlg_system_gamma(intensity_display: f32) -> f32 {
    (1.2f64 * 1.111f64.powf((intensity_display as f64 / 1e3).log2())) as f32
}

#[inline(always)]
pub fn hlg_display_to_scene_vec<D: SimdDescriptor>(
    d: D,
    system_gamma: D::F32Vec,
    luminance_rgb: [D::F32Vec; 3],
    samples_rgb: [D::F32Vec; 3],
) -> [D::F32Vec; 3] {
    let one_sub_gamma = D::F32Vec::splat(d, 1.0) - system_gamma;
    hlg_ootf_inner_vec(d, one_sub_gamma / system_gamma, luminance_rgb, samples_rgb)
}

#[inline(always)]
pub fn scene_to_hlg_vec<D: SimdDescriptor>(d: D, s: D::F32Vec) -> D::F32Vec {
    let a = s.abs();
    let y_small = (D::F32Vec::splat(d, 3.0) * a).sqrt();
    let y_large = {
        let log = crate::util::fast_log2f_simd(
            d,
            a.mul_add(
                D::F32Vec::splat(d, 12.0),
                D::F32Vec::splat(d, -HLG_B as f32),
            ),
        );
        // log2 x = ln x / ln 2, therefore ln x = (ln 2)(log2 x)
        log.mul_add(
            D::F32Vec::splat(d, (HLG_A * std::f64::consts::LN_2) as f32),
            D::F32Vec::splat(d, HLG_C as f32),
        )
    };
    let a_threshold = D::F32Vec::splat(d, 1.0 / 12.0);
    a.gt(a_threshold)
        .if_then_else_f32(y_large, y_small)
        .copysign(s)
        .max(D::F32Vec::splat(d, -0.074))
        .min(D::F32Vec::splat(d, 1.1))
}

/// Converts HLG signal to scene-referred linear sample.
///
/// This version uses `fast_pow2f` to apply logarithmic function.
// Max error: ~5e-6
pub fn hlg_to_scene(samples: &mut [f32]) {
    for s in samples {
        let a = s.abs();
        let y = if a <= 0.5 {
            a * a / 3.0
        } else {
            const POW: f32 = (std::f64::consts::LOG2_E / HLG_A) as f32;
            const ADD: f32 = (HLG_B / 12.0) as f32;
            // TODO(OneDeuxTriSeiGo): replace raw constant with the below equation
            // when std::f64::exp() can is available as a const fn.
            //
            // Equation: ((-HLG_B / HLG_A).exp() / 12.0)
            // Constant: 0.003_639_807_079_052_639
            const MUL: f32 = 0.003_639_807;

            // TODO(OneDeuxTriSeiGo): maybe use mul_add?
            crate::util::fast_pow2f(a * POW) * MUL + ADD
        };
        *s = y.copysign(*s);
    }
}

#[derive(Clone, Debug)]
pub enum TransferFunction {
    Bt709,
    Srgb,
    Pq {
        intensity_target: f32,
    },
    Hlg {
        intensity_target: f32,
        luminance_rgb: [f32; 3],
    },
    /// Inverse gamma in range `(0, 1]`
    Gamma(f32),
}

impl TransferFunction {
    /// Create a TransferFunction from a JxlTransferFunction.
    /// For PQ/HLG, requires intensity_target and luminances from tone mapping info.
    /// Note: JxlTransferFunction::Gamma stores the encoding exponent (e.g., 1/2.2 for gamma 2.2).
    pub fn from_api_tf(
        api_tf: &crate::api::JxlTransferFunction,
        intensity_target: f32,
        luminances: [f32; 3],
    ) -> Self {
        use crate::api::JxlTransferFunction;
        match api_tf {
            JxlTransferFunction::BT709 => Self::Bt709,
            JxlTransferFunction::Linear => Self::Gamma(1.0),
            JxlTransferFunction::SRGB => Self::Srgb,
            JxlTransferFunction::PQ => Self::Pq { intensity_target },
            JxlTransferFunction::DCI => Self::Gamma(2.6_f32.recip()),
            JxlTransferFunction::HLG => Self::Hlg {
                intensity_target,
                luminance_rgb: luminances,
            },
            JxlTransferFunction::Gamma(g) => Self::Gamma(*g),
        }
    }
}

impl TryFrom<CustomTransferFunction> for TransferFunction {
    type Error = ();

    fn try_from(ctf: CustomTransferFunction) -> std::result::Result<Self, ()> {
        use crate::headers::color_encoding::TransferFunction as HeaderTf;

        if ctf.have_gamma {
            Ok(Self::Gamma(ctf.gamma()))
        } else {
            match ctf.transfer_function {
                HeaderTf::BT709 => Ok(Self::Bt709),
                HeaderTf::Unknown => Err(()),
                HeaderTf::Linear => Ok(Self::Gamma(1.0)),
                HeaderTf::SRGB => Ok(Self::Srgb),
                HeaderTf::PQ => Err(()),
                HeaderTf::DCI => Ok(Self::Gamma(2.6_f32.recip())),
                HeaderTf::HLG => Err(()),
            }
        }
    }
}
