"""Many photos at once, as lists and as Arrow arrays."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

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


def test_a_generator_is_streamed(photos: dict[str, bytes]) -> None:
    class Held(bytes):
        """A photo that counts how many of its kind there are."""

        now = most = 0

        def __init__(self, _: bytes) -> None:
            Held.now += 1
            Held.most = max(Held.most, Held.now)

        def __del__(self) -> None:
            Held.now -= 1

    photo = photos["photos/coffee.png"]

    pictures, errors = group_picture.prepare_many((Held(photo) for _ in range(100)), threads=2, side=64, minimum_side=1)

    assert pictures == [group_picture.prepare(photo, side=64, minimum_side=1)] * 100
    assert errors == [None] * 100
    # Four for each thread are begun and not delivered, and one for each is on its way.
    assert Held.most <= 10


def test_what_a_generator_raises_is_raised(photos: dict[str, bytes]) -> None:
    def several() -> Iterator[bytes]:
        yield photos["photos/rocket.jpg"]
        raise LookupError("no more of them")

    with pytest.raises(LookupError, match="no more of them"):
        group_picture.prepare_many(several(), side=200)


def test_an_iterable_has_photos_in_any_form(photos: dict[str, bytes], tmp_path: Path) -> None:
    photo = photos["photos/rocket.jpg"]
    path = tmp_path / "rocket.jpg"
    path.write_bytes(photo)

    pictures, _ = group_picture.prepare_many(iter([path, photo, memoryview(photo), None]), side=200)

    assert pictures == [group_picture.prepare(photo, side=200)] * 3 + [None]
    with pytest.raises(TypeError, match="pathlib"):
        group_picture.prepare_many([str(path)])


def test_arrow_dictionaries_and_structures(photos: dict[str, bytes], bad: bytes) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    given = [*photos.values(), None, bad, *photos.values()]
    plain = pyarrow.array(given, type=pyarrow.binary())
    names = pyarrow.array([str(place) for place in range(len(given))])
    expected = group_picture.prepare_many(plain, side=200).pictures.to_pylist()

    of_dictionary = group_picture.prepare_many(plain.dictionary_encode(), side=200)
    of_slice = group_picture.prepare_many(plain.dictionary_encode().slice(2), side=200)
    image = pyarrow.StructArray.from_arrays([names, plain, plain], names=["path", "bytes", "other"])
    only = pyarrow.StructArray.from_arrays([plain, names], names=["photo", "name"])
    masked = pyarrow.StructArray.from_arrays([plain], names=["photo"], mask=pyarrow.array([True] + [False] * (len(given) - 1)))

    assert of_dictionary.pictures.to_pylist() == expected
    assert of_slice.pictures.to_pylist() == expected[2:]
    assert group_picture.prepare_many(image, side=200).pictures.to_pylist() == expected
    assert group_picture.prepare_many(only.slice(1), side=200).pictures.to_pylist() == expected[1:]
    assert group_picture.prepare_many(masked, side=200).pictures.to_pylist() == [None, *expected[1:]]
    empty = pyarrow.DictionaryArray.from_arrays(pyarrow.array([None, None], pyarrow.int8()), pyarrow.array([], pyarrow.binary()))
    assert group_picture.prepare_many(empty).pictures.to_pylist() == [None, None]


def test_a_structure_that_may_mean_two_photos_is_refused(photos: dict[str, bytes]) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    photo = pyarrow.array([photos["photos/rocket.jpg"]])

    with pytest.raises(TypeError, match="field"):
        group_picture.prepare_many(pyarrow.StructArray.from_arrays([photo, photo], names=["one", "two"]))
