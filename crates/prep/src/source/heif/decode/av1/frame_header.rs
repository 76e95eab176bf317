//! The frame header (AV1, 5.9.2), as far as the quantizer.

use super::super::bits::Bits;
use super::sequence_header::SequenceHeader;

/// Returns `base_q_idx`, 0…255, of a key frame that is shown: `None` if the header is cut off, or of a kind that still images
/// are not.
pub(super) fn base_q_idx(sequence: &SequenceHeader, bits: &mut Bits<'_>) -> Option<u8> {
    if sequence.has_decoder_model {
        return None;
    }
    if !sequence.is_reduced {
        const SHOWN_KEY_FRAME: u32 = 0b0001;
        // show_existing_frame, frame_type, show_frame
        if bits.u(4)? != SHOWN_KEY_FRAME {
            return None;
        }
    }
    let disables_update = bits.flag()?;
    let screen_content = match sequence.screen_content {
        Some(forced) => forced,
        None => bits.flag()?,
    };
    if screen_content && sequence.integer_motion.is_none() {
        bits.u(1)?;
    }
    bits.u(sequence.frame_id_bits)?;
    let has_own_size = !sequence.is_reduced && bits.flag()?;
    bits.u(sequence.order_hint_bits)?;
    let mut size = sequence.size;
    if has_own_size {
        let [width, height] = sequence.size_bits;
        size = [bits.u(width)? + 1, bits.u(height)? + 1];
    }
    let is_upscaled = sequence.has_superres && bits.flag()?;
    if is_upscaled {
        let denominator = bits.u(3)? + 9;
        size[0] = (size[0] * 8 + denominator / 2) / denominator;
    }
    // render_and_frame_size_different
    if bits.flag()? {
        bits.u(32)?;
    }
    // allow_intrabc
    if screen_content && !is_upscaled {
        bits.u(1)?;
    }
    // disable_frame_end_update_cdf
    if !sequence.is_reduced && !disables_update {
        bits.u(1)?;
    }
    skip_tiles(bits, size, sequence.has_large_superblocks)?;
    bits.u(8).map(|index| index as u8)
}

/// `tile_info()` (5.9.15) of tiles of equal size.
fn skip_tiles(bits: &mut Bits<'_>, size: [u32; 2], has_large_superblocks: bool) -> Option<()> {
    const MAX_TILE_WIDTH: u32 = 4096;
    const MAX_TILE_AREA: u32 = 4096 * 2304;
    const MAX_TILES: u32 = 64;
    let log2 = if has_large_superblocks { 7 } else { 6 };
    let [columns, rows] = size.map(|side| side.next_multiple_of(8).div_ceil(1 << log2));
    let min_columns = tile_log2(MAX_TILE_WIDTH >> log2, columns);
    let min_tiles = min_columns.max(tile_log2(MAX_TILE_AREA >> (2 * log2), columns * rows));
    let is_uniform = bits.flag()?;
    if !is_uniform {
        return None;
    }
    let mut read = |least: u32, blocks: u32| {
        let most = tile_log2(1, blocks.min(MAX_TILES));
        let mut count = least;
        while count < most && bits.flag()? {
            count += 1;
        }
        Some(count)
    };
    let column_log2 = read(min_columns, columns)?;
    let row_log2 = read(min_tiles.saturating_sub(column_log2), rows)?;
    if column_log2 + row_log2 > 0 {
        // context_update_tile_id, tile_size_bytes_minus_1
        bits.u(column_log2 + row_log2 + 2)?;
    }
    Some(())
}

/// The least number of doublings with which `unit` covers `target`.
fn tile_log2(unit: u32, target: u32) -> u32 {
    target.div_ceil(unit).next_power_of_two().trailing_zeros()
}
