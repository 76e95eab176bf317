//! Photos by number: every sampling in every process, the rest drawn by lot.

use std::collections::VecDeque;
use std::ops::Range;

use super::{Color, Component, Kind, Photo, Process, Scan};

/// Numbers that are the same in every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    /// Coefficients in zigzag order whose samples stay near what 8 bits can hold, whatever the steps.
    fn block(&mut self, steps: &[u16; 64]) -> [i16; 64] {
        let filled = self.one_of(&[0, 1, 3, 9, 64]);
        std::array::from_fn(|index| {
            let most = if index == 0 {
                900
            } else {
                self.one_of(&[8, 16, 72])
            };
            let most = most / u64::from(steps[index]);
            let value = self.below(2 * most + 1) as i16 - most as i16;
            if index == 0 || self.below(64) < filled {
                value
            } else {
                0
            }
        })
    }
}

pub(crate) const SAMPLINGS: [&[(usize, usize)]; 22] = [
    &[(1, 1)],
    &[(2, 2)],
    &[(1, 1), (1, 1), (1, 1)],
    &[(2, 1), (1, 1), (1, 1)],
    &[(1, 2), (1, 1), (1, 1)],
    &[(2, 2), (1, 1), (1, 1)],
    &[(4, 1), (1, 1), (1, 1)],
    &[(1, 4), (1, 1), (1, 1)],
    &[(3, 1), (1, 1), (1, 1)],
    &[(4, 2), (1, 1), (1, 1)],
    &[(2, 2), (1, 2), (1, 2)],
    &[(2, 2), (2, 1), (1, 2)],
    &[(1, 1), (2, 2), (1, 1)],
    &[(1, 4), (1, 1), (1, 2)],
    &[(2, 2), (2, 2), (1, 1)],
    // Two thirds: the rows of the definition alone say which sample belongs where.
    &[(3, 2), (2, 1), (1, 2)],
    // Too many blocks to be interleaved.
    &[(4, 4), (1, 1), (1, 1)],
    &[(4, 2), (2, 2), (1, 2)],
    &[(1, 1), (1, 1), (1, 1), (1, 1)],
    &[(2, 2), (1, 1), (1, 1), (2, 2)],
    &[(2, 1), (1, 1), (1, 1), (2, 1)],
    &[(1, 2), (1, 1), (1, 1), (1, 1)],
];

/// A plain photo without color transform, all in one scan.
pub(crate) fn photo(
    random: &mut Random,
    width: usize,
    height: usize,
    factors: &[(usize, usize)],
) -> Photo {
    let steps = std::array::from_fn(|index| 1 + index as u16 / 20);
    Photo {
        width,
        height,
        color: Color::Adobe(0),
        process: Process::Extended,
        components: components(random, (width, height), factors, &[steps]),
        scans: vec![sequential(0..factors.len())],
        has_fill: false,
        has_dnl: false,
        tail: Vec::new(),
    }
}

/// Components of random blocks; the tables of quantization are dealt out in turn.
fn components(
    random: &mut Random,
    (width, height): (usize, usize),
    factors: &[(usize, usize)],
    tables: &[[u16; 64]],
) -> Vec<Component> {
    let h_max = factors.iter().map(|f| f.0).max().unwrap();
    let v_max = factors.iter().map(|f| f.1).max().unwrap();
    let (mcu_columns, mcu_rows) = (width.div_ceil(8 * h_max), height.div_ceil(8 * v_max));
    let component = |(index, &(h, v)): (usize, &(usize, usize))| {
        // A lone component may claim factors; its blocks lie as if it had none.
        let (columns, rows) = if factors.len() == 1 {
            (width.div_ceil(8), height.div_ceil(8))
        } else {
            (mcu_columns * h, mcu_rows * v)
        };
        let slot = index % tables.len();
        Component {
            h,
            v,
            steps: tables[slot],
            slot: slot as u8,
            columns,
            blocks: (0..columns * rows)
                .map(|_| random.block(&tables[slot]))
                .collect(),
        }
    };
    factors.iter().enumerate().map(component).collect()
}

pub(crate) fn sequential(components: Range<usize>) -> Scan {
    scan(components.collect(), (0, 63), (0, 0))
}

fn scan(components: Vec<usize>, spectral: (usize, usize), approximation: (u32, u32)) -> Scan {
    Scan {
        slots: vec![(0, 0); components.len()],
        components,
        spectral,
        approximation,
        kind: Kind::Flat,
        restart: 0,
    }
}

/// A script with all kinds of scans.
pub(crate) fn script(count: usize) -> Vec<Scan> {
    let mut scans = vec![scan((0..count).collect(), (0, 0), (0, 1))];
    for index in 0..count {
        scans.push(scan(vec![index], (1, 5), (0, 2)));
        scans.push(scan(vec![index], (6, 63), (0, 2)));
    }
    for low in [1, 0] {
        for index in 0..count {
            scans.push(scan(vec![index], (1, 63), (low + 1, low)));
        }
    }
    for index in 0..count {
        scans.push(scan(vec![index], (0, 0), (1, 0)));
    }
    scans
}

