"""The recipes of `recipes.md`, each run as it stands there."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

import group_picture

PAGE = (Path(__file__).resolve().parents[1] / "recipes.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^## (.+?)\n.*?```python\n(.*?)```", PAGE, flags=re.DOTALL | re.MULTILINE))


@pytest.fixture
def folder(tmp_path: Path, photos: dict[str, bytes], bad: bytes) -> Path:
    """A folder of photos, one of which is none."""
    for name, photo in photos.items():
        (tmp_path / Path(name).name).write_bytes(photo)
    (tmp_path / "bad.jpg").write_bytes(bad)
    return tmp_path


def run(recipe: str, folder: Path) -> Any:
    names: dict[str, Any] = {"folder": folder}
    exec(compile(RECIPES[recipe], f"recipes.md, {recipe}", "exec"), names)
    return names["done"]


def check(rows: list[dict[str, Any]], folder: Path) -> None:
    """Each row has the picture that its file has alone."""
    paths = [Path(row["path"].removeprefix("file:")) for row in rows]
    assert sorted(paths) == sorted(folder.iterdir())
    for path, row in zip(paths, rows):
        expected = None if path.name == "bad.jpg" else group_picture.prepare(path, side=200)
        picture = row["picture"]
        assert (None if picture is None else bytes(picture)) == expected, path.name
        if "error" in row:
            assert (row["error"] is not None) == (expected is None), path.name


def test_every_recipe_has_its_test() -> None:
    assert sorted(RECIPES) == ["DuckDB", "Hugging Face datasets", "Polars", "Spark"]


def test_polars(folder: Path) -> None:
    pytest.importorskip("polars")
    pytest.importorskip("pyarrow")

    check(run("Polars", folder).to_dicts(), folder)


def test_duckdb(folder: Path) -> None:
    pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")

    relation = run("DuckDB", folder)

    check([dict(zip(relation.columns, row)) for row in relation.fetchall()], folder)


def test_hugging_face_datasets(folder: Path) -> None:
    pytest.importorskip("datasets")

    check(run("Hugging Face datasets", folder).with_format(None).to_list(), folder)


def test_spark(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    pytest.importorskip("pandas")
    if shutil.which("java") is None:
        pytest.skip("Spark needs a Java on the path")
    # Its workers run the first python3 on the path otherwise, which need not have this package.
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)

    check([row.asDict() for row in run("Spark", folder).collect()], folder)
