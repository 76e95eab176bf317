"""Daft and Ray Data in local mode: the same bytes, and a bad photo is a row with an error."""

from __future__ import annotations

from pathlib import Path

import pytest

import group_picture

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"


def expected(photos: dict[str, bytes], bad: bytes) -> dict[str, tuple[bytes | None, bool]]:
    good = {name: (group_picture.prepare(photo, side=200), False) for name, photo in photos.items()}
    return good | {"bad": (None, True), "none": (None, False)}


def rows(photos: dict[str, bytes], bad: bytes) -> list[tuple[str, bytes | None]]:
    return [*photos.items(), ("bad", bad), ("none", None)]


def test_daft_prepares_a_column(photos: dict[str, bytes], bad: bytes) -> None:
    daft = pytest.importorskip("daft")
    from group_picture.daft import prepare

    names, given = zip(*rows(photos, bad))
    frame = daft.from_pydict({"name": list(names), "photo": list(given)})

    frame = frame.with_column("prepared", prepare(frame["photo"], side=200))
    told = frame.select("name", frame["prepared"]["picture"], frame["prepared"]["error"]).to_pydict()

    actual = {
        name: (picture, error is not None) for name, picture, error in zip(told["name"], told["picture"], told["error"])
    }
    assert actual == expected(photos, bad)


def test_daft_alone_leaves_photos_on_their_side() -> None:
    daft = pytest.importorskip("daft")
    # Seen upright it is 600 wide and 400 high; stored it is a quarter turn away (Exif orientation 6).
    photo = (FIXTURES / "orientation/6.jpg").read_bytes()
    frame = daft.from_pydict({"photo": [photo]})

    decoded = frame.select(frame["photo"].decode_image()).to_pydict()["photo"][0]

    assert decoded.shape == (600, 400, 3)


def test_ray_prepares_a_column(photos: dict[str, bytes], bad: bytes) -> None:
    ray = pytest.importorskip("ray")
    from group_picture.ray import Prepare

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        given = ray.data.from_items([{"name": name, "bytes": photo} for name, photo in rows(photos, bad)])
        done = given.map_batches(
            Prepare, fn_constructor_kwargs={"side": 200}, batch_format="pyarrow", batch_size=3, concurrency=1
        )
        told = done.take_all()
    finally:
        ray.shutdown()

    actual = {row["name"]: (row["picture"], row["error"] is not None) for row in told}
    assert actual == expected(photos, bad)
