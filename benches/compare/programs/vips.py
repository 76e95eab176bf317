"""libvips through pyvips: `thumbnail`, with its loader's shrinking. Paths on stdin, the folder as an argument."""

import sys
from pathlib import Path

import pyvips

SIDE = 640

pyvips.cache_set_max(0)
out = Path(sys.argv[1])
for path in map(Path, sys.stdin.read().splitlines()):
    picture = pyvips.Image.thumbnail(str(path), SIDE, height=SIDE, crop="centre", size="down", export_profile="srgb")
    picture.jpegsave(str(out / f"{path.stem}.jpg"), Q=85, keep="none", subsample_mode="on")
