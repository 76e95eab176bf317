"""Makes photos of twelve megapixels from the fixtures, one or more of each class of JPEG: photos.py FOLDER.

They are enlarged, so they have less detail than a camera's, and decoding them costs less. Photos of your own say more.
"""

import sys
from pathlib import Path

import numpy
from PIL import Image

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
SIZE = (4000, 3000)
KINDS = {
    "420": {"subsampling": "4:2:0"},
    "422": {"subsampling": "4:2:2"},
    "444": {"subsampling": "4:4:4"},
    "restarts": {"subsampling": "4:2:0", "restart_marker_rows": 1},
    "progressive": {"subsampling": "4:2:0", "progressive": True},
    "gray": {},
}

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random = numpy.random.default_rng(1)
for name in ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg"):
    small = Image.open(FIXTURES / "photos" / name).convert("RGB")
    pixels = numpy.asarray(small.resize(SIZE, Image.Resampling.BICUBIC), dtype=numpy.float32)
    # The noise of a sensor: without it hardly a coefficient of high frequency would be left to read.
    noisy = pixels + random.normal(0, 6, pixels.shape[:2])[..., None]
    photo = Image.fromarray(noisy.clip(0, 255).astype(numpy.uint8))
    for kind, options in KINDS.items():
        path = folder / f"{Path(name).stem}-{kind}.jpg"
        if not path.exists():
            (photo.convert("L") if kind == "gray" else photo).save(path, quality=90, **options)
