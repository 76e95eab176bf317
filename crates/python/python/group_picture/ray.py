"""Ray Data: actors, each with one warm pipeline, turn a column of photos into pictures and errors.

>>> import ray
>>> from group_picture.ray import Prepare
>>>
>>> photos = ray.data.read_binary_files("s3://photos", include_paths=True)
>>> done = photos.map_batches(Prepare, fn_constructor_kwargs={"side": 640}, batch_format="pyarrow", concurrency=2)
>>> done.write_parquet("s3://pictures")
"""

from __future__ import annotations

from typing import Any

import pyarrow

from . import Pipeline


class Prepare:
    """A callable class for ``map_batches`` with ``batch_format="pyarrow"``.

    It takes the column ``column`` away and adds ``picture`` (binary) and ``error`` (text), one of them null; where there is
    no photo (null), both are. A bad photo never fails the job. ``threads`` is for one actor: 1 where Ray runs an actor
    for each core, more where an actor has several (``num_cpus``). ``options`` are `group_picture.Options`.
    """

    def __init__(self, *, column: str = "bytes", threads: int = 1, **options: Any) -> None:
        self._column = column
        self._threads = threads
        self._pipeline = Pipeline(**options)

    def __call__(self, table: pyarrow.Table) -> pyarrow.Table:
        batch = self._pipeline.prepare_many(table[self._column], threads=self._threads)
        table = table.drop_columns([self._column])
        return table.append_column("picture", batch.pictures).append_column("error", batch.errors)
