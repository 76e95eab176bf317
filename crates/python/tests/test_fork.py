"""Clients that cross into other processes, as servers start them: by fork, spawn and forkserver."""

from __future__ import annotations

import asyncio
import multiprocessing
from typing import Any

import pytest

import group_picture

GROUP = "-10000000000000"
CREDENTIALS = {"GREEN_API_ID_INSTANCE": "id_instance", "GREEN_API_TOKEN": "token", "GREEN_API_URL": "api_url"}
JPEG = b"\xff\xd8\xff"
#: Longer than any call takes, and short of the client's own limit: what hangs fails.
PATIENCE = 30

# What a server makes before it forks its workers.
preloaded: Any = None


def arguments(emulator: dict[str, str]) -> dict[str, Any]:
    return {argument: emulator[name] for name, argument in CREDENTIALS.items()}


def make(emulator: dict[str, str]) -> group_picture.Client:
    return group_picture.Client(**arguments(emulator))


def use_preloaded(results: Any) -> None:
    results.put([preloaded.set_group_picture(GROUP, JPEG) is not None, preloaded.state_instance()])


def make_and_use(results: Any, emulator: dict[str, str]) -> None:
    client = make(emulator)
    results.put([client.set_group_picture(GROUP, JPEG) is not None, client.state_instance()])


def use_async_preloaded(results: Any) -> None:
    async def state() -> None:
        await preloaded.set_group_picture(GROUP, JPEG)

    try:
        asyncio.run(state())
        results.put("set")
    except RuntimeError as error:
        results.put(str(error))


def leave_unused(results: Any) -> None:
    global preloaded
    preloaded = None
    results.put("left")


def in_process(method: str, target: Any, *arguments: Any) -> Any:
    context: Any = multiprocessing.get_context(method)
    results = context.Queue()
    process = context.Process(target=target, args=(results, *arguments))
    process.start()
    try:
        return results.get(timeout=PATIENCE)
    finally:
        process.join(timeout=PATIENCE)
        ended = process.exitcode == 0
        process.kill()
        assert ended, "the process did not end by itself"


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.parametrize("is_warm", [False, True])
def test_a_client_from_before_a_fork_works_in_both_processes(emulator: dict[str, str], is_warm: bool) -> None:
    global preloaded
    preloaded = make(emulator)
    if is_warm:
        preloaded.set_group_picture(GROUP, JPEG)

    told = in_process("fork", use_preloaded)

    assert told == [True, "authorized"]
    assert preloaded.state_instance() == "authorized"


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_ends_that_drops_its_parents_client(emulator: dict[str, str]) -> None:
    global preloaded
    preloaded = make(emulator)

    assert in_process("fork", leave_unused) == "left"


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_other_processes_make_their_own(emulator: dict[str, str], method: str) -> None:
    assert in_process(method, make_and_use, emulator) == [True, "authorized"]


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_coroutine_after_a_fork_is_an_error_and_no_wait(emulator: dict[str, str]) -> None:
    global preloaded
    preloaded = group_picture.AsyncClient(**arguments(emulator))

    async def use() -> None:
        assert await preloaded.set_group_picture(GROUP, JPEG) is not None

    asyncio.run(use())

    assert "forked" in in_process("fork", use_async_preloaded)
