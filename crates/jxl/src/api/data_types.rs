// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

pub use crate::headers::extra_channels::ExtraChannel;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JxlColorType {
    Grayscale,
    GrayscaleAlpha,
    Rgb,
    Rgba,
    Bgr,
    Bgra,
    /// Four interleaved channels: C, M, Y and K, where K is taken from the
    /// image's Black extra channel. Only valid for color images with a Black
    /// extra channel.
    Cmyk,
}

impl JxlColorType {
    pub fn has_alpha(&self) -> bool {
        match self {
            Self::Grayscale => false,
            Self::GrayscaleAlpha => true,
            Self::Rgb | Self::Bgr => false,
            Self::Rgba | Self::Bgra => true,
            Self::Cmyk => false,
        }
    }
    pub fn samples_per_pixel(&self) -> usize {
        match self {
            Self::Grayscale => 1,
            Self::GrayscaleAlpha => 2,
            Self::Rgb | Self::Bgr => 3,
            Self::Rgba | Self::Bgra | Self::Cmyk => 4,
        }
    }
    pub fn is_grayscale(&self) -> bool {
        match self {
            Self::Grayscale => true,
            Self::GrayscaleAlpha => true,
            Self::Rgb | Self::Bgr => false,
            Self::Rgba | Self::Bgra => false,
            Self::Cmyk => false,
        }
    }
    pub fn add_alpha(&self) -> Option<Self> {
        match self {
            Self::Grayscale | Self::GrayscaleAlpha => Some(Self::GrayscaleAlpha),
            Self::Rgb | Self::Rgba => Some(Self::Rgba),
            Self::Bgr | Self::Bgra => Some(Self::Bgra),
            Self::Cmyk => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endianness {
    LittleEndian,
    BigEndian,
}

impl Endianness {
    pub fn native() -> Self {
        #[cfg(target_endian = "little")]
        {
            Endianness::LittleEndian
        }
        #[cfg(target_endian = "big")]
        {
            Endianness::BigEndian
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JxlDataFormat {
    U8 {
        bit_depth: u8,
    },
    U16 {
        endianness: Endianness,
        bit_depth: u8,
    },
    F16 {
        endianness: Endianness,
    },
    F32 {
        endianness: Endianness,
    },
}

impl JxlDataFormat {
    pub fn bytes_per_sample(&self) -> usize {
        match self {
            Self::U8 { .. } => 1,
            Self::U16 { .. } | Self::F16 { .. } => 2,
            Self::F32 { .. } => 4,
        }
    }

    pub fn f32() -> Self {
        Self::F32 {
            endianness: Endianness::native(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JxlPixelFormat {
    pub color_type: JxlColorType,
    // None -> ignore
    pub color_data_format: Option<JxlDataFormat>,
    pub extra_channel_format: Vec<Option<JxlDataFormat>>,
}

impl JxlPixelFormat {
    /// Creates an RGBA 8-bit pixel format.
    pub fn rgba8(num_extra_channels: usize) -> Self {
        Self {
            color_type: JxlColorType::Rgba,
            color_data_format: Some(JxlDataFormat::U8 { bit_depth: 8 }),
            extra_channel_format: vec![None; num_extra_channels],
        }
    }

    /// Creates an RGBA 16-bit pixel format.
    pub fn rgba16(num_extra_channels: usize) -> Self {
        Self {
            color_type: JxlColorType::Rgba,
            color_data_format: Some(JxlDataFormat::U16 {
                endianness: Endianness::native(),
                bit_depth: 16,
            }),
            extra_channel_format: vec![None; num_extra_channels],
        }
    }

    /// Creates an RGBA f16 pixel format.
    pub fn rgba_f16(num_extra_channels: usize) -> Self {
        Self {
            color_type: JxlColorType::Rgba,
            color_data_format: Some(JxlDataFormat::F16 {
                endianness: Endianness::native(),
            }),
            extra_channel_format: vec![None; num_extra_channels],
        }
    }

    /// Creates an RGBA f32 pixel format.
    pub fn rgba_f32(num_extra_channels: usize) -> Self {
        Self {
            color_type: JxlColorType::Rgba,
            color_data_format: Some(JxlDataFormat::F32 {
                endianness: Endianness::native(),
            }),
            extra_channel_format: vec![None; num_extra_channels],
        }
    }

    /// Creates an RGB 8-bit pixel format.
    pub fn rgb8(num_extra_channels: usize) -> Self {
        Self {
            color_type: JxlColorType::Rgb,
            color_data_format: Some(JxlDataFormat::U8 { bit_depth: 8 }),
            extra_channel_format: vec![None; num_extra_channels],
        }
    }

    /// Creates an RGB 16-bit pixel format.
    pub fn rgb16(num_extra_channels: usize) -> Self {
        Self {
            color_type: JxlColorType::Rgb,
            color_data_format: Some(JxlDataFormat::U16 {
                endianness: Endianness::native(),
                bit_depth: 16,
            }),
            extra_channel_format: vec![None; num_extra_channels],
        }
    }

    /// Creates an RGB f16 pixel format.
    pub fn rgb_f16(num_extra_channels: usize) -> Self {
        Self {
            color_type: JxlColorType::Rgb,
            color_data_format: Some(JxlDataFormat::F16 {
                endianness: Endianness::native(),
            }),
            extra_channel_format: vec![None; num_extra_channels],
        }
    }

    /// Creates an RGB f32 pixel format.
    pub fn rgb_f32(num_extra_channels: usize) -> Self {
        Self {
            color_type: JxlColorType::Rgb,
            color_data_format: Some(JxlDataFormat::F32 {
                endianness: Endianness::native(),
            }),
            extra_channel_format: vec![None; num_extra_channels],
        }
    }

    /// Creates a CMYK 8-bit pixel format.
    pub fn cmyk8(num_extra_channels: usize) -> Self {
        Self {
            color_type: JxlColorType::Cmyk,
            color_data_format: Some(JxlDataFormat::U8 { bit_depth: 8 }),
            extra_channel_format: vec![None; num_extra_channels],
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JxlBitDepth {
    Int {
        bits_per_sample: u32,
    },
    Float {
        bits_per_sample: u32,
        exponent_bits_per_sample: u32,
    },
}

impl JxlBitDepth {
    pub fn bits_per_sample(&self) -> u32 {
        match self {
            JxlBitDepth::Int { bits_per_sample: b } => *b,
            JxlBitDepth::Float {
                bits_per_sample: b, ..
            } => *b,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JxlExtraChannel {
    pub ec_type: ExtraChannel,
    pub alpha_associated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JxlAnimation {
    pub tps_numerator: u32,
    pub tps_denominator: u32,
    pub num_loops: u32,
    pub have_timecodes: bool,
}

#[derive(Clone, Debug)]
pub struct JxlFrameHeader {
    pub name: String,
    pub duration: Option<f64>,
    /// Frame size (width, height)
    pub size: (usize, usize),
}
