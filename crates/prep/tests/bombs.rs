//! What bombs cost: bytes of memory, counted by the allocator, and bytes read, counted by the file. They are files that are
//! nowhere: a beginning, a piece as often as will be, and an end.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its file has failed"
)]

#[allow(dead_code, reason = "it needs fixtures alone")]
#[path = "prep/common.rs"]
mod common;

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use common::fixture;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use peak_alloc::PeakAlloc;
use prep::{Error, ErrorKind, OnDamage, Options, Photo, Pipeline, Prepared};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Room for whatever is not the bomb's: a decoder's tables, the picture, its encoding.
const LITTLE: usize = 16 << 20;
const MUCH: usize = 48 << 20;
/// A color profile as large as they may be.
const PROFILE: usize = 4 << 20;

/// A file of pieces, each repeated.
struct Made {
    pieces: Vec<(Vec<u8>, u64)>,
    at: u64,
    read: Arc<AtomicU64>,
}

impl Made {
    fn new(pieces: impl IntoIterator<Item = (Vec<u8>, u64)>) -> Self {
        Self {
            pieces: pieces.into_iter().collect(),
            at: 0,
            read: Arc::default(),
        }
    }

    fn length(&self) -> u64 {
        let pieces = self.pieces.iter();
        pieces
            .map(|(piece, times)| piece.len() as u64 * times)
            .sum()
    }
}

impl Read for Made {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let mut start = 0;
        for (piece, times) in &self.pieces {
            let end = start + piece.len() as u64 * times;
            if self.at < end {
                let most = to.len().min((end - self.at) as usize);
                let place = ((self.at - start) % piece.len() as u64) as usize;
                let mut filled = 0;
                while filled < most {
                    let rest = &piece[(place + filled) % piece.len()..];
                    let count = rest.len().min(most - filled);
                    to[filled..filled + count].copy_from_slice(&rest[..count]);
                    filled += count;
                }
                self.at += most as u64;
                self.read.fetch_add(most as u64, Ordering::Relaxed);
                return Ok(most);
            }
            start = end;
        }
        Ok(0)
    }
}

impl Seek for Made {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(step) => self.length().saturating_add_signed(step),
            SeekFrom::Current(step) => self.at.saturating_add_signed(step),
        };
        Ok(self.at)
    }
}

/// What came of a file, and what it cost.
struct Cost {
    result: Result<Prepared, Error>,
    memory: usize,
    read: u64,
}

fn cost(file: Made, options: Options) -> Cost {
    let read = file.read.clone();
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let photo = Photo::open(file, Vec::new()).unwrap();
    let mut pipeline = Pipeline::new(options).unwrap();
    let result = pipeline
        .read_photo_header(&photo)
        .and_then(|_| pipeline.prepare_photo(&photo, &mut Vec::new()));
    Cost {
        result,
        memory: MEMORY.peak_usage() - before,
        read: read.load(Ordering::Relaxed),
    }
}

fn one(bytes: impl Into<Vec<u8>>) -> (Vec<u8>, u64) {
    (bytes.into(), 1)
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [kind, data].concat();
    let checksum = crc32fast::hash(&named).to_be_bytes();
    [&(data.len() as u32).to_be_bytes(), &named[..], &checksum].concat()
}

/// A PNG of one byte for all pixels, in one bit each.
fn png(width: u32, height: u32, interlaced: u8, more: &[u8]) -> Vec<u8> {
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[1, 0, 0, 0, interlaced],
    ]
    .concat();
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::fast());
    let row = vec![0; 1 + width.div_ceil(8) as usize];
    let pixels = u64::from(width) * u64::from(height) <= 1 << 28;
    // The passes have less than twice as many rows as the photo, and all bytes are alike.
    for _ in 0..if pixels { height * 2 } else { 0 } {
        rows.write_all(&row).unwrap();
    }
    [
        &b"\x89PNG\r\n\x1A\n"[..],
        &chunk(b"IHDR", &header),
        more,
        &chunk(b"IDAT", &rows.finish().unwrap()),
        &chunk(b"IEND", &[]),
    ]
    .concat()
}

fn gif(width: u16, height: u16) -> Vec<u8> {
    let [w, h] = [width, height].map(u16::to_le_bytes);
    [&b"GIF89a"[..], &w, &h, b"\x80\0\0\0\0\0\xFF\xFF\xFF"].concat()
}

