"""
`python -m benchmarks.house.measured`: one city in a house of its own, filled, visited, removed; what was seen, as JSON.

A process for each size: Django is pointed at one house in its life. With `--turns` its pages are visited when somebody
asks for one on the input, a line each, so that cities of several sizes take turns within seconds.
"""

import argparse
import importlib
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from benchmarks.house import rows
from benchmarks.house.own import own_house
from benchmarks.refusal import NotMeasured

ROOT = Path(__file__).parents[2]
REFUSED = 3


def seen(part: int, *, boards: bool, phones: bool = False) -> dict[str, Any]:
    """Have a city of `1/part` the size (0: a tiny one) measured in a process of its own; return what it saw."""
    with tempfile.TemporaryDirectory(prefix="bench-seen-") as folder:
        out = Path(folder) / "seen.json"
        command = [sys.executable, "-m", "benchmarks.house.measured", str(part), str(out)]
        wanted = ["--phones", "--no-pages"] if phones else []
        process = subprocess.Popen([*command, *wanted, *(["--boards"] if boards else [])], cwd=ROOT)
        try:
            code = process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    if code == REFUSED:
        raise NotMeasured(found["refused"])
    if code:
        raise RuntimeError(f"the city of 1/{part} could not be measured")
    return found


#: How often each page is visited in each city, in turn, and how many times at most in a go.
ROUNDS, IN_A_GO, AGAIN = 5, 12, 4
#: What a line begins with that is an answer and no word about how far a city is.
ANSWER = "answer: "


def seen_in_turns(
    parts: Sequence[int], is_unclear: Callable[[str, list[dict[str, Any]]], bool]
) -> list[dict[str, Any]]:
    """
    Have cities of these sizes stand side by side and their pages visited in turn; the last has its boards opened.

    What is unclear after that is visited anew, AGAIN times the rounds; all rounds count, the first ones, too.
    """
    with ExitStack() as stack:
        cities = [stack.enter_context(Standing(part, boards=part == parts[-1])) for part in parts]
        for name in cities[0].names:
            _visited(cities, name, ROUNDS)
        for name in cities[0].names:
            if is_unclear(name, [city.pages for city in cities]):
                _visited(cities, name, ROUNDS * AGAIN)
        return [city.ended() | {"pages": city.pages} for city in cities]


def _visited(cities: Sequence["Standing"], name: str, rounds: int) -> None:
    for _round in range(rounds):
        for city in cities:
            city.go(name)


