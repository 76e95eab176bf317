"""What the tests share: the project's fixtures, and its program where it was built."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "fixtures"


@pytest.fixture(scope="session")
def photos() -> dict[str, bytes]:
    """Photos of several formats by name."""
    names = ["photos/coffee.png", "photos/rocket.jpg", "photos/retina.jpg", "orientation/6.jpg", "formats/rgb-lossy.webp"]
    return {name: (FIXTURES / name).read_bytes() for name in names}


@pytest.fixture(scope="session")
def bad() -> bytes:
    """A photo of which there is no picture."""
    return (FIXTURES / "malformed/text.jpg").read_bytes()


@pytest.fixture(scope="session")
def program() -> Path:
    """The command line's binary: `GROUP_PICTURE`, or where `cargo build --release` leaves it."""
    path = Path(os.environ.get("GROUP_PICTURE", ROOT / "target/release/group-picture"))
    if not path.exists():
        pytest.skip(f"there is no {path.name}: cargo build --release, or set GROUP_PICTURE")
    return path


@pytest.fixture
def emulator(program: Path) -> Iterator[dict[str, str]]:
    """The address and the credentials of an emulator that runs while the test does."""
    process = subprocess.Popen([program, "emulator"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        told: dict[str, str] = {}
        for line in process.stdout:
            name, _, value = line.strip().removeprefix("export ").partition("=")
            told[name] = value.strip("'\"")
            if {"GREEN_API_URL", "GREEN_API_ID_INSTANCE", "GREEN_API_TOKEN"} <= told.keys():
                break
        yield told
    finally:
        process.kill()
        process.wait()
