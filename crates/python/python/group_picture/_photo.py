"""A photo in any of its forms."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Union

if TYPE_CHECKING:
    from typing_extensions import Buffer

#: A photo's bytes: in memory (``bytes``, or anything with the buffer protocol, such as ``memoryview``, ``mmap`` or an array), in a
#: file by its ``pathlib.Path``, or in a file that is open for reading in binary mode. What is not ``bytes`` is copied.
Photo = Union[bytes, bytearray, memoryview, "os.PathLike[str]", "SupportsRead", "Buffer"]


class SupportsRead(Protocol):
    """A file that is open for reading in binary mode."""

    def read(self) -> bytes: ...


def bytes_of(photo: Any) -> bytes | bytearray:
    """The bytes of a photo in any of its forms."""
    if isinstance(photo, (bytes, bytearray)):
        return photo
    if isinstance(photo, os.PathLike):
        return Path(photo).read_bytes()
    given = photo.read() if hasattr(photo, "read") else photo
    try:
        return bytes(memoryview(given))
    except TypeError:
        hint = "; for a file pass pathlib.Path(...), or the file opened in binary mode" if isinstance(given, str) else ""
        message = f"a photo is bytes, a buffer, a path or an open binary file, not {type(given).__name__}{hint}"
        raise TypeError(message) from None