class Standing:
    """A city in a process of its own that visits its pages when it is asked to."""

    def __init__(self, part: int, *, boards: bool) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bench-seen-")
        self._out = Path(self._folder.name) / "seen.json"
        command = [sys.executable, "-m", "benchmarks.house.measured", str(part), str(self._out), "--turns"]
        self._process = subprocess.Popen(
            [*command, *(["--boards"] if boards else [])],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.names: list[str] = []
        #: What `visits.pages_visited` returns, as far as it has come.
        self.pages: dict[str, tuple[list[list[float]], list[list[float]], int]] = {}

    def __enter__(self) -> "Standing":
        """Wait until it is filled and served."""
        try:
            self.names = self._answer()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_why: object) -> None:
        """End it, whatever it is at."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()
        self._folder.cleanup()

    def go(self, name: str) -> None:
        """Visit a page and the floor a few times more."""
        print(name, file=self._pipe(self._process.stdin), flush=True)
        more_ours, more_floor, length = self._answer()
        ours, floor, _length = self.pages.get(name, ([], [], 0))
        self.pages[name] = ([*ours, *more_ours], [*floor, *more_floor], length)

    def ended(self) -> dict[str, Any]:
        """Let it open its boards, where it should, and end; return what else it saw."""
        self._pipe(self._process.stdin).close()
        for line in self._pipe(self._process.stdout):
            print(line, end="", flush=True)
        if self._process.wait():
            raise RuntimeError("a city could not be measured")
        found: dict[str, Any] = json.loads(self._out.read_text(encoding="utf-8"))
        return found

    def _answer(self) -> Any:
        for line in self._pipe(self._process.stdout):
            if line.startswith(ANSWER):
                return json.loads(line.removeprefix(ANSWER))
            print(line, end="", flush=True)
        if self._process.wait() == REFUSED:
            raise NotMeasured(json.loads(self._out.read_text(encoding="utf-8"))["refused"])
        raise RuntimeError("a city could not be measured")

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        if pipe is None:
            raise RuntimeError("a process without pipes")
        return pipe


def look(
    size: rows.Size,
    *,
    quick: bool,
    boards: bool,
    pages: bool = True,
    turns: bool = False,
    phones: bool = False,
) -> dict[str, Any]:
    """Fill the present house, serve it, visit every page, open a thousand boards, sync a phone: what is asked for."""
    # Loaded by name: the rooms can be imported only once Django is set up.
    city, visits, watch, visitor = (
        importlib.import_module(f"benchmarks.house.{name}")
        for name in ("city", "visits", "boards", "visitor")
    )
    from django.conf import settings
    from django.db import connections

    filled = city.make_city(size, settings.DATA, grids=1_400 if quick else 12_000)
    connections.close_all()
    with visitor.site() as (port, pid):
        if turns:
            taken_in_turn(visits.Tour(filled, port))
        return {
            "size": size.words(),
            "pages": visits.pages_visited(
                filled, port, **({"rounds": 1, "most": 2} if quick else {"rounds": 3})
            )
            if pages and not turns
            else {},
            "boards": watch.boards_open(port, pid, quick=quick) if boards else {},
            "phones": _phones(filled, port, pid, quick) if phones else {},
        }


def _phones(filled: Any, port: int, pid: int, quick: bool) -> dict[str, Any]:
    phone, answering, lasting, starting, enrolling = (
        importlib.import_module(f"benchmarks.house.{name}")
        for name in ("phones", "answering", "lasting", "starting", "enrolling")
    )
    held = phone.phone_of(filled, port)
    found: dict[str, Any] = phone.phones_seen(held, port, quick=quick)
    found["answers"] = answering.answers_seen(held, pid, found["task"], quick=quick)
    found["lasting"] = lasting.lasting_seen(held, pid, quick=quick)
    # Last: a worker has one phone, and each of these ends the one before.
    found["starts"] = starting.starts_seen(filled, port, quick=quick)
    found["enrolled"] = enrolling.enrolled_seen(filled, port, pid, quick=quick)
    return found


def taken_in_turn(tour: Any) -> None:
    """Say what pages there are; visit each that is asked for, until nothing is asked any more."""
    print(ANSWER + json.dumps(tour.names), flush=True)
    for line in sys.stdin:
        print(ANSWER + json.dumps(tour.visit(line.strip(), 1, IN_A_GO)), flush=True)


def main(words: list[str] | None = None) -> int:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.house.measured", description=__doc__)
    parser.add_argument("part", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--boards", action="store_true")
    parser.add_argument("--no-pages", action="store_true", help="the boards alone")
    parser.add_argument("--phones", action="store_true", help="a worker's phone")
    parser.add_argument("--turns", action="store_true", help="visit what is asked for on the input")
    chosen = parser.parse_args(words)
    quick = chosen.part == 0
    size = rows.tiny() if quick else rows.Size().part(chosen.part)
    try:
        with own_house():
            found = look(
                size,
                quick=quick,
                boards=chosen.boards,
                pages=not chosen.no_pages,
                turns=chosen.turns,
                phones=chosen.phones,
            )
    except NotMeasured as missing:
        chosen.out.write_text(json.dumps({"refused": str(missing)}), encoding="utf-8")
        return REFUSED
    chosen.out.write_text(json.dumps(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    sys.exit(main())
