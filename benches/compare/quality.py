"""Scores pictures against an exact resampling of their photos: quality.py PICTURES PHOTO...

PICTURES has a folder of pictures for each program. The reference is the whole photo, decoded by Pillow, upright, its center square resampled
by Lanczos in floating point and never rounded before the end. Programs that round sizes and crops to whole pixels are a fraction of a pixel
beside it, which is invisible and lowers every score: so the reference is moved to where the picture is before they are compared, and how far is
said. The score is SSIMULACRA2 (100: identical; above 80: hardly seen beside each other), the encoder's loss included.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import numpy
from PIL import Image, ImageOps
from ssimulacra2 import compute_ssimulacra2

Pixels = numpy.ndarray


def reference(photo: Image.Image, side: int, dx: float = 0.0, dy: float = 0.0) -> Pixels:
    """The center square, moved by a part of a pixel of the picture."""
    square = min(photo.size)
    scale = square / side
    left = (photo.width - square) / 2 + dx * scale
    top = (photo.height - square) / 2 + dy * scale
    # Pillow resamples within the image alone.
    left, top = max(0.0, min(left, photo.width - square)), max(0.0, min(top, photo.height - square))
    box = (left, top, left + square, top + square)
    bands = [band.convert("F").resize((side, side), Image.Resampling.LANCZOS, box=box) for band in photo.split()]
    return numpy.stack([numpy.asarray(band) for band in bands], axis=-1)


def shift(picture: Pixels, exact: Pixels) -> tuple[float, float]:
    """How far the picture is beside the reference, by least squares over its gradients (Lucas and Kanade)."""
    luma, expected = picture.mean(axis=-1), exact.mean(axis=-1)
    down, across = numpy.gradient((luma + expected) / 2)
    inner = (slice(8, -8), slice(8, -8))
    gradients = numpy.stack([across[inner].ravel(), down[inner].ravel()], axis=1)
    (dx, dy), *_ = numpy.linalg.lstsq(gradients, (luma - expected)[inner].ravel(), rcond=None)
    return float(dx), float(dy)


def main() -> None:
    pictures, photos = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    programs = sorted(path for path in pictures.iterdir() if path.is_dir())
    scores: dict[str, list[float]] = {program.name: [] for program in programs}
    shifts: dict[str, list[float]] = {program.name: [] for program in programs}
    sizes: dict[str, list[int]] = {program.name: [] for program in programs}
    with tempfile.TemporaryDirectory() as temporary:
        exact_file = Path(temporary) / "exact.png"
        for photo in photos:
            files = [program / f"{photo.stem}.jpg" for program in programs]
            # Only what all of them have: medians then compare like with like.
            if not all(file.exists() for file in files):
                print(f"{photo.resolve().name}: not every program has a picture of it", file=sys.stderr)
                continue
            with Image.open(photo) as stored:
                upright = ImageOps.exif_transpose(stored).convert("RGB")
            for program, file in zip(programs, files):
                shown = numpy.asarray(Image.open(file).convert("RGB"), dtype=numpy.float32)
                side = shown.shape[0]
                dx, dy = shift(shown, reference(upright, side))
                exact = reference(upright, side, dx, dy)
                Image.fromarray((exact.clip(0, 255) + 0.5).astype(numpy.uint8)).save(exact_file)
                scores[program.name].append(compute_ssimulacra2(str(exact_file), str(file)))
                shifts[program.name].append(max(abs(dx), abs(dy)))
                sizes[program.name].append(file.stat().st_size)
    print("\n## Quality\n")
    print("| program | SSIMULACRA2, median | worst | moved by, pixels, most | bytes a picture |\n|---|---|---|---|---|")
    for name in scores:
        if values := scores[name]:
            moved, bytes_ = max(shifts[name]), statistics.mean(sizes[name])
            print(f"| {name} | {statistics.median(values):.1f} | {min(values):.1f} | {moved:.2f} | {bytes_:,.0f} |")


main()
