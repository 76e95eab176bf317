//! Chunks of VP8L: any bytes are rows and perhaps an error; a region has the pixels of the whole image, and opacity is its green.

#![no_main]

mod panics;

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use vp8l::{Error, Header, Region};

/// What is larger is slower and not different.
const MAX_PIXELS: u32 = 1 << 14;

/// The bytes of a header.
const HEADER: usize = 5;

fuzz_target!(init: panics::tell_ours_from_foreign(), |chunk: &[u8]| {
    let Ok(header) = Header::read(chunk) else {
        return;
    };
    let Header { width, height, .. } = header;
    if width * height > MAX_PIXELS {
        return;
    }
    let (rows, decoded) = rows(chunk, width, Region::whole(width, height));
    assert!(rows.len() <= height as usize);
    assert_eq!(decoded.is_ok(), rows.len() == height as usize);

    // A part that the bytes choose.
    let third = |side: u32, byte: u8| side * u32::from(byte % 4) / 12;
    let region = Region {
        columns: third(width, chunk[1])..width - third(width, chunk[2]),
        rows: third(height, chunk[3])..height - third(height, chunk[4]),
    };
    let (part, _) = self::rows(chunk, width, region.clone());
    let columns = 4 * region.columns.start as usize..4 * region.columns.end as usize;
    for (row, whole) in part.iter().zip(&rows[rows.len().min(region.rows.start as usize)..]) {
        assert_eq!(row[columns.clone()], whole[columns.clone()]);
    }

    let green = rows.iter().flat_map(|row| row.as_chunks::<4>().0).map(|&[_, green, ..]| green);
    match vp8l::decode_opacity(&chunk[HEADER..], width, height, height) {
        Ok(opacity) => assert!(green.eq(opacity)),
        Err(_) => assert!(rows.is_empty()),
    }
});

fn rows(chunk: &[u8], width: u32, region: Region) -> (Vec<Vec<u8>>, Result<(), Error>) {
    let mut rows = Vec::new();
    let decoded = vp8l::decode(chunk, region, |row| {
        let mut bytes = vec![0; 4 * width as usize];
        row.write_rgba(&mut bytes);
        rows.push(bytes);
        ControlFlow::Continue(())
    });
    (rows, decoded)
}
