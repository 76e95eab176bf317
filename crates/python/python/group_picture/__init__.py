"""Any photo in, the group's avatar out and set.

A *photo* is any image file as people have them; a *picture* is what comes out: upright, square, sRGB, baseline JPEG, and
nothing but pixels (no Exif, no GPS, no profile, no thumbnail). The same photo and options give the same bytes, here, in
the Rust crate and on the command line.

>>> import group_picture
>>> picture = group_picture.prepare(photo, side=640)

The interpreter is released while photos are in work and while requests wait. Everything may be used from many threads.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypedDict

from ._errors import (
    CanceledError,
    DamagedError,
    DecoderError,
    Error,
    FetchError,
    InvalidValueError,
    NotAnImageError,
    OptionError,
    OverBudgetError,
    PhotoError,
    Rule,
    TooLargeError,
    TooSmallError,
    UnsupportedError,
    UploadError,
)
from ._native import AsyncClient as _AsyncClient
from ._native import Cancel, __version__
from ._native import Client as _Client
from ._native import Pipeline as _Pipeline
from ._photo import Photo, SupportsRead, bytes_of
from ._session import Attempt, Report, Session

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = [
    "AsyncClient",
    "Attempt",
    "Batch",
    "Cancel",
    "CanceledError",
    "Client",
    "DamagedError",
    "DecoderError",
    "Error",
    "FetchError",
    "GroupChat",
    "InvalidValueError",
    "NotAnImageError",
    "OptionError",
    "Options",
    "OverBudgetError",
    "PhotoError",
    "Pipeline",
    "Report",
    "Rule",
    "Session",
    "SupportsRead",
    "TooLargeError",
    "TooSmallError",
    "Photo",
    "UnsupportedError",
    "UploadError",
    "__version__",
    "explain",
    "prepare",
    "prepare_many",
]


class Options(TypedDict, total=False):
    """How a picture is made; what is left out or ``None`` has its default."""

    #: What suits a messenger: side, least side, quality and most bytes; other options take the place of the preset's.
    preset: Literal["max", "telegram", "whatsapp"] | None
    #: Most bytes of the picture (no limit): the best picture that fits, or `OverBudgetError`.
    max_bytes: int | None
    #: Progressive coding: a few percent smaller, and not read by everything (False).
    progressive: bool | None
    #: Side of the picture in pixels, 1…8192 (640). A smaller photo keeps its own size.
    side: int | None
    #: Least side of a photo in pixels (192); smaller ones raise `TooSmallError`, as messengers refuse them.
    minimum_side: int | None
    #: Enlarge photos that are smaller than ``side`` (False).
    enlarge: bool | None
    #: "cover" (the largest square of the photo), "contain" (all of the photo, on its ``backdrop``) or "auto" (the default: cover,
    #: but with ``gravity`` "auto" or "face" the square reaches a little beyond the photo where that keeps a whole group).
    fit: Literal["auto", "cover", "contain"] | None
    #: Contain the photo so that its corners lie inside the circle that messengers show, for logos (False).
    circle_safe: bool | None
    #: What is beside a contained photo: "color" (the default: ``background``) or "blur" (the photo itself, blurred).
    backdrop: Literal["color", "blur"] | None
    #: Cut off a border of one colour first; how far its samples may differ, 0…255.
    trim: int | None
    #: Which part of the photo the square keeps: "center" (the default), "north", "northeast" … "northwest", "attention" (what
    #: draws the eye), "face", or "auto": faces kept inside the circle that messengers show, else what draws the eye.
    gravity: str | None
    #: The point that the square is about, as fractions of the width and the height of the upright photo, each 0…1.
    focal: tuple[float, float] | None
    #: JPEG quality on the scale of the IJG's software, 1…100 (85).
    quality: int | None
    #: Chroma subsampling: "4:2:0" (the default), "4:2:2" or "4:4:4".
    subsampling: Literal["4:2:0", "4:2:2", "4:4:4"] | None
    #: What shows through transparent photos: "white" (the default), "black", "#rrggbb" or "#rgb".
    background: str | None
    #: Which frame of an animation: "first", "best" or a number; see the command line's ``--frame``.
    frame: int | str | None
    #: What becomes of a damaged photo: "refuse" any loss, "accept-small" (the default: up to a tenth of the square),
    #: "accept" all, or "repair": move the square to what is whole.
    on_damage: Literal["refuse", "accept-small", "accept", "repair"] | None
    #: Encode a photo that is such a picture already, too (False: it keeps its coded data and loses metadata alone).
    reencode: bool | None
    #: Largest file in bytes (128 MiB).
    max_input_bytes: int | None
    #: Most pixels, width times height (2**28).
    max_pixels: int | None
    #: Longest side in pixels (65535).
    max_side: int | None
    #: Most bytes that decoding may take (384 MiB).
    max_memory: int | None


class Batch(NamedTuple):
    """Pictures and errors of many photos, in the photos' order; where one has a value the other has none."""

    #: A list of ``bytes | None``, or an Arrow array of binaries.
    pictures: Any
    #: A list of ``PhotoError | None``, or an Arrow array of texts, each the error's kind, a colon and its text.
    errors: Any


