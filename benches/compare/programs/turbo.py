"""libjpeg-turbo, as simplejpeg brings it: decoded at the smallest scale that leaves twice the size, resampled by Pillow, encoded again."""

from pathlib import Path

import numpy
import simplejpeg
from PIL import Image, ImageOps

from each import each_photo

SIDE = 640
#: The scales of libjpeg-turbo that are powers of two, and cheap for it.
GAP = 2


def prepare(path: Path, target: Path) -> None:
    data = path.read_bytes()
    height, width, *_ = simplejpeg.decode_jpeg_header(data)
    factor = min(1.0, SIDE * GAP / min(width, height))
    # The core takes the smallest scale that is no smaller than this.
    pixels = simplejpeg.decode_jpeg(data, min_height=int(height * factor), min_width=int(width * factor), min_factor=1)
    image = Image.fromarray(pixels)
    with Image.open(path) as header:
        image.info["exif"] = header.info.get("exif", b"")
    upright = ImageOps.exif_transpose(image)
    side = min(upright.size)
    left, top = (upright.width - side) / 2, (upright.height - side) / 2
    shown = min(SIDE, side)
    picture = upright.resize((shown, shown), Image.Resampling.LANCZOS, box=(left, top, left + side, top + side))
    encoded = simplejpeg.encode_jpeg(numpy.ascontiguousarray(picture), quality=85, colorspace="RGB", colorsubsampling="420")
    target.write_bytes(encoded)


each_photo(prepare)
