"""Sessions, against the emulator that the program brings: pace, repeats, proof."""

from __future__ import annotations

import json
import pickle
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

import group_picture
from group_picture import _session

GROUP = "-10000000000000"
Script = Callable[..., None]


@pytest.fixture
def script(emulator: dict[str, str]) -> Script:
    """Lets the emulator answer by rules, as its `--script` takes them."""

    def install(*rules: dict[str, Any]) -> None:
        body = json.dumps({"rules": list(rules)}).encode()
        url = f"{emulator['GREEN_API_URL']}/emulator/script"
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="PUT")
        urllib.request.urlopen(request).close()

    return install


@pytest.fixture
def picture(photos: dict[str, bytes]) -> bytes:
    return group_picture.prepare(photos["photos/rocket.jpg"])


def session(emulator: dict[str, str], **options: Any) -> group_picture.Session:
    credentials = {
        "id_instance": emulator["GREEN_API_ID_INSTANCE"],
        "token": emulator["GREEN_API_TOKEN"],
        "api_url": emulator["GREEN_API_URL"],
    }
    return group_picture.Session(**(credentials | {"interval": 0.01, "read_interval": 0.01, "backoff": 0.01} | options))


def test_a_picture_is_set_and_proven(emulator: dict[str, str], picture: bytes) -> None:
    proving = session(emulator, verify=True)

    first = proving.set_group_picture(GROUP, picture).raise_for_error()
    second = proving.set_group_picture(GROUP, picture)

    assert (first.error, first.verified, first.before) == (None, "proven", None)
    assert first.url is not None and second.before == first.url
    assert [attempt.failure for attempt in first.attempts] == [None]
    assert 0 <= first.attempts[0].took <= first.took
    assert proving.avatar(GROUP) == second.url
    assert set(proving.group_data(GROUP)) == {"subject", "size", "is_open"}
    assert proving.stopped is None


def test_pictures_are_paced(emulator: dict[str, str], picture: bytes) -> None:
    paced = session(emulator, interval=0.3)
    begin = time.monotonic()

    for _ in range(4):
        paced.set_group_picture(GROUP, picture).raise_for_error()

    assert time.monotonic() - begin >= 0.9


def test_what_is_transient_is_repeated(emulator: dict[str, str], script: Script, picture: bytes) -> None:
    script({"method": "setGroupPicture", "to": 2, "answer": {"status": 502}})

    report = session(emulator).set_group_picture(GROUP, picture)

    assert report.error is None
    assert [attempt.failure for attempt in report.attempts] == ["server unavailable", "server unavailable", None]


def test_a_failure_says_when_and_by_what_rule(emulator: dict[str, str], script: Script, picture: bytes) -> None:
    waits = {"like": "too-many-requests", "retry-after": {"seconds": 7}}
    script({"method": "setGroupPicture", "answer": waits})

    report = session(emulator, deadline=1.0).set_group_picture(GROUP, picture)

    with pytest.raises(group_picture.UploadError) as raised:
        report.raise_for_error()
    for error in (raised.value, pickle.loads(pickle.dumps(raised.value))):
        assert (error.kind, error.status, error.retry_after) == ("too many requests", 429, 7.0)
        assert error.rule is not None and error.rule[:3] == ("service", "refused", "later")
        assert error.rule.advice in str(error)
    assert report.verified is None


def test_a_session_stops_when_every_group_would_fail(emulator: dict[str, str], script: Script, picture: bytes) -> None:
    script({"method": "setGroupPicture", "answer": {"status": 401}})
    stopping = session(emulator)

    reports = [stopping.set_group_picture(GROUP, picture) for _ in range(4)]

    assert stopping.stopped == "token not accepted"
    assert [len(report.attempts) for report in reports] == [1, 1, 1, 0]
    last = reports[-1].error
    assert last is not None and last.kind == "not sent after a stop"


def test_success_that_is_none_is_denied(
    emulator: dict[str, str], script: Script, picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_session, "_PATIENCE", 0.0)
    proving = session(emulator, verify=True)
    script({"method": "setGroupPicture", "action": "skipped"})

    without_avatar = proving.set_group_picture(GROUP, picture)
    script()
    proving.set_group_picture(GROUP, group_picture.prepare(picture, side=200, gravity="north")).raise_for_error()

    assert (without_avatar.error, without_avatar.verified) == (None, "denied")


def test_another_picture_is_denied(
    emulator: dict[str, str], script: Script, photos: dict[str, bytes], picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_session, "_PATIENCE", 0.0)
    proving = session(emulator, verify=True)
    proving.set_group_picture(GROUP, group_picture.prepare(photos["photos/coffee.png"])).raise_for_error()
    script({"method": "setGroupPicture", "action": "skipped"})

    report = proving.set_group_picture(GROUP, picture)

    assert report.verified == "denied"


def test_after_winding_down_nothing_is_repeated(emulator: dict[str, str], script: Script, picture: bytes) -> None:
    script({"method": "setGroupPicture", "answer": {"status": 502}})
    ending = session(emulator)
    ending.wind_down()

    report = ending.set_group_picture(GROUP, picture)

    assert report.error is not None and len(report.attempts) <= 1


def test_values_of_a_wrong_form_are_told_at_once(emulator: dict[str, str], picture: bytes) -> None:
    with pytest.raises(group_picture.InvalidValueError, match="on_unknown"):
        session(emulator, on_unknown="again")
    with pytest.raises(group_picture.InvalidValueError):
        session(emulator).set_group_picture("10000000000000", picture)
    assert emulator["GREEN_API_TOKEN"] not in repr(session(emulator))