/// A frame of so many pixels, all of the first color.
fn gif_frame(width: u16, height: u16, flags: u8) -> Vec<u8> {
    let [w, h] = [width, height].map(u16::to_le_bytes);
    let mut encoder = weezl::encode::Encoder::new(weezl::BitOrder::Lsb, 2);
    let packed = encoder
        .encode(&vec![0; usize::from(width) * usize::from(height)])
        .unwrap();
    let mut frame = [&b"\x2C\0\0\0\0"[..], &w, &h, &[flags, 2]].concat();
    for block in packed.chunks(255) {
        frame.push(block.len() as u8);
        frame.extend(block);
    }
    frame.push(0);
    frame
}

const GIF_FRAME: &[u8] = b"\x21\xF9\x04\x01\x0A\0\0\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";

/// A little-endian TIFF's directory of one-valued entries, which lies at 8.
fn tiff(entries: &[(u16, u16, u32, u32)], next: u32) -> Vec<u8> {
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    file.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend(next.to_le_bytes());
    file
}

/// One test, for all of the process shares one allocator.
#[test]
fn each_bomb_costs_little() {
    let no_limit = u64::MAX;
    let jpeg = fixture("orientation/1.jpg");
    let app = [&b"\xFF\xE5\xFF\xFF"[..], &[0; 65_533]].concat();
    let text =
        |word: &[u8], times| Made::new([one(&b"P3 700 700 255\n"[..]), (word.to_vec(), times)]);
    let claim = chunk(b"iCCP", &[&b"x\0\0"[..], &packed_zeros(256 << 20)].concat());
    let huge_text = (0x3FFF_FFFF_u32.to_be_bytes().to_vec(), b"tEXt");
    let bitmap = |runs: &[u8], times| {
        let mut header = b"BM\0\0\0\0\0\0\0\0\x3A\0\0\0\x28\0\0\0".to_vec();
        header.extend([16_000_i32.to_le_bytes(), 16_000_i32.to_le_bytes()].concat());
        header
            .extend(b"\x01\0\x08\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\xFF\0");
        Made::new([one(header), (runs.to_vec(), times), one(&b"\0\x01"[..])])
    };
    let whole_page = |width: u32, height: u32| {
        [
            (256, 4, 1, width),
            (257, 4, 1, height),
            (258, 3, 1, 8),
            (259, 3, 1, 1),
            (262, 3, 1, 1),
            (273, 4, 1, 200),
            (277, 3, 1, 1),
            (278, 4, 1, height),
            (279, 4, 1, width * height),
        ]
    };
    let thumbnails = [(254, 4, 1, 1)];

    for (name, file, expected, memory, read) in [
        (
            "JPEG of fill bytes",
            Made::new([one(&b"\xFF\xD8"[..]), (vec![0xFF; 4096], 25 << 10)]),
            Some(ErrorKind::Damaged),
            1 << 20,
            1 << 20,
        ),
        (
            "JPEG of segments",
            Made::new([one(&b"\xFF\xD8"[..]), (app, 1600), one(&jpeg[2..100])]),
            Some(ErrorKind::Damaged),
            1 << 20,
            8 << 20,
        ),
        (
            "PNG of 30000²",
            Made::new([one(png(30_000, 30_000, 0, &[]))]),
            Some(ErrorKind::TooLarge),
            1 << 20,
            1 << 20,
        ),
        (
            "PNG of 100000 × 100",
            Made::new([one(png(100_000, 100, 0, &[]))]),
            Some(ErrorKind::TooLarge),
            1 << 20,
            1 << 20,
        ),
        (
            "PNG of 16000², interlaced",
            Made::new([one(png(16_000, 16_000, 1, &[]))]),
            None,
            LITTLE,
            no_limit,
        ),
        (
            "PNG with a profile of 256 MiB",
            Made::new([one(png(700, 700, 0, &claim))]),
            None,
            MUCH,
            no_limit,
        ),
        (
            "PNG that claims a text of 1 GiB",
            Made::new([
                one(&png(700, 700, 0, &[])[..33]),
                one([&huge_text.0[..], huge_text.1].concat()),
                (vec![b'a'; 4096], 25 << 10),
            ]),
            Some(ErrorKind::Damaged),
            MUCH,
            no_limit,
        ),
        (
            "GIF of 65535²",
            Made::new([one(gif(65_535, 65_535)), one(GIF_FRAME)]),
            Some(ErrorKind::TooLarge),
            1 << 20,
            1 << 20,
        ),
        (
            "GIF of 5000², interlaced",
            Made::new([one(gif(5000, 5000)), one(gif_frame(5000, 5000, 0x40))]),
            None,
            LITTLE,
            no_limit,
        ),
        (
            "GIF of 10⁶ frames",
            Made::new([one(gif(700, 700)), (GIF_FRAME.to_vec(), 1_000_000)]),
            None,
            LITTLE,
            4 << 20,
        ),
        (
            "GIF of comments",
            Made::new([
                one(gif(700, 700)),
                (b"\x21\xFE\x01a\0".to_vec(), 5 << 20),
                one(GIF_FRAME),
                one(&b";"[..]),
            ]),
            None,
            LITTLE,
            no_limit,
        ),
        (
            "BMP of 16000² in runs",
            bitmap(b"\xFF\x00\0\0", 16_000),
            None,
            LITTLE,
            no_limit,
        ),
        (
            "PPM of digits",
            text(&[b'0'; 4096], 25 << 10),
            Some(ErrorKind::Damaged),
            LITTLE,
            50 << 20,
        ),
        (
            "PPM of a comment",
            text(b"# no number", 10 << 20),
            Some(ErrorKind::Damaged),
            LITTLE,
            50 << 20,
        ),
        (
            "TIFF of 10000² in one strip",
            Made::new([
                one(tiff(&whole_page(10_000, 10_000), 0)),
                (vec![0x55; 10_000], 10_001),
            ]),
            None,
            LITTLE,
            no_limit,
        ),
        (
            "TIFF of a fax of zeros",
            Made::new([
                one(tiff(
                    &[
                        (256, 4, 1, 700),
                        (257, 4, 1, 700),
                        (258, 3, 1, 1),
                        (259, 3, 1, 3),
                        (262, 3, 1, 0),
                        (273, 4, 1, 200),
                        (279, 4, 1, 100 << 20),
                    ],
                    0,
                )),
                (vec![0; 4096], 25 << 10),
            ]),
            Some(ErrorKind::Damaged),
            LITTLE,
            4 << 20,
        ),
        (
            "HEIC without an image",
            Made::new([
                one(&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..]),
                (vec![0; 4096], 25 << 10),
            ]),
            Some(ErrorKind::Damaged),
            1 << 20,
            1 << 20,
        ),
        (
            "TIFF whose directories lead to themselves",
            Made::new([one(tiff(&thumbnails, 8))]),
            Some(ErrorKind::Damaged),
            1 << 20,
            1 << 20,
        ),
        (
            "AVIF of a grid",
            Made::new([one(fixture("malformed/bomb-grid.avif"))]),
            Some(ErrorKind::TooLarge),
            LITTLE,
            no_limit,
        ),
        (
            "JPEG XL",
            Made::new([one(fixture("malformed/bomb.jxl"))]),
            Some(ErrorKind::TooLarge),
            LITTLE,
            no_limit,
        ),
        (
            "SVG of entities",
            Made::new([one(fixture("malformed/bomb-entities.svg"))]),
            Some(ErrorKind::Damaged),
            LITTLE,
            no_limit,
        ),
    ] {
        let options = Options::new().on_damage(OnDamage::Accept);

        let cost = cost(file, options);

        let kind = cost.result.as_ref().err().map(Error::kind);
        println!(
            "{name}: {} KiB of memory, {} KiB read, {kind:?}",
            cost.memory >> 10,
            cost.read >> 10
        );
        // A build without the format rejects it by its name.
        let is_left_out = !ALL_FORMATS && kind == Some(ErrorKind::Unsupported);
        let result = &cost.result;
        assert!(is_left_out || kind == expected, "{name}: {result:?}");
        assert!(
            cost.memory <= memory,
            "{name}: {} bytes of memory",
            cost.memory
        );
        if let Ok(prepared) = cost.result {
            let told = prepared.header.memory as usize;
            assert!(
                cost.memory <= told + LITTLE + PROFILE,
                "{name}: {told} was told"
            );
        }
        assert!(cost.read <= read, "{name}: {} bytes read", cost.read);
    }
}

fn packed_zeros(bytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..bytes >> 16 {
        encoder.write_all(&[0; 1 << 16]).unwrap();
    }
    encoder.finish().unwrap()
}

/// Whether this build reads all formats.
const ALL_FORMATS: bool = cfg!(all(
    feature = "avif",
    feature = "heic",
    feature = "jxl",
    feature = "svg"
));
