"""Photos to pictures, and errors as exceptions."""

from __future__ import annotations

import array
import io
import mmap
import pickle
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import group_picture

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"


def test_a_picture_is_a_square_jpeg_without_metadata(photos: dict[str, bytes]) -> None:
    picture = group_picture.prepare(photos["orientation/6.jpg"])

    assert picture[:3] == b"\xff\xd8\xff"
    assert picture[-2:] == b"\xff\xd9"
    assert b"Exif" not in picture
    height, width = size(picture)
    assert width == height == 400


def test_the_bytes_are_those_of_the_command_line(photos: dict[str, bytes], program: Path, tmp_path: Path) -> None:
    for name, photo in photos.items():
        source = tmp_path / Path(name).name
        source.write_bytes(photo)
        subprocess.run(
            [program, "prepare", source, "--out", tmp_path / "out", "--size", "300", "--quality", "70", "--quiet"],
            check=True,
        )
        expected = (tmp_path / "out" / source.with_suffix(".jpg").name).read_bytes()

        assert group_picture.prepare(photo, side=300, quality=70) == expected, name


@pytest.mark.parametrize(
    ("file", "error", "kind"),
    [
        ("text.jpg", group_picture.NotAnImageError, "not an image"),
        ("truncated-in-the-header.jpg", group_picture.DamagedError, "damaged"),
        ("bomb.png", group_picture.TooLargeError, "too large"),
        ("too-small.png", group_picture.TooSmallError, "too small"),
    ],
)
def test_errors_are_sorted_as_in_rust(file: str, error: type[group_picture.PhotoError], kind: str) -> None:
    photo = (FIXTURES / "malformed" / file).read_bytes()

    with pytest.raises(error) as raised:
        group_picture.prepare(photo)

    assert raised.value.kind == kind
    assert isinstance(raised.value, group_picture.Error)
    again = pickle.loads(pickle.dumps(raised.value))
    assert (type(again), str(again), again.kind) == (error, str(raised.value), kind)


@pytest.mark.parametrize(
    "options",
    [{"side": 0}, {"side": "640"}, {"side": -1}, {"quality": 101}, {"quality": 300}, {"background": "reddish"},
     {"gravity": "up"}, {"focal": (0.5, 2)}, {"focal": 1}, {"frame": "last"}, {"gravity": "north", "focal": (0, 0)},
     {"subsampling": "4:1:0"}, {"enlarge": "yes"}, {"size": 640}],
)  # fmt: skip
def test_a_wrong_option_is_told(options: dict[str, object], photos: dict[str, bytes]) -> None:
    with pytest.raises(group_picture.OptionError) as raised:
        group_picture.prepare(photos["photos/rocket.jpg"], **options)  # type: ignore[arg-type]

    assert isinstance(raised.value, ValueError)
    assert next(iter(options)) in str(raised.value)


def test_none_is_the_default(photos: dict[str, bytes]) -> None:
    photo = photos["photos/rocket.jpg"]

    assert group_picture.prepare(photo, side=None, background=None) == group_picture.prepare(photo)


def test_a_picture_fits_its_budget_or_is_refused(photos: dict[str, bytes]) -> None:
    photo = photos["photos/rocket.jpg"]

    assert len(group_picture.prepare(photo, max_bytes=9000)) <= 9000
    with pytest.raises(group_picture.OverBudgetError):
        group_picture.prepare(photo, max_bytes=500)


def test_a_focal_point_in_the_corner_is_that_gravity(photos: dict[str, bytes]) -> None:
    photo = photos["photos/rocket.jpg"]

    left = group_picture.prepare(photo, gravity="west")

    assert left == group_picture.prepare(photo, focal=(0, 0.5))
    assert left != group_picture.prepare(photo)


def test_only_bytes_are_photos() -> None:
    with pytest.raises(TypeError):
        group_picture.prepare("photo.jpg")  # type: ignore[arg-type]


def test_a_plan_is_explained_without_decoding(photos: dict[str, bytes]) -> None:
    told = group_picture.explain(photos["photos/rocket.jpg"], side=200)

    assert (told["format"], told["width"], told["height"], told["side"]) == ("JPEG", 640, 427, 200)
    assert told["square"] == {"x": 106.5, "y": 0, "width": 427, "height": 427}
    assert (told["rule"], told["faces"], told["score"]) == ("gravity", [], None)


def test_a_face_is_found_and_told() -> None:
    told = group_picture.explain((FIXTURES / "photos/astronaut.png").read_bytes(), gravity="face")

    assert told["rule"] == "faces"
    assert [face["in_circle"] for face in told["faces"]] == [True]


def test_other_threads_go_on_while_photos_are_in_work(photos: dict[str, bytes]) -> None:
    ticks = 0
    done = threading.Event()

    def work() -> None:
        group_picture.prepare_many([photos["photos/retina.jpg"]] * 60, threads=1)
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    while not done.is_set():
        ticks += 1
        time.sleep(0.001)
    thread.join()

    # Held for the whole time the interpreter would give this loop a turn or two.
    assert ticks > 10


def size(picture: bytes) -> tuple[int, int]:
    """Height and width, from the frame header (ISO 10918-1, B.2.2)."""
    at = 2
    while picture[at + 1] != 0xC0:
        at += 2 + int.from_bytes(picture[at + 2 : at + 4], "big")
    return int.from_bytes(picture[at + 5 : at + 7], "big"), int.from_bytes(picture[at + 7 : at + 9], "big")


def test_a_photo_may_be_any_buffer_a_path_or_an_open_file(tmp_path: Path, photos: dict[str, bytes]) -> None:
    photo = photos["photos/rocket.jpg"]
    expected = group_picture.prepare(photo)
    path = tmp_path / "photo.jpg"
    path.write_bytes(photo)

    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        forms: list[Any] = [bytearray(photo), memoryview(photo), mapped, array.array("B", photo), path, file, io.BytesIO(photo)]
        pictures = [group_picture.prepare(form) for form in forms]
        many = group_picture.prepare_many(form for form in [path, None, memoryview(photo)])

    assert all(picture == expected for picture in pictures)
    assert many.pictures == [expected, None, expected]


@pytest.mark.parametrize("wrong", ["photo.jpg", 5, io.StringIO("text"), None])
def test_what_is_no_photo_at_all_is_a_type_error_that_helps(wrong: Any) -> None:
    with pytest.raises(TypeError, match="a photo is bytes, a buffer, a path or an open binary file"):
        group_picture.prepare(wrong)


def test_options_are_checked_before_there_is_a_photo() -> None:
    with pytest.raises(group_picture.OptionError, match="side must be"):
        group_picture.Pipeline(side=9000)
