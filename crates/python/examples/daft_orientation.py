"""Shows what Daft's own ``decode_image`` makes of a photo that lies on its side, and what group_picture makes of it.

    python daft_orientation.py photo.jpg
"""

from __future__ import annotations

import argparse
from pathlib import Path

import daft

import group_picture


def main() -> None:
    parser = argparse.ArgumentParser(description="Compares Daft's own decoding with what the Exif orientation asks for.")
    parser.add_argument("photo", type=Path)
    photo = parser.parse_args().photo.read_bytes()

    frame = daft.from_pydict({"photo": [photo]})
    height, width, _ = frame.select(frame["photo"].decode_image()).to_pydict()["photo"][0].shape
    print(f"decode_image: {width}x{height}")

    header = group_picture.explain(photo)
    print(f"upright: {header['width']}x{header['height']}, Exif orientation {header['orientation']}")


if __name__ == "__main__":
    main()