class Pipeline:
    """Prepares photo after photo with the same options, and keeps its buffers between them.

    For an actor or a service. One may be used from many threads at once.

    Raises `OptionError` for an option that is unknown or outside its range.
    """

    def __init__(self, **options: Unpack[Options]) -> None:
        self._options = options
        self._native = _Pipeline(**options)

    def prepare(self, photo: Photo, *, cancel: Cancel | None = None) -> bytes:
        """Prepares one photo; raises a `PhotoError` where there is no picture of it, `CanceledError` if ``cancel`` ended it."""
        return self._native.prepare(bytes_of(photo), cancel)

    def prepare_many(self, photos: Any, *, threads: int | None = None, cancel: Cancel | None = None) -> Batch:
        """Prepares many photos on ``threads`` threads, by default as many as the process may use.

        ``photos`` is a list or any iterable of photos as `prepare` takes them, or an Arrow array of binaries (whatever has
        ``__arrow_c_array__`` or ``__arrow_c_stream__``), whose bytes are read where they are; the answer is of the same kind. Of an
        iterable only a few photos for each thread are held at a time, so a generator may read files one by one. An Arrow array may
        also be a dictionary of binaries, or structures with a field ``bytes`` or with one field of binaries. A bad photo is an error
        beside the others, and no photo (``None``, null) is neither. For Arrow, pyarrow must be installed.

        ``cancel`` ends it early: what is done is kept, and each photo that is not has a `CanceledError`; what a generator has not given
        yet is missing. Ctrl-C raises ``KeyboardInterrupt``.
        """
        threads = threads if threads is not None else _usable_cores()
        if threads < 1:
            raise OptionError("threads must be 1 or more", "bad option")
        if hasattr(photos, "__arrow_c_array__") or hasattr(photos, "__arrow_c_stream__"):
            import pyarrow

            pictures, errors = self._native.prepare_arrow(photos, threads, cancel)
            return Batch(pyarrow.array(pictures), pyarrow.array(errors))
        each = (None if photo is None else bytes_of(photo) for photo in photos)
        count = len(photos) if hasattr(photos, "__len__") else None
        return Batch(*self._native.prepare_each(each, count, threads, cancel))

    def explain(self, photo: Photo) -> dict[str, Any]:
        """Tells what the photo's header says and what would be done, decoding it only where ``gravity`` asks for a small look
        or where it may be such a picture already.

        ``format``, ``width`` and ``height`` (upright, in pixels), ``orientation`` (Exif, 1…8), ``bits``, ``memory`` (the most
        bytes that decoding takes); ``square``, ``rule``, ``faces`` and ``score`` (the part of the upright photo that is
        kept, by what it was chosen, and how much of what matters lies in its circle, 0…1); ``cuts_text`` (whether an edge
        of the square runs through text, where attention chose it); ``treatment`` ("encoded", or
        "passed-through" and "metadata-stripped" for what is such a picture already), ``side``, ``quality`` (of what is encoded).

        Raises a `PhotoError` as `prepare` does for what the header can tell.
        """
        return self._native.explain(bytes_of(photo))

    def __reduce__(self) -> tuple[Any, ...]:
        return _pipeline, (tuple(self._options.items()),)


def prepare(photo: Photo, *, cancel: Cancel | None = None, **options: Unpack[Options]) -> bytes:
    """Prepares one photo; see `Pipeline.prepare` and `Options`. Raises a `PhotoError` where there is no picture of it."""
    return _pipeline(tuple(options.items())).prepare(photo, cancel=cancel)


def prepare_many(photos: Any, *, threads: int | None = None, cancel: Cancel | None = None, **options: Unpack[Options]) -> Batch:
    """Prepares many photos at once; see `Pipeline.prepare_many` and `Options`."""
    return _pipeline(tuple(options.items())).prepare_many(photos, threads=threads, cancel=cancel)


def explain(photo: Photo, **options: Unpack[Options]) -> dict[str, Any]:
    """Tells what a photo's header says and what would be done; see `Pipeline.explain`."""
    return _pipeline(tuple(options.items())).explain(photo)


class GroupChat(NamedTuple):
    """A group that the account is in."""

    chat_id: str
    #: Its name; ``None`` where the messenger does not list names, as MAX: `Client.group_data` has it.
    name: str | None


