"""Many pictures through one instance: paced, repeated within bounds, and verified."""

from __future__ import annotations

import time
from typing import Any, Literal, NamedTuple

from ._errors import FetchError, PhotoError, UploadError
from ._native import Session as _Session
from ._native import is_like
from ._photo import Photo, bytes_of

#: What `Session` found out by looking at the avatar: "proven" (it shows the picture), "likely" (its address is new, and its picture
#: cannot be fetched), "unseen" (nothing could be read), "denied" (there is none, or it shows something else).
Verdict = Literal["proven", "likely", "unseen", "denied"]

#: Seconds from the first look at an avatar to the next, which double, and for all of them: a server may be at work still.
_PAUSE, _PATIENCE = 1.0, 15.0


class Attempt(NamedTuple):
    """One attempt to send a picture."""

    #: Seconds from the call to the start of this request, and from there to its answer.
    started: float
    took: float
    #: What went wrong, as `UploadError.kind`; ``None`` if nothing did.
    failure: str | None
    #: What reading the avatar back showed, if the outcome was unknown: "set", "not set" or "unknown".
    settled: str | None


class Report(NamedTuple):
    """What became of one picture."""

    #: Where it can be seen, if the server told.
    url: str | None
    #: Why it is not set, or not known to be; ``None`` if it is.
    error: UploadError | None
    attempts: list[Attempt]
    #: The address of the avatar before, if there was one and it was read.
    before: str | None
    #: Seconds from the call to its end, waiting included.
    took: float
    #: What a look at the avatar showed; ``None`` without ``verify``, or if the picture is not set.
    verified: Verdict | None = None

    def raise_for_error(self) -> Report:
        """Raises `error` if there is one; else gives the report back."""
        if self.error is not None:
            raise self.error
        return self


class Session:
    """Sets the pictures of many groups through one instance of GREEN-API; blocks, without the interpreter.

    Requests keep the pace that the messenger allows (``interval`` seconds between two pictures, ``read_interval`` between two readings;
    by default what is documented), counted over all threads that use the session. Transient failures are repeated with ``backoff``
    times the usual pauses, and a ``Retry-After`` is obeyed; one picture takes no longer than ``deadline`` seconds (120). An unknown outcome is
    settled by reading the avatar, unless ``read_back`` is off, and if it stays unknown the picture is sent again, or not
    (``on_unknown``). After failures that every group shares the session stops, and sends nothing more.

    With ``verify`` each avatar is fetched after it was set, and compared with what was sent.

    The other arguments are those of `Client`, and so is what happens after a ``fork``: the child's session has a pace of its own.
    """

    def __init__(
        self,
        id_instance: str,
        token: str,
        *,
        api_url: str | None = None,
        messenger: Literal["max", "telegram", "whatsapp"] = "max",
        timeout: float | None = None,
        interval: float | None = None,
        read_interval: float | None = None,
        deadline: float | None = None,
        backoff: float = 1.0,
        on_unknown: Literal["retry", "fail"] = "retry",
        read_back: bool = True,
        verify: bool = False,
    ) -> None:
        self._verify = verify
        self._native = _Session(
            id_instance,
            token,
            api_url=api_url,
            messenger=messenger,
            timeout=timeout,
            interval=interval,
            read_interval=read_interval,
            deadline=deadline,
            backoff=backoff,
            on_unknown=on_unknown,
            read_back=read_back,
        )

    def set_group_picture(self, chat_id: str, picture: Photo) -> Report:
        """Sets the picture of a group, when its turn comes. What goes wrong with the upload is in the report, and is not raised."""
        sent = bytes_of(picture)
        report = _report(self._native.set_group_picture(chat_id, sent))
        if not self._verify or report.error is not None:
            return report
        return report._replace(verified=self._look(chat_id, sent, report.before))

    def set_profile_picture(self, picture: Photo) -> Report:
        """Sets the account's own picture, at most one in 10 s. It is not verified."""
        return _report(self._native.set_profile_picture(bytes_of(picture)))

    def avatar(self, chat_id: str) -> str | None:
        """See `Client.avatar`; paced."""
        return self._native.avatar(chat_id)

    def fetch_avatar(self, url: str) -> bytes:
        """See `Client.fetch_avatar`."""
        return self._native.fetch_avatar(url)

    def group_data(self, chat_id: str) -> dict[str, Any]:
        """See `Client.group_data`; paced."""
        return self._native.group_data(chat_id)

    @property
    def stopped(self) -> str | None:
        """Why the session has stopped, as `UploadError.kind`; ``None`` if it has not."""
        return self._native.stopped()

    def wind_down(self) -> None:
        """Ends what can be ended without losing an answer: nothing is repeated or waited for any more."""
        self._native.wind_down()

    def _look(self, chat_id: str, sent: bytes | bytearray, before: str | None) -> Verdict:
        end, pause = time.monotonic() + _PATIENCE, _PAUSE
        while True:
            verdict = self._compare(chat_id, sent, before)
            if verdict == "proven" or time.monotonic() + pause >= end:
                return verdict
            time.sleep(pause)
            pause *= 2

    def _compare(self, chat_id: str, sent: bytes | bytearray, before: str | None) -> Verdict:
        try:
            url = self._native.avatar(chat_id)
        except UploadError:
            return "unseen"
        if url is None:
            return "denied"
        try:
            shown = self._native.fetch_avatar(url)
        except FetchError:
            return "likely" if url != before else "unseen"
        try:
            return "proven" if is_like(sent, shown) else "denied"
        except PhotoError:
            return "denied"

    def __repr__(self) -> str:
        return repr(self._native)


def _report(told: tuple[Any, ...]) -> Report:
    url, error, attempts, before, took = told
    return Report(url, error, [Attempt(*attempt) for attempt in attempts], before, took)
