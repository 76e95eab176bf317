"""libvips through pyvips: `thumbnail`, with its loader's shrinking."""

from pathlib import Path

import pyvips

from each import each_photo

SIDE = 640

pyvips.cache_set_max(0)


def prepare(path: Path, target: Path) -> None:
    picture = pyvips.Image.thumbnail(str(path), SIDE, height=SIDE, crop="centre", size="down", export_profile="srgb")
    picture.jpegsave(str(target), Q=85, keep="none", subsample_mode="on")


each_photo(prepare)
