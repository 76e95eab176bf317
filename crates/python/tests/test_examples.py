"""The examples, run as a reader would."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"


def run(example: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, EXAMPLES / example, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photos, and a file that is none."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ["photos/coffee.png", "orientation/6.jpg", "malformed/text.jpg"]:
        shutil.copy(FIXTURES / name, folder)
    return folder


def test_daft_folder(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("daft")

    assert run("daft_folder.py", f"{folder}/*", str(tmp_path / "out"), "--side=200") == "2 pictures, 1 errors"


def test_ray_folder(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("ray")

    told = run("ray_folder.py", str(folder), str(tmp_path / "out"), "--side=200", "--actors=1")

    assert told.splitlines()[-1] == "2 pictures, 1 errors"


def test_daft_leaves_photos_on_their_side() -> None:
    pytest.importorskip("daft")

    # Seen upright it is 600 wide and 400 high; stored it is a quarter turn away.
    told = run("daft_orientation.py", str(FIXTURES / "orientation/6.jpg"))

    assert told == "decode_image: 400x600\nupright: 600x400, Exif orientation 6"
