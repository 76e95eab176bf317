"""The clients, against the emulator that the program brings."""

from __future__ import annotations

import asyncio
import pickle
import traceback
from typing import Any

import pytest

import group_picture

GROUP = "-10000000000000"


def arguments(emulator: dict[str, str]) -> dict[str, Any]:
    return {
        "id_instance": emulator["GREEN_API_ID_INSTANCE"],
        "token": emulator["GREEN_API_TOKEN"],
        "api_url": emulator["GREEN_API_URL"],
    }


def test_a_group_gets_its_picture(emulator: dict[str, str], photos: dict[str, bytes]) -> None:
    client = group_picture.Client(**arguments(emulator))

    url = client.set_group_picture(GROUP, group_picture.prepare(photos["photos/rocket.jpg"]))

    assert url == client.avatar(GROUP)


def test_the_same_for_asyncio(emulator: dict[str, str], photos: dict[str, bytes]) -> None:
    picture = group_picture.prepare(photos["photos/rocket.jpg"])

    async def several() -> list[str | None]:
        client = group_picture.AsyncClient(**arguments(emulator))
        return await asyncio.gather(*(client.set_group_picture(f"-1000000000000{n}", picture) for n in range(5)))

    assert len(asyncio.run(several())) == 5


def test_a_refusal_is_sorted_and_holds_no_token(emulator: dict[str, str], photos: dict[str, bytes]) -> None:
    token = "0123456789abcdef" * 3
    client = group_picture.Client(**(arguments(emulator) | {"token": token}))

    with pytest.raises(group_picture.UploadError) as raised:
        client.set_group_picture(GROUP, group_picture.prepare(photos["photos/rocket.jpg"]))

    assert raised.value.kind == "token not accepted"
    assert not raised.value.unknown_outcome
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(client)
    assert token not in told


def test_nothing_is_sent_that_is_no_jpeg(emulator: dict[str, str]) -> None:
    with pytest.raises(group_picture.UploadError) as raised:
        group_picture.Client(**arguments(emulator)).set_group_picture(GROUP, b"no picture")

    assert raised.value.kind == "not a JPEG"


@pytest.mark.parametrize(
    "wrong",
    [{"id_instance": "instance"}, {"token": "to ken"}, {"api_url": "http://example.com"}, {"messenger": "viber"}],
)
def test_values_of_a_wrong_form_are_told_at_once(wrong: dict[str, str]) -> None:
    given: dict[str, Any] = {"id_instance": "3100000001", "token": "secret-value"} | wrong

    with pytest.raises(group_picture.InvalidValueError) as raised:
        group_picture.Client(**given)

    assert "secret-value" not in str(raised.value)
    assert "to ken" not in str(raised.value)


def test_a_chat_id_of_a_wrong_form_is_told_at_once() -> None:
    client = group_picture.Client("3100000001", "secret-value")

    with pytest.raises(group_picture.InvalidValueError):
        client.set_group_picture("10000000000000", b"\xff\xd8\xff")


def test_a_picture_that_max_refuses_for_its_size_is_warned_of(emulator: dict[str, str]) -> None:
    client = group_picture.Client(**arguments(emulator))
    picture = b"\xff\xd8\xff" + bytes(900_000)

    with pytest.warns(UserWarning, match="900003 bytes"), pytest.raises(group_picture.UploadError, match="too large"):
        client.set_group_picture(GROUP, picture)


def test_a_group_is_looked_at_before_and_after(emulator: dict[str, str], photos: dict[str, bytes]) -> None:
    client = group_picture.Client(**arguments(emulator))
    picture = group_picture.prepare(photos["photos/rocket.jpg"])

    url = client.set_group_picture(GROUP, picture)

    assert client.state_instance() == "authorized"
    assert set(client.group_data(GROUP)) == {"subject", "size", "is_open"}
    assert url is not None and client.fetch_avatar(url) == picture
    with pytest.raises(group_picture.FetchError):
        client.fetch_avatar("https://example.com/avatar.jpg")


def test_an_error_has_its_status_also_in_another_process(emulator: dict[str, str]) -> None:
    client = group_picture.Client(**(arguments(emulator) | {"token": "0123456789abcdef" * 3}))

    with pytest.raises(group_picture.UploadError) as raised:
        client.set_group_picture(GROUP, b"\xff\xd8\xff")

    sent = pickle.loads(pickle.dumps(raised.value))
    assert (sent.status, sent.retry_after) == (raised.value.status, raised.value.retry_after) == (401, None)


def test_the_asynchronous_client_has_every_method(emulator: dict[str, str], photos: dict[str, bytes]) -> None:
    public = {name for name in dir(group_picture.Client) if not name.startswith("_")}
    picture = group_picture.prepare(photos["photos/rocket.jpg"])

    async def look() -> tuple[Any, ...]:
        client = group_picture.AsyncClient(**arguments(emulator))
        url = await client.set_group_picture(GROUP, picture)
        assert url is not None
        return (
            await client.state_instance(),
            await client.fetch_avatar(url),
            await client.group_data(GROUP),
            await client.groups(),
            await client.avatar(GROUP) == url,
        )

    client = group_picture.Client(**arguments(emulator))
    looked = asyncio.run(look())

    assert public == {name for name in dir(group_picture.AsyncClient) if not name.startswith("_")}
    assert looked == ("authorized", picture, client.group_data(GROUP), client.groups(), True)


def test_errors_of_coroutines_are_the_same(emulator: dict[str, str]) -> None:
    wrong = arguments(emulator) | {"token": "0123456789abcdef" * 3}

    async def state() -> None:
        await group_picture.AsyncClient(**wrong).state_instance()

    async def fetch() -> None:
        await group_picture.AsyncClient(**arguments(emulator)).fetch_avatar("https://example.com/avatar.jpg")

    with pytest.raises(group_picture.UploadError, match="token"):
        asyncio.run(state())
    with pytest.raises(group_picture.FetchError):
        asyncio.run(fetch())