/// The photo of this number: neighbors differ in sampling, then in process, the rest is drawn by lot.
pub(crate) fn generate(number: usize) -> Photo {
    let mut random = Random((number as u64).wrapping_mul(2_862_933_555_777_941_757));
    let factors = SAMPLINGS[number % SAMPLINGS.len()];
    let process = [Process::Baseline, Process::Extended, Process::Progressive];
    let process = process[number / SAMPLINGS.len() % process.len()];
    let size = (side(&mut random), side(&mut random));
    let tables = quantization(&mut random, process);
    let mut components = components(&mut random, size, factors, &tables);
    let count = components.len();
    let scans = if process == Process::Progressive {
        random_script(&mut random, factors)
    } else {
        partition(&mut random, factors)
            .into_iter()
            .map(|components| scan(components, (0, 63), (0, 0)))
            .collect()
    };
    let is_one_by_one = scans.iter().all(|scan| scan.components.len() == 1);
    if is_one_by_one && random.below(2) == 0 {
        // One number for several tables: each is replaced before the next component begins.
        for component in &mut components {
            component.slot = 0;
        }
    }
    let mut photo = Photo {
        width: size.0,
        height: size.1,
        color: color(&mut random, count),
        process,
        components,
        scans,
        has_fill: random.below(4) == 0,
        has_dnl: false,
        tail: Vec::new(),
    };
    choose_coding(&mut random, &mut photo);
    photo
}

/// Often at or near the edges of blocks and MCUs.
fn side(random: &mut Random) -> usize {
    match random.below(3) {
        0 => 1 + random.below(80) as usize,
        1 => random.one_of(&[1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65]),
        _ => 20 + random.below(40) as usize,
    }
}

fn quantization(random: &mut Random, process: Process) -> Vec<[u16; 64]> {
    let count = 1 + random.below(3) as usize;
    (0..count)
        .map(|_| {
            let base = random.one_of(&[1, 2, 8, 30]);
            // Only baseline is bound to bytes.
            let most = if process == Process::Baseline {
                255
            } else {
                random.one_of(&[255, 900])
            };
            let slope = random.below(12);
            std::array::from_fn(|index| (base + index as u64 * slope / 2).min(most) as u16)
        })
        .collect()
}

fn color(random: &mut Random, count: usize) -> Color {
    match count {
        1 => random.one_of(&[Color::Untold, Color::Jfif]),
        3 => random.one_of(&[
            Color::Untold,
            Color::Jfif,
            Color::Adobe(0),
            Color::Adobe(1),
            Color::Letters,
        ]),
        _ => random.one_of(&[Color::Untold, Color::Adobe(0), Color::Adobe(2)]),
    }
}

/// Which components share a scan: all of them, none of them, or something between; never more than an MCU holds.
fn partition(random: &mut Random, factors: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let how = random.below(3);
    for index in 0..factors.len() {
        let joins = match how {
            0 => index > 0,
            1 => false,
            _ => index > 0 && random.below(2) == 0,
        };
        match groups.last_mut() {
            Some(group) if joins => group.push(index),
            _ => groups.push(vec![index]),
        }
    }
    let holds_too_much = |group: &Vec<usize>| {
        let blocks: usize = group.iter().map(|&i| factors[i].0 * factors[i].1).sum();
        group.len() > 1 && blocks > 10
    };
    if groups.iter().any(holds_too_much) {
        groups = (0..factors.len()).map(|index| vec![index]).collect();
    }
    if random.below(2) == 0 {
        groups.reverse();
    }
    groups
}

/// Bands and bits of each component as they come, in an order that keeps only what must be kept.
fn random_script(random: &mut Random, factors: &[(usize, usize)]) -> Vec<Scan> {
    let low = random.below(3) as u32;
    let mut scans: Vec<Scan> = partition(random, factors)
        .into_iter()
        .map(|components| scan(components, (0, 0), (0, low)))
        .collect();
    let mut queues: Vec<VecDeque<Scan>> = Vec::new();
    if low > 0 {
        let mut refinements = VecDeque::new();
        for low in (0..low).rev() {
            for components in partition(random, factors) {
                refinements.push_back(scan(components, (0, 0), (low + 1, low)));
            }
        }
        queues.push(refinements);
    }
    for index in 0..factors.len() {
        let mut first = 1;
        while first < 64 {
            let last = random.one_of(&[first, first + 4, 20, 63]).clamp(first, 63);
            let low = random.below(3) as u32;
            let mut band = VecDeque::from([scan(vec![index], (first, last), (0, low))]);
            for low in (0..low).rev() {
                // A refinement may come in parts.
                let middle = first + (last - first) / 2;
                let parts = if random.below(3) == 0 && middle < last {
                    vec![(first, middle), (middle + 1, last)]
                } else {
                    vec![(first, last)]
                };
                for part in parts {
                    band.push_back(scan(vec![index], part, (low + 1, low)));
                }
            }
            queues.push(band);
            first = last + 1;
        }
    }
    while !queues.is_empty() {
        let place = random.below(queues.len() as u64) as usize;
        match queues[place].pop_front() {
            Some(scan) => scans.push(scan),
            None => drop(queues.swap_remove(place)),
        }
    }
    scans
}

/// Tables, their numbers and restarts.
fn choose_coding(random: &mut Random, photo: &mut Photo) {
    let slots = if photo.process == Process::Baseline {
        2
    } else {
        4
    };
    let are_shared = random.below(3) == 0;
    let mcu_columns = photo.width.div_ceil(8 * photo.factors().0);
    let restart = random.one_of(&[0, 0, 1, 5, mcu_columns, 3 * mcu_columns + 1]);
    let kind = random.one_of(&Kind::ALL);
    let are_alike = random.below(2) == 0;
    for scan in &mut photo.scans {
        for (slot, &index) in scan.slots.iter_mut().zip(&scan.components) {
            let number = if are_shared { 0 } else { index as u8 % slots };
            *slot = (number, slots - 1 - number);
        }
        (scan.kind, scan.restart) = (kind, restart);
        if !are_alike {
            scan.kind = random.one_of(&Kind::ALL);
            scan.restart = random.one_of(&[0, restart, 7]);
        }
    }
}
