"""
Live streams, spoken to as the server speaks to them: who gets one, which bells he hears, and when it ends.

A bell names a topic; what a screen is not about it does not hear, and nothing about anybody is ever in it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, connection, connections
from django.test import Client

from gridward.kernel import live
from gridward.kernel.actor import ANONYMOUS, Actor, Scope
from gridward.wiring import stream as stream_module
from gridward.wiring.stream import MOST_STREAMS, Places, Screen, Stream

PATIENCE = 5.0


def actor(*ranges: tuple[int, int]) -> Actor:
    scopes = tuple(Scope(pos, end, str(pos), "", "grid") for pos, end in ranges)
    return Actor(id=None, handle="worker", role="grid_worker", scopes=scopes)


# --- which bell reaches which screen ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ranges", "bell", "heard"),
    [
        ([(10, 20)], (10, 11), True),
        ([(10, 20)], (19, 20), True),
        ([(10, 20)], (20, 21), False),
        ([(10, 20)], (9, 10), False),
        ([(10, 20)], (0, 100), True),
        ([(10, 20)], (15, 16), True),
        ([(10, 20), (40, 50)], (20, 40), False),
        ([(10, 20), (40, 50)], (39, 41), True),
        ([], (0, 100), False),
    ],
)
def test_a_screen_hears_what_touches_its_areas_and_nothing_beside_them(
    ranges: list[tuple[int, int]], bell: tuple[int, int], heard: bool
) -> None:
    screen, beside = Screen(actor(*ranges)), Screen(actor((1_000, 1_001)))

    met = Places.of([beside, screen]).met(*bell)

    assert set(met) == ({screen} if heard else set())


def test_nobody_looks_and_a_bell_meets_nobody() -> None:
    assert Places.of([]).met(0, 9) == Places.of([Screen(actor())]).met(0, 9) == []


def test_a_slow_screen_keeps_one_bell_of_each_topic_however_often_it_rings() -> None:
    screen = Screen(actor((0, 9)))

    for _ in range(1_000):
        screen.hear("task")
        screen.hear("batch")

    assert screen.waiting == {"task", "batch"}


@pytest.mark.parametrize(
    ("levels", "cost"), [((), 1.0), (("grid",), 1.0), (("street", "district"), 2.0), (("city",), 8.0)]
)
def test_a_wide_board_counts_for_several_narrow_ones(levels: tuple[str, ...], cost: float) -> None:
    scopes = tuple(Scope(number, number + 1, str(number), "", level) for number, level in enumerate(levels))

    assert Screen(Actor(id=None, handle="officer", role="city_officer", scopes=scopes)).cost == cost


# --- the conversation -------------------------------------------------------------------------------------------------


class Talk:
    """One connection to the stream, as the server holds it."""

    def __init__(self, stream: Stream, *, cookie: str = "", method: str = "GET") -> None:
        headers = [(b"cookie", cookie.encode("latin-1"))] if cookie else []
        self._scope = {"type": "http", "path": "/live", "method": method, "headers": headers}
        self._gone = asyncio.Event()
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.task = asyncio.create_task(stream.serve(self._scope, self._receive, self._said.put))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def hears(self) -> dict[str, Any]:
        return await asyncio.wait_for(self._said.get(), PATIENCE)

    async def topics(self) -> list[str]:
        """The topics of the next lines that carry any."""
        while True:
            lines = (await self.hears())["body"].decode().splitlines()
            found = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
            if found:
                assert all(bell.keys() == {"topic", "as_of"} for bell in found)
                return [bell["topic"] for bell in found]

    async def leave(self) -> None:
        self._gone.set()


@asynccontextmanager
async def open_stream(who: Actor | None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stream]:
    """A stream whose visitors are `who`, with no database behind it."""
    if who is not None:
        monkeypatch.setattr(stream_module, "_actor_of", lambda scope: who)
    stream = Stream()
    stream._pump = asyncio.create_task(asyncio.sleep(3600))
    yield stream
    await stream.stop()


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), 30))


def test_a_stream_begins_with_its_kind_and_how_soon_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with open_stream(actor((0, 9)), monkeypatch) as stream:
            talk = Talk(stream)

            start, first = await talk.hears(), await talk.hears()

            assert start["status"] == 200
            assert dict(start["headers"]) == {
                b"content-type": b"text/event-stream", b"cache-control": b"no-store", b"x-accel-buffering": b"no",
            }  # fmt: skip
            assert first == {"type": "http.response.body", "body": b"retry: 3000\n\n", "more_body": True}
            talk.task.cancel()

    run(story)


def test_a_bell_goes_to_the_screens_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with open_stream(actor((0, 9)), monkeypatch) as stream:
            here = Talk(stream)
            await here.hears()
            monkeypatch.setattr(stream_module, "_actor_of", lambda scope: actor((10, 19)))
            there = Talk(stream)
            await there.hears()

            stream._ring('{"topic": "task", "pos": 12, "end": 13}')
            stream._ring('{"topic": "batch", "pos": 0, "end": 99}')

            assert await there.topics() == ["batch", "task"]
            assert await here.topics() == ["batch"]
            here.task.cancel()
            there.task.cancel()

    run(story)


@pytest.mark.parametrize(
    ("who", "method", "status"),
    [(ANONYMOUS, "GET", 401), (actor((0, 9)), "POST", 405), (actor((0, 9)), "HEAD", 405)],
)
def test_nobody_gets_a_stream_without_signing_in_or_by_another_method(
    monkeypatch: pytest.MonkeyPatch, who: Actor, method: str, status: int
) -> None:
    async def story() -> None:
        async with open_stream(who, monkeypatch) as stream:
            talk = Talk(stream, method=method)

            start, body = await talk.hears(), await talk.hears()
            await talk.task

            assert (start["status"], body["body"], body.get("more_body", False)) == (status, b"", False)
            assert not stream._screens

    run(story)


def test_one_stream_too_many_is_told_to_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with open_stream(actor((0, 9)), monkeypatch) as stream:
            stream._screens = {Screen(actor()) for _ in range(MOST_STREAMS)}

            talk = Talk(stream)
            start = await talk.hears()
            await talk.task

            assert start["status"] == 503
            assert len(stream._screens) == MOST_STREAMS

    run(story)


def test_a_screen_that_leaves_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "HEARTBEAT_SECONDS", 0.02)

    async def story() -> None:
        async with open_stream(actor((0, 9)), monkeypatch) as stream:
            talk = Talk(stream)
            await talk.hears()
            await talk.leave()

            await asyncio.wait_for(talk.task, PATIENCE)

            assert not stream._screens

    run(story)


def test_a_silent_stream_beats_so_that_nothing_on_the_way_closes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "HEARTBEAT_SECONDS", 0.02)

    async def story() -> None:
        async with open_stream(actor((0, 9)), monkeypatch) as stream:
            talk = Talk(stream)
            await talk.hears()
            await talk.hears()

            assert (await talk.hears())["body"] == b": beat\n\n"
            talk.task.cancel()

    run(story)


@pytest.mark.parametrize("away", [DatabaseError("it restarts just now"), InterfaceError("connection closed")])
def test_a_stream_ends_when_its_session_has_ended_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, away: Exception
) -> None:
    monkeypatch.setattr(stream_module, "HEARTBEAT_SECONDS", 0.02)
    monkeypatch.setattr(stream_module, "RECHECK_SECONDS", 0.01)
    asked: list[set[str]] = []

    def alive(keys: set[str]) -> set[str]:
        asked.append(set(keys))
        if len(asked) == 1:
            raise away
        return keys - {"ended"}

    monkeypatch.setattr(stream_module, "_alive", alive)

    async def story() -> None:
        async with open_stream(replace(actor((0, 9)), session_key="ended"), monkeypatch) as stream:
            talk = Talk(stream)
            await talk.hears()
            monkeypatch.setattr(
                stream_module, "_actor_of", lambda scope: replace(actor((0, 9)), session_key="on")
            )
            other = Talk(stream)
            await other.hears()
            stream._watch = asyncio.create_task(stream._look_after())

            await asyncio.wait_for(talk.task, PATIENCE)

            last = {"more_body": True}
            while not talk._said.empty():
                last = talk._said.get_nowait()
            assert (last["body"], last["more_body"]) == (b"", False)
            assert [screen.actor.session_key for screen in stream._screens] == ["on"]
            assert not other.task.done() and len(asked) >= 2
            other.task.cancel()

    run(story)


@pytest.mark.slow
def test_a_thousand_screens_are_told_in_turn_and_the_quiet_one_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "TOLD_A_SECOND", 20.0 * stream_module.site_workers())
    monkeypatch.setattr(stream_module, "TOLD_AT_ONCE", 2)

    async def story() -> None:
        async with open_stream(actor((0, 9)), monkeypatch) as stream:
            busy = [Talk(stream) for _ in range(12)]
            for talk in busy:
                await talk.hears()
            stream._ring('{"topic": "task", "pos": 1, "end": 2}')
            await asyncio.sleep(0.3)
            told = sum(1 for screen in stream._screens if not screen.waiting)
            assert 2 <= told < 12, "not all of them ask in the same instant"
            await asyncio.gather(*(talk.topics() for talk in busy))
            stream._ring('{"topic": "task", "pos": 1, "end": 2}')
            monkeypatch.setattr(stream_module, "_actor_of", lambda scope: actor((50, 60)))
            quiet = Talk(stream)
            await quiet.hears()
            stream._ring('{"topic": "task", "pos": 55, "end": 56}')

            assert await quiet.topics() == ["task"]
            assert any(screen.waiting for screen in stream._screens), "before the busy ones, who came first"
            await asyncio.gather(*(talk.topics() for talk in busy))
            for talk in (*busy, quiet):
                talk.task.cancel()

    run(story)


# --- with a database --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=False)
def test_only_a_living_session_opens_a_stream(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        stream_module, "close_old_connections", lambda: None
    )  # the test's transaction is in there
    worker = actor_of("grid_worker", "320102003015001")
    client = client_of(worker)
    key = client.cookies["sessionid"].value

    def who(cookie: str) -> Actor:
        return stream_module._actor_of({"headers": [(b"host", b"x"), (b"cookie", cookie.encode("latin-1"))]})

    assert who(f"sessionid={key}").handle == worker.handle
    assert who(f"csrftoken=1; sessionid={key}; x=y").scopes == worker.scopes
    for nobody in ("", "sessionid=", "sessionid=guess", f"other={key}", "\x00=;;;", 'sessionid="'):
        assert who(nobody) is ANONYMOUS, nobody
    assert stream_module._actor_of({"headers": []}) is ANONYMOUS
    client.post("/logout/")
    assert who(f"sessionid={key}") is ANONYMOUS


@pytest.mark.slow
def test_a_bell_of_the_database_is_heard_and_a_lost_connection_rings_everybody(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        monkeypatch.setattr(stream_module, "_actor_of", lambda scope: actor((0, 9)))
        stream = Stream()
        stream.start()
        talk = Talk(stream)
        await talk.hears()
        for _ in range(100):
            await asyncio.to_thread(ring)
            with suppress(TimeoutError):
                assert await asyncio.wait_for(talk.topics(), 0.2) == ["task"]
                break
        await asyncio.to_thread(cut_off)

        topics = await talk.topics()

        assert "reconnect" in topics or "reconnect" in await talk.topics()
        talk.task.cancel()
        await stream.stop()

    def ring() -> None:
        live.ring("task", pos=3)
        connections.close_all()

    def cut_off() -> None:
        with connection.cursor() as cursor:
            cursor.execute("set role gridward_owner")
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen gridward_live%'"
                " and datname = current_database()"
            )
        connections.close_all()

    run(story)
