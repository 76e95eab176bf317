//! However a photo is cut into scans, intervals and rows, at whichever level and on however many threads it is decoded:
//! the same picture.

use jpeg::{Decoder, Planes, Size, Square, Subsampling, Target, read_header};
use simd::Level;

use crate::writer::{Kind, Photo, Process, Random, SAMPLINGS, generate, photo, script, sequential};

/// A square, the side of its picture, the resolution of color differences.
#[derive(Clone, Copy, Debug)]
struct Request {
    square: Square,
    side: u32,
    subsampling: Subsampling,
}

impl Request {
    /// Also beyond the photo's edges, enlarged as well as reduced.
    fn random(random: &mut Random, photo: &Photo) -> Self {
        let mut place = |size: usize| (random.below(64) as f64 / 48.0 - 0.2) * size as f64;
        let (x, y) = (place(photo.width), place(photo.height));
        Self {
            square: Square {
                x,
                y,
                side: 3.0 + random.below(640) as f64 / 8.0,
            },
            side: 1 + random.below(40) as u32,
            subsampling: random.one_of(&[Subsampling::S444, Subsampling::S422, Subsampling::S420]),
        }
    }

    fn decode(&self, decoder: &mut Decoder, bytes: &[u8]) -> Planes {
        let header = read_header(bytes).unwrap();
        let mut planes = Planes::default();
        let Self {
            square,
            side,
            subsampling,
        } = *self;
        let damage = decoder
            .decode_resized(
                bytes,
                &header,
                &Target::new(square, Size::square(side)).subsampling(subsampling),
                &mut planes,
            )
            .unwrap();
        assert!(damage.is_none(), "{self:?}: {damage:?}");
        planes
    }
}

#[test]
fn every_level_gives_the_same_squares_of_every_kind_of_photo() {
    let mut random = Random(1);
    let mut decoders: Vec<_> = Level::available().map(Decoder::with_level).collect();
    for number in 0..660 {
        let photo = generate(number);
        let bytes = photo.write();
        for _ in 0..3 {
            let request = Request::random(&mut random, &photo);

            let mut pictures = decoders
                .iter_mut()
                .map(|decoder| request.decode(decoder, &bytes));

            let first = pictures.next().unwrap();
            assert!(
                pictures.all(|picture| picture == first),
                "{number}: {request:?}"
            );
        }
    }
}

#[test]
fn scans_and_intervals_do_not_show() {
    let mut random = Random(2);
    let mut decoder = Decoder::new();
    for (number, sampling) in SAMPLINGS.iter().enumerate() {
        let count = sampling.len();
        let plain = photo(&mut random, 150, 90, sampling);
        let one_by_one = Photo {
            scans: (0..count)
                .map(|index| sequential(index..index + 1))
                .collect(),
            ..plain.clone()
        };
        let mut ways: Vec<_> = [0, 1, 4, 19, 100]
            .map(|restart| one_by_one.clone().for_all_scans(Kind::Flat, restart))
            .into();
        let blocks: usize = sampling.iter().map(|(h, v)| h * v).sum();
        if blocks <= 10 {
            let interleaved = |restart| plain.clone().for_all_scans(Kind::Skewed, restart);
            ways.extend([0, 1, 4, 19, 100].map(interleaved));
        }
        let files: Vec<_> = ways.iter().map(Photo::write).collect();
        for _ in 0..4 {
            let request = Request::random(&mut random, &plain);

            let mut pictures = files
                .iter()
                .map(|bytes| request.decode(&mut decoder, bytes));

            let first = pictures.next().unwrap();
            assert!(
                pictures.all(|picture| picture == first),
                "{number}: {request:?}"
            );
        }
    }
}

#[test]
fn bits_that_came_one_by_one_do_not_show_where_all_are_kept() {
    let mut random = Random(3);
    let mut decoder = Decoder::new();
    for sampling in SAMPLINGS
        .iter()
        .filter(|factors| factors.iter().all(|&f| f == (1, 1)))
    {
        let plain = photo(&mut random, 90, 60, sampling);
        let progressive = Photo {
            scans: script(sampling.len()),
            process: Process::Progressive,
            ..plain.clone()
        };
        for side in [30, 60, 77] {
            let square = Square {
                x: 3.25,
                y: 0.0,
                side: 60.0,
            };
            let request = Request {
                square,
                side,
                subsampling: Subsampling::S444,
            };

            let expected = request.decode(&mut decoder, &plain.write());
            let actual = request.decode(&mut decoder, &progressive.write());

            assert!(actual == expected, "{side}");
        }
    }
}

#[test]
fn threads_do_not_see_each_other() {
    let mut random = Random(4);
    let photos: Vec<_> = (0..24).map(generate).collect();
    let requests: Vec<_> = photos
        .iter()
        .map(|photo| (Request::random(&mut random, photo), photo.write()))
        .collect();
    let decode_all = || {
        let mut decoder = Decoder::new();
        let pictures = requests
            .iter()
            .map(|(request, bytes)| request.decode(&mut decoder, bytes));
        pictures.collect::<Vec<_>>()
    };

    let expected = decode_all();

    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(decode_all)).collect();
        for thread in threads {
            assert!(thread.join().unwrap() == expected);
        }
    });
}
