"""Many photos at once, as lists and as Arrow arrays."""

from __future__ import annotations

import pickle

import pytest

import group_picture


def test_a_bad_photo_is_an_error_beside_the_others(photos: dict[str, bytes], bad: bytes) -> None:
    given = [*photos.values(), bad, None]

    pictures, errors = group_picture.prepare_many(given, side=200)

    assert pictures[:-2] == [group_picture.prepare(photo, side=200) for photo in photos.values()]
    assert errors[:-2] == [None] * len(photos)
    assert pictures[-2:] == [None, None]
    assert isinstance(errors[-2], group_picture.NotAnImageError)
    assert errors[-1] is None


@pytest.mark.parametrize("threads", [1, 2, 8, 100])
def test_any_number_of_threads_gives_the_same_bytes(photos: dict[str, bytes], threads: int) -> None:
    given = list(photos.values()) * 3

    one = group_picture.prepare_many(given, threads=1, side=200)

    assert group_picture.prepare_many(given, threads=threads, side=200) == one


def test_nothing_gives_nothing() -> None:
    assert group_picture.prepare_many([]) == ([], [])


@pytest.mark.parametrize("type_name", ["binary", "large_binary", "binary_view"])
def test_arrow_in_arrow_out(photos: dict[str, bytes], bad: bytes, type_name: str) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    given = [*photos.values(), None, bad]
    array = pyarrow.array(given, type=getattr(pyarrow, type_name)())

    batch = group_picture.prepare_many(array, side=200)

    expected, errors = group_picture.prepare_many(given, side=200)
    assert batch.pictures.to_pylist() == expected
    assert [text is None for text in batch.errors.to_pylist()] == [error is None for error in errors]
    assert batch.errors[-1].as_py() == f"{errors[-1].kind}: {errors[-1]}"


def test_slices_and_chunks_of_arrow_keep_their_order(photos: dict[str, bytes]) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    given = list(photos.values())
    chunked = pyarrow.chunked_array([given[:2], given[2:]], type=pyarrow.binary()).slice(1, 3)

    batch = group_picture.prepare_many(chunked, side=200)

    assert batch.pictures.to_pylist() == group_picture.prepare_many(given[1:4], side=200).pictures


def test_an_array_of_nothing_but_nulls_gives_nulls() -> None:
    pyarrow = pytest.importorskip("pyarrow")

    batch = group_picture.prepare_many(pyarrow.nulls(3))

    assert batch.pictures.to_pylist() == batch.errors.to_pylist() == [None] * 3


def test_an_array_of_something_else_is_refused() -> None:
    pyarrow = pytest.importorskip("pyarrow")

    with pytest.raises(TypeError, match="binaries"):
        group_picture.prepare_many(pyarrow.array([1, 2]))


def test_a_pipeline_travels_to_other_processes(photos: dict[str, bytes]) -> None:
    pipeline = group_picture.Pipeline(side=200)

    again = pickle.loads(pickle.dumps(pipeline))

    assert again.prepare(photos["photos/rocket.jpg"]) == pipeline.prepare(photos["photos/rocket.jpg"])


def test_threads_must_be_some() -> None:
    with pytest.raises(group_picture.OptionError, match="threads"):
        group_picture.prepare_many([], threads=0)
