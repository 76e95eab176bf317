"""Pillow: `draft` as its own `thumbnail` uses it, an exact crop, Lanczos. Paths on stdin, the folder as an argument."""

import sys
from pathlib import Path

from PIL import Image, ImageOps

SIDE = 640
#: What `thumbnail` leaves for the resampling by default: at least twice the size.
REDUCING_GAP = 2

out = Path(sys.argv[1])
for path in map(Path, sys.stdin.read().splitlines()):
    with Image.open(path) as image:
        factor = SIDE * REDUCING_GAP / min(image.size)
        image.draft("RGB", (int(image.width * factor), int(image.height * factor)))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    side = min(upright.size)
    left, top = (upright.width - side) / 2, (upright.height - side) / 2
    target = min(SIDE, side)
    picture = upright.resize((target, target), Image.Resampling.LANCZOS, box=(left, top, left + side, top + side))
    # A new image has nothing to keep: no Exif, no profile.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    clean.save(out / f"{path.stem}.jpg", quality=85, subsampling="4:2:0")
