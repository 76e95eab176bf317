//! Pixels in runs: packets that may go on in the next row, while most files hold the last row first.

use std::io::Read;

use crate::geometry::Size;
use crate::photo::{Photo, Reader};

/// What is kept of each row.
pub(super) const PLACE_BYTES: u64 = size_of::<Place>() as u64;

/// Rows in any order.
pub(super) struct Runs<'a> {
    photo: &'a Photo<'a>,
    bytes: usize,
    /// Where each row begins, as many as are whole.
    rows: Vec<Place>,
}

/// Where in the data a row begins.
#[derive(Clone, Copy)]
struct Place {
    /// The next byte that is read.
    at: u64,
    /// The packet that has begun in a row before.
    packet: Packet,
}

/// What is left of a packet.
#[derive(Clone, Copy)]
struct Packet {
    left: u8,
    /// The pixel that is repeated; `None` if each has its own.
    repeated: Option<[u8; 4]>,
}

impl<'a> Runs<'a> {
    /// Finds where the rows begin.
    pub(super) fn new(photo: &'a Photo<'a>, data: Reader<'a>, bytes: usize, size: Size) -> Self {
        let mut packets = Packets {
            data,
            bytes,
            packet: Packet {
                left: 0,
                repeated: None,
            },
        };
        let mut rows = Vec::with_capacity(size.height as usize);
        for _ in 0..size.height {
            let place = Place {
                at: packets.data.place(),
                packet: packets.packet,
            };
            if packets.pass_over(size.width as usize).is_none() {
                break;
            }
            rows.push(place);
        }
        Self { photo, bytes, rows }
    }

    /// Reads a row of the file; returns whether it is there.
    pub(super) fn row(&self, index: u32, row: &mut [u8]) -> bool {
        let Some(place) = self.rows.get(index as usize) else {
            return false;
        };
        let mut packets = Packets {
            data: self.photo.reader_in_steps(place.at..u64::MAX, 4096),
            bytes: self.bytes,
            packet: place.packet,
        };
        packets.read(row).is_some()
    }
}

struct Packets<'a> {
    data: Reader<'a>,
    bytes: usize,
    packet: Packet,
}

impl Packets<'_> {
    /// Fills a row.
    fn read(&mut self, mut row: &mut [u8]) -> Option<()> {
        while !row.is_empty() {
            let count = self.take(row.len() / self.bytes)?;
            let (pixels, rest) = row.split_at_mut(count * self.bytes);
            match self.packet.repeated {
                None => self.data.read_exact(pixels).ok()?,
                Some(pixel) => {
                    for to in pixels.chunks_exact_mut(self.bytes) {
                        to.copy_from_slice(&pixel[..self.bytes]);
                    }
                }
            }
            row = rest;
        }
        Some(())
    }

    /// Goes over so many pixels.
    fn pass_over(&mut self, mut pixels: usize) -> Option<()> {
        while pixels > 0 {
            let count = self.take(pixels)?;
            if self.packet.repeated.is_none() {
                self.data.skip((count * self.bytes) as u64)?;
            }
            pixels -= count;
        }
        Some(())
    }

    /// Takes at most so many pixels of one packet; returns how many.
    fn take(&mut self, most: usize) -> Option<usize> {
        if self.packet.left == 0 {
            let head = self.data.byte()?;
            let mut pixel = [0; 4];
            let repeated = match head & 0x80 {
                0 => None,
                _ => {
                    self.data.read_exact(&mut pixel[..self.bytes]).ok()?;
                    Some(pixel)
                }
            };
            self.packet = Packet {
                left: (head & 0x7F) + 1,
                repeated,
            };
        }
        let count = most.min(self.packet.left.into());
        self.packet.left -= count as u8;
        Some(count)
    }
}
