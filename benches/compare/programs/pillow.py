"""Pillow: `draft` as its own `thumbnail` uses it, an exact crop, Lanczos."""

from pathlib import Path

from PIL import Image, ImageOps

from each import each_photo

SIDE = 640
#: What `thumbnail` leaves for the resampling by default: at least twice the size.
REDUCING_GAP = 2


def prepare(path: Path, target: Path) -> None:
    with Image.open(path) as image:
        factor = SIDE * REDUCING_GAP / min(image.size)
        image.draft("RGB", (int(image.width * factor), int(image.height * factor)))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    side = min(upright.size)
    left, top = (upright.width - side) / 2, (upright.height - side) / 2
    shown = min(SIDE, side)
    picture = upright.resize((shown, shown), Image.Resampling.LANCZOS, box=(left, top, left + side, top + side))
    # A new image has nothing to keep: no Exif, no profile.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    clean.save(target, quality=85, subsampling="4:2:0")


each_photo(prepare)
