"""Draws before-after.jpg: photos as they are stored, and the avatars that group-picture makes of them.

    python docs/images/before_after.py target/release/group-picture     # needs Pillow
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[2]
PHOTOS = [
    ("fixtures/photos/rocket.jpg", ["--gravity", "auto"]),
    ("fixtures/orientation/6.jpg", ["--size", "320"]),
    ("fixtures/people/hopper.jpg", ["--gravity", "auto"]),
    ("fixtures/photos/chelsea.png", ["--gravity", "auto"]),
    ("fixtures/photos/hubble_deep_field.jpg", []),
]
CELL, GAP, ARROW = 176, 16, 40
BACKDROP, INK = (246, 247, 249), (140, 148, 160)


def main(program: str) -> None:
    width = len(PHOTOS) * (CELL + GAP) + GAP
    sheet = Image.new("RGB", (width, 2 * CELL + ARROW + 2 * GAP), BACKDROP)
    draw = ImageDraw.Draw(sheet)
    with tempfile.TemporaryDirectory() as folder:
        for index, (photo, options) in enumerate(PHOTOS):
            left = GAP + index * (CELL + GAP)
            stored = Image.open(ROOT / photo).convert("RGB")
            stored.thumbnail((CELL, CELL), Image.LANCZOS)
            sheet.paste(stored, (left + (CELL - stored.width) // 2, GAP + (CELL - stored.height) // 2))

            out = Path(folder) / str(index)
            subprocess.run([program, "prepare", ROOT / photo, "--out", out, *options], check=True, capture_output=True)
            avatar = Image.open(next(out.glob("*.jpg"))).resize((CELL, CELL), Image.LANCZOS)
            circle = Image.new("L", (4 * CELL, 4 * CELL))
            ImageDraw.Draw(circle).ellipse((0, 0, 4 * CELL - 1, 4 * CELL - 1), fill=255)
            sheet.paste(avatar, (left, GAP + CELL + ARROW), circle.resize((CELL, CELL), Image.LANCZOS))

            x, y = left + CELL // 2, GAP + CELL + ARROW // 2
            draw.line((x, y - 10, x, y + 6), fill=INK, width=3)
            draw.polygon([(x - 7, y + 3), (x + 7, y + 3), (x, y + 12)], fill=INK)
    sheet.save(Path(__file__).with_name("before-after.jpg"), quality=88, optimize=True)


main(sys.argv[1])
