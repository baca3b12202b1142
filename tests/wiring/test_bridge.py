"""The bridge between the server and the pages: what crosses at once, what streams, and who left."""

import asyncio
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from gridward.wiring.bridge import SMALL, Bridge


class Whole:
    """An answer as Django makes it: complete."""

    streaming = False

    def __init__(self, *chunks: bytes) -> None:
        self.chunks = chunks
        self.closed_in = ""

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.chunks)

    def close(self) -> None:
        self.closed_in = threading.current_thread().name


class Streaming(Whole):
    """An answer that is made while it is read."""

    streaming = True


def asked(
    answer: Iterable[bytes],
    *,
    body: list[bytes] | None = None,
    headers: dict[str, str] | None = None,
    reads: int = -1,
) -> tuple[list[dict[str, Any]], list[bytes]]:
    """Return what the server sends for one request, and what the pages read of its body."""
    read: list[bytes] = []

    def pages(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        read.append(environ["wsgi.input"].read(reads))
        start("201 Created", [("Content-Type", "text/plain"), ("X-Word", "é")])
        return answer

    sent: list[dict[str, Any]] = []
    parts = [{"type": "http.request", "body": part, "more_body": True} for part in body or []]
    parts.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> dict[str, Any]:
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/a", "query_string": b"", "http_version": "1.1",
        "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    asyncio.run(Bridge(pages, threads=2)(scope, receive, send))
    return sent, read


def test_a_whole_answer_crosses_in_one_step_and_is_closed_where_it_was_made() -> None:
    answer = Whole(b"one ", b"two")

    sent, read = asked(answer, body=[b"given"], headers={"content-length": "5"})

    assert sent == [
        {
            "type": "http.response.start",
            "status": 201,
            "headers": [(b"content-type", b"text/plain"), (b"x-word", b"\xe9")],
        },
        {"type": "http.response.body", "body": b"one two"},
    ]
    assert read == [b"given"]
    assert answer.closed_in.startswith("pages")


def test_an_answer_that_is_made_while_it_is_read_goes_chunk_by_chunk() -> None:
    answer = Streaming(b"one", b"two")

    sent, _read = asked(answer)

    assert [message.get("body") for message in sent] == [None, b"one", b"two", b""]
    assert [message.get("more_body") for message in sent] == [None, True, True, None]
    assert answer.closed_in.startswith("pages")


@pytest.mark.parametrize(
    "headers",
    [{"content-length": str(SMALL + 1)}, {"transfer-encoding": "chunked"}, {"content-length": "many"}],
)
def test_a_large_body_and_one_that_does_not_say_its_size_are_read_as_they_come(
    headers: dict[str, str],
) -> None:
    sent, read = asked(Whole(b"done"), body=[b"abc", b"def"], headers=headers, reads=4)

    assert read == [b"abcd"]
    assert sent[0]["status"] == 201


def test_without_a_body_nothing_is_waited_for() -> None:
    _sent, read = asked(Whole(b"done"), body=[b"never read"])

    assert read == [b""]


def test_who_leaves_before_the_body_is_whole_is_not_answered() -> None:
    calls: list[str] = []

    def pages(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        calls.append("called")
        return [b""]

    async def leave() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(_message: dict[str, Any]) -> None:
        calls.append("sent")

    scope = {"type": "http", "headers": [(b"content-length", b"9")]}
    asyncio.run(Bridge(pages, threads=1)(scope, leave, send))

    assert calls == []


def test_what_the_pages_raise_reaches_the_server() -> None:
    def pages(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        raise RuntimeError("broken")

    async def never(*_said: object) -> dict[str, Any]:
        raise AssertionError

    scope = {
        "type": "http", "method": "GET", "path": "/", "query_string": b"", "http_version": "1.1", "headers": [],
    }  # fmt: skip
    with pytest.raises(RuntimeError, match="broken"):
        asyncio.run(Bridge(pages, threads=1)(scope, never, never))  # type: ignore[arg-type]  # never asked
