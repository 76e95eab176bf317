"""Work that is ended early: by a token, and by Ctrl-C."""

from __future__ import annotations

import pickle
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import group_picture


class Canceling(list[Any]):
    """Photos that cancel a token when the third is taken."""

    def __init__(self, photos: list[Any], cancel: group_picture.Cancel) -> None:
        super().__init__(photos)
        self.cancel = cancel

    def __iter__(self) -> Iterator[Any]:
        for place, photo in enumerate(super().__iter__()):
            if place == 2:
                self.cancel.cancel()
            yield photo


def test_a_token_is_set_once_and_for_good() -> None:
    cancel = group_picture.Cancel()

    before = (cancel.canceled, repr(cancel))
    cancel.cancel()
    cancel.cancel()

    assert before == (False, "<group_picture.Cancel: not canceled>")
    assert (cancel.canceled, repr(cancel)) == (True, "<group_picture.Cancel: canceled>")


def test_what_is_canceled_before_it_begins_gives_no_picture(photos: dict[str, bytes]) -> None:
    cancel = group_picture.Cancel()
    cancel.cancel()
    photo = photos["photos/rocket.jpg"]

    with pytest.raises(group_picture.CanceledError) as raised:
        group_picture.prepare(photo, cancel=cancel)
    pictures, errors = group_picture.prepare_many([photo, photo], cancel=cancel)

    assert (str(raised.value), raised.value.kind) == ("canceled", "canceled")
    assert isinstance(pickle.loads(pickle.dumps(raised.value)), group_picture.CanceledError)
    assert pictures == [None, None]
    assert [type(error) for error in errors] == [group_picture.CanceledError] * 2
    assert group_picture.prepare(photo), "the pipeline that was canceled prepares again"


def test_what_was_done_before_it_is_canceled_is_kept(photos: dict[str, bytes]) -> None:
    photo = photos["photos/rocket.jpg"]
    cancel, other = group_picture.Cancel(), group_picture.Cancel()

    of_list = group_picture.prepare_many(Canceling([None] + [photo] * 9, cancel), threads=1, cancel=cancel)
    of_generator = group_picture.prepare_many((photo for photo in Canceling([photo] * 10, other)), threads=1, cancel=other)

    assert len(of_list.pictures) == len(of_list.errors) == 10
    assert (of_list.pictures[0], of_list.errors[0]) == (None, None)
    assert isinstance(of_list.errors[-1], group_picture.CanceledError)
    assert 2 <= len(of_generator.pictures) < 10
    for pictures, errors in (of_list, of_generator):
        assert pictures[1] == group_picture.prepare(photo)
        assert all(isinstance(error, group_picture.CanceledError) for error in errors[2:])


def test_rows_of_arrow_keep_their_places(photos: dict[str, bytes]) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    cancel = group_picture.Cancel()
    cancel.cancel()

    batch = group_picture.prepare_many(pyarrow.array(list(photos.values())), cancel=cancel)

    assert batch.pictures.to_pylist() == [None] * len(photos)
    assert batch.errors.to_pylist() == ["canceled: canceled"] * len(photos)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of as many pixels as may be: a second's work or more, in a file of 260 kB."""
    side = 16_384
    compressor = zlib.compressobj(1)
    rows = b"".join(compressor.compress(bytes(side + 1)) for _ in range(side)) + compressor.flush()

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    path = tmp_path_factory.mktemp("photo") / "long.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return path


def test_another_thread_ends_a_photo_in_work(long: Path) -> None:
    cancel = group_picture.Cancel()
    timer = threading.Timer(0.05, cancel.cancel)

    timer.start()
    with pytest.raises(group_picture.CanceledError):
        group_picture.prepare(long, cancel=cancel)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for one process")
@pytest.mark.parametrize("call", ["prepare(photo, cancel=cancel)", "prepare_many([photo] * 1000, threads=1, cancel=cancel)"])
def test_ctrl_c_ends_a_photo_in_work(long: Path, call: str) -> None:
    script = f"""
import os, pathlib, signal, sys, threading, group_picture
photo, cancel = pathlib.Path(sys.argv[1]), group_picture.Cancel()
try:
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    group_picture.{call}
except KeyboardInterrupt:
    print("interrupted", cancel.canceled)
"""

    done = subprocess.run([sys.executable, "-c", script, long], stdout=subprocess.PIPE, text=True, timeout=120)

    # The token is canceled by what waits for the photo, and by nothing after it.
    assert done.stdout == "interrupted True\n"
