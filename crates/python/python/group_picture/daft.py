"""Daft: a column of photos becomes a column of pictures and one of errors.

>>> import daft
>>> from group_picture.daft import prepare
>>>
>>> files = daft.from_glob_path("s3://photos/**")
>>> files = files.with_column("photo", files["path"].download(on_error="null"))
>>> done = files.with_column("prepared", prepare(files["photo"], side=640))
>>> done = done.select("path", done["prepared"]["picture"], done["prepared"]["error"])

Daft's own ``decode_image`` leaves photos lying on their side; here the Exif orientation is applied.
"""

from __future__ import annotations

from typing import Any

import daft
import pyarrow

from . import Pipeline

_DTYPE = daft.DataType.struct({"picture": daft.DataType.binary(), "error": daft.DataType.string()})


def prepare(photos: daft.Expression, *, threads: int | None = None, batch_size: int = 64, **options: Any) -> daft.Expression:
    """Prepares a column of binaries; gives a struct of ``picture`` (binary) and ``error`` (text), one of them null.

    A bad photo never fails the query. Where there is no photo (null), both are null. ``threads`` is for one batch, by
    default as many as the process may use; ``options`` are `group_picture.Options`.

    Raises `group_picture.OptionError` at once for an option that is unknown or outside its range.
    """
    pipeline = Pipeline(**options)

    # The interpreter is released while photos are in work, so threads do, and each batch keeps all of them busy.
    @daft.func.batch(return_dtype=_DTYPE, batch_size=batch_size, use_process=False)
    def prepare_batch(photos: daft.Series) -> pyarrow.Array:
        batch = pipeline.prepare_many(photos.to_arrow(), threads=threads)
        return pyarrow.StructArray.from_arrays([batch.pictures, batch.errors], names=["picture", "error"])

    return prepare_batch(photos)
