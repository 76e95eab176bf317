"""The exceptions, sorted by who can act."""

from __future__ import annotations

from typing import NamedTuple


class Error(Exception):
    """Everything that this package raises of itself."""


class PhotoError(Error):
    """There is no picture of this photo. Its text is one line: the cause, then what to do."""

    #: The sort of the error as a short noun phrase, for counting.
    kind: str

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind

    def __reduce__(self) -> tuple[type[PhotoError], tuple[str, str]]:
        # Between processes too: engines send errors home.
        return type(self), (str(self), self.kind)


class NotAnImageError(PhotoError):
    """The bytes are of no known image format, or there are none. Ask for another file."""


class UnsupportedError(PhotoError):
    """A valid image that this version cannot decode. Convert it first."""


class DamagedError(PhotoError):
    """The bytes break the rules of their format, or too much of the square is lost. Get the file again."""


class DecoderError(PhotoError):
    """The decoder failed of itself. Report the file."""


class TooLargeError(PhotoError):
    """Beyond a limit. Shrink the photo, or raise that limit if its source is trusted."""


class TooSmallError(PhotoError):
    """The square is smaller than messengers take. Get a larger photo, or pass ``enlarge=True``."""


class OverBudgetError(PhotoError):
    """No picture of this photo fits ``max_bytes``. Raise it, or lower ``minimum_side``."""


class CanceledError(PhotoError):
    """The work was ended by a `Cancel` before there was a picture. Nothing is wrong with the photo."""


class OptionError(PhotoError, ValueError):
    """An option is unknown or outside its range. Change the call."""


class InvalidValueError(Error, ValueError):
    """Credentials, an address or a chat id of a wrong form; nothing was sent."""


class Rule(NamedTuple):
    """What follows from a kind of failure."""

    #: Who is affected: "picture", "group", "account", "setup" (address or machine: every request fails so) or "service".
    scope: str
    #: What became of the picture: "not sent", "refused" or "unknown".
    outcome: str
    #: What makes the same request succeed: "later" (time alone) or "change".
    recovery: str
    #: The step that helps.
    advice: str


class UploadError(Error):
    """The picture was not set, or nobody knows. The text never holds the token."""

    #: What went wrong, as a word to count by.
    kind: str
    #: Whether the picture may have been set all the same: look at the group, or set it again.
    unknown_outcome: bool

    #: The HTTP status of the answer; ``None`` if there was none.
    status: int | None
    #: In how many seconds the server wants to be asked again; ``None`` if it did not say.
    retry_after: float | None
    #: Whom the failure affects, and what helps.
    rule: Rule | None

    def __init__(
        self,
        message: str,
        kind: str,
        unknown_outcome: bool,
        status: int | None = None,
        retry_after: float | None = None,
        rule: tuple[str, str, str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.unknown_outcome = unknown_outcome
        self.status = status
        self.retry_after = retry_after
        self.rule = Rule(*rule) if rule is not None else None

    def __reduce__(self) -> tuple[type[UploadError], tuple[str, str, bool, int | None, float | None, Rule | None]]:
        return type(self), (str(self), self.kind, self.unknown_outcome, self.status, self.retry_after, self.rule)


class FetchError(Error):
    """The picture behind an avatar's address cannot be had; nothing was changed."""