class Client:
    """Sets the pictures of groups for one instance of GREEN-API, one request a call; blocks, without the interpreter.

    ``token`` is apiTokenInstance: it is in no error and no ``repr``. ``api_url`` is by default what belongs to the
    instance. ``messenger`` is "max", "telegram" or "whatsapp". ``timeout`` is for one call, in seconds (90).

    Raises `InvalidValueError` for a value of a wrong form; nothing is sent yet. `UploadError` from the methods.

    A client that was made before a ``fork`` (gunicorn's ``--preload``, Celery's prefork) may be used in the child: its thread and
    connections are made anew there.
    """

    def __init__(
        self,
        id_instance: str,
        token: str,
        *,
        api_url: str | None = None,
        messenger: Literal["max", "telegram", "whatsapp"] = "max",
        timeout: float | None = None,
    ) -> None:
        self._native = _Client(id_instance, token, api_url=api_url, messenger=messenger, timeout=timeout)

    def set_group_picture(self, chat_id: str, picture: Photo) -> str | None:
        """Sets the picture of a group; gives the address where it can be seen, if the server told one.

        HTTP 200 is not success: every answer but "set" raises. A picture that the messenger is known to refuse for its
        size (MAX: above about 850 kB) is sent with a `UserWarning`; its error says so too. Nothing is paced or repeated, and the API takes one request
        a second: for more than a few groups there is `Session`.
        """
        return self._native.set_group_picture(chat_id, bytes_of(picture))

    def set_profile_picture(self, picture: Photo) -> str | None:
        """Sets the account's own picture; the messengers want no more than one change in 10 s."""
        return self._native.set_profile_picture(bytes_of(picture))

    def avatar(self, chat_id: str) -> str | None:
        """Asks where the avatar of a group can be seen; ``None`` for a group without one."""
        return self._native.avatar(chat_id)

    def fetch_avatar(self, url: str) -> bytes:
        """Fetches the picture behind an address that `avatar` gave: only from known hosts on the public internet, at most 10 MiB.

        Raises `FetchError`.
        """
        return self._native.fetch_avatar(url)

    def state_instance(self) -> str:
        """Asks for the state of the instance, such as "authorized" or "notAuthorized"; at most once a second."""
        return self._native.state_instance()

    def group_data(self, chat_id: str) -> dict[str, Any]:
        """Asks what is known of a group: ``subject``, ``size`` (how many participants) and ``is_open`` (whether all of them may
        change its picture), each ``None`` if the server does not say."""
        return self._native.group_data(chat_id)

    def groups(self) -> list[GroupChat]:
        """Lists the groups that the account is in; at most once a second."""
        return [GroupChat(*group) for group in self._native.groups()]

    def __repr__(self) -> str:
        return repr(self._native)


class AsyncClient:
    """The same as `Client` for asyncio: its methods are coroutines.

    Its threads do not survive a ``fork``: once one was in use, a forked child raises ``RuntimeError`` at once. ``spawn`` and
    ``forkserver`` work.
    """

    def __init__(
        self,
        id_instance: str,
        token: str,
        *,
        api_url: str | None = None,
        messenger: Literal["max", "telegram", "whatsapp"] = "max",
        timeout: float | None = None,
    ) -> None:
        self._native = _AsyncClient(id_instance, token, api_url=api_url, messenger=messenger, timeout=timeout)

    async def set_group_picture(self, chat_id: str, picture: Photo) -> str | None:
        """See `Client.set_group_picture`."""
        return await self._native.set_group_picture(chat_id, bytes_of(picture))

    async def set_profile_picture(self, picture: Photo) -> str | None:
        """See `Client.set_profile_picture`."""
        return await self._native.set_profile_picture(bytes_of(picture))

    async def avatar(self, chat_id: str) -> str | None:
        """See `Client.avatar`."""
        return await self._native.avatar(chat_id)

    async def fetch_avatar(self, url: str) -> bytes:
        """See `Client.fetch_avatar`."""
        return await self._native.fetch_avatar(url)

    async def state_instance(self) -> str:
        """See `Client.state_instance`."""
        return await self._native.state_instance()

    async def group_data(self, chat_id: str) -> dict[str, Any]:
        """See `Client.group_data`."""
        return await self._native.group_data(chat_id)

    async def groups(self) -> list[GroupChat]:
        """See `Client.groups`."""
        return [GroupChat(*group) for group in await self._native.groups()]

    def __repr__(self) -> str:
        return repr(self._native)


@lru_cache(maxsize=16)
def _pipeline(options: tuple[tuple[str, Any], ...]) -> Pipeline:
    """The same warm pipeline for the same options."""
    return Pipeline(**dict(options))


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
