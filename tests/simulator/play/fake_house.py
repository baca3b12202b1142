"""
A house in memory with the pages of the real one, small enough to be told to misbehave.

It counts what it is given: a form it has seen is known by its name, as the real house does. `loses` says of each post
whether its answer gets lost, before or after the house has taken it.
"""

import heapq
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs
from uuid import uuid4

from simulator.play.clock import DayClock
from simulator.play.doors import Answer, House, Lost
from simulator.play.journal import Journal
from simulator.play.sending import World
from simulator.play.stage import Life


@dataclass
class Asked:
    """A person of a task as the page shows him or her."""

    name: str
    phone: str
    person_id: str = field(default_factory=lambda: str(uuid4()))
    outcome: str = ""


@dataclass
class Task:
    """One household with what was recorded about it."""

    address: str
    people: list[Asked]
    priority: str = "P2"
    task_id: str = field(default_factory=lambda: str(uuid4()))
    trail: list[tuple[str, str]] = field(default_factory=list)
    forms: dict[str, str] = field(default_factory=dict)
    is_closed: bool = False

    @property
    def building(self) -> str:
        return self.address.split("单元", 1)[0].rstrip("0123456789")


class FakeHouse(House):
    """Pages and forms of one worker's house."""

    def __init__(self, *tasks: Task) -> None:
        super().__init__("http://127.0.0.1:9")
        self.tasks = {task.task_id: task for task in tasks}
        self.posts: list[tuple[str, dict[str, str]]] = []
        self.gets: list[str] = []
        #: "before" or "after" for the posts to come, in order; nothing means that the answer arrives.
        self.loses: deque[str] = deque()
        self.refuses: deque[str] = deque()
        self.is_away = False
        self._steps = 0

    def send(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str]
    ) -> tuple[Answer, list[str]]:
        if self.is_away:
            raise Lost("ConnectionRefusedError")
        if path == "/login":
            cookies = ["csrftoken=fresh"] + (["sessionid=one"] if method == "POST" else [])
            return self._answer(302 if method == "POST" else 200, location="/"), cookies
        if "sessionid" not in headers.get("Cookie", ""):
            return self._answer(401, "<main><code>login_required</code></main>"), []
        if method == "GET":
            self.gets.append(path)
            return self._page(path), []
        return self._posted(path, {name: value[0] for name, value in parse_qs(body.decode()).items()}), []

    def _posted(self, path: str, form: dict[str, str]) -> Answer:
        how = self.loses.popleft() if self.loses else ""
        if how == "before":
            raise Lost("ConnectionResetError")
        self.posts.append((path, form))
        answer = self._recorded(path, form)
        if how == "after":
            raise Lost("TimeoutError")
        return answer

    def _recorded(self, path: str, form: dict[str, str]) -> Answer:
        _today, task_id, kind = path.removeprefix("/").split("/")
        task = self.tasks[task_id]
        assert form["csrfmiddlewaretoken"] == "fresh"
        if form["ask"] in task.forms:
            return self._answer(302, location="/today" if task.is_closed else f"/today/{task_id}")
        if self.refuses:
            return self._answer(409, f"<main><code>{self.refuses.popleft()}</code></main>")
        if task.is_closed:
            return self._answer(404, "<main><code>not_found</code></main>")
        self._steps += 1
        title = {"visit": "Visit", "phone": "Phone check"}[kind]
        task.trail.append((f"{title}: {form['result']}", f"2026-11-26T01:00:{self._steps:02d}+00:00"))
        task.forms[form["ask"]] = form["result"]
        for person in task.people:
            told = form.get(f"outcome-{person.person_id}", "")
            if kind == "phone" and form["person"] == person.person_id:
                told = form.get("outcome", "")
            person.outcome = told or person.outcome
        task.is_closed = all(person.outcome for person in task.people)
        return self._answer(302, location="/today" if task.is_closed else f"/today/{task_id}")

    def _page(self, path: str) -> Answer:
        if path == "/today":
            return self._answer(200, self._today())
        task = self.tasks.get(path.rpartition("/")[2])
        if task is None or task.is_closed:
            return self._answer(404, "<main><code>not_found</code></main>")
        return self._answer(200, self._work(task))

    def _today(self) -> str:
        groups: dict[str, list[Task]] = {}
        for task in self.tasks.values():
            if not task.is_closed:
                groups.setdefault(task.building, []).append(task)
        return "<main>" + "".join(
            f'<section class="gw-day-group"><h2>{building}</h2><ul>'
            + "".join(
                f'<li><a class="gw-day-row" href="/today/{task.task_id}"><span class="gw-badge gw-warn">'
                f'{task.priority}</span><span class="gw-quiet">{len(task.people)} people · 3 asks</span></a></li>'
                for task in group
            )
            + "</ul></section>"
            for building, group in groups.items()
        )

    def _work(self, task: Task) -> str:
        people = "".join(
            f'<li class="gw-person"><p class="gw-person-who"><strong>{number} · {escape(one.name)}</strong>'
            f' <span class="gw-quiet">{one.phone}</span></p><ol><li class="gw-pass-current">Phone check</li></ol></li>'
            for number, one in enumerate(task.people, 1)
        )
        open_people = [(number, one) for number, one in enumerate(task.people, 1) if not one.outcome]
        outcomes = "".join(
            f'<fieldset class="gw-field"><legend>{number} · {escape(one.name)}</legend>'
            f'<select name="outcome-{one.person_id}"><option value=""></option>{OUTCOMES}</select></fieldset>'
            for number, one in open_people
        )
        calls = "".join(
            f'<form method="post" action="/today/{task.task_id}/phone">'
            f'<input type="hidden" name="ask" value="{uuid4()}">'
            f'<input type="hidden" name="person" value="{one.person_id}"><select name="result">{CALLS}</select>'
            f'<select name="outcome"><option value=""></option><option value="moved"></option></select></form>'
            for _number, one in open_people
        )
        trail = "".join(
            f'<li><strong>{title}</strong> <time datetime="{at}"></time></li>' for title, at in task.trail
        )
        return (
            f'<main><p><a href="/today">Today</a></p><h1>{task.address}</h1><p>某区 · 某街道 · 某社区 · '
            f'<span class="gw-badge">3 h left</span></p><ul>{people}</ul><form method="post" action='
            f'"/today/{task.task_id}/visit"><input type="hidden" name="ask" value="{uuid4()}">{RESULTS}{outcomes}'
            f'</form>{calls}<ol class="gw-timeline">{trail}</ol></main>'
        )

    @staticmethod
    def _answer(status: int, text: str = "", location: str = "") -> Answer:
        return Answer(status, location, text.encode(), 0.001)

    def visits(self) -> int:
        """Return how many visits the house counts."""
        return sum(title.startswith("Visit") for task in self.tasks.values() for title, _at in task.trail)


def _options(*values: str) -> str:
    return "".join(f'<option value="{value}"></option>' for value in values)


OUTCOMES = _options("verified_present", "verified_absent", "moved", "wrong_person", "refused", "out_of_scope")
CALLS = _options("answered", "no_answer", "busy", "powered_off", "invalid_number", "hung_up")
RESULTS = "".join(
    f'<input type="radio" name="result" value="{value}">'
    for value in ("done", "not_home", "refused", "moved", "unsafe", "postponed")
)


class Hand:
    """A clock that stands still until somebody waits: a day goes by in no time."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def world_of(house: House, *, start: int = 8 * 3600, hand: Hand | None = None) -> World:
    """Return a world at eight in the morning, one played second a second of the hand."""
    return World(house, DayClock(start, 1.0, hand or Hand()), Journal())


def lived(life: Life, hand: Hand, *, start: int = 8 * 3600) -> list[int]:
    """Live to the end, moving the hand to each moment somebody waits for; return these moments."""
    moments = []
    for second in life:
        hand.seconds = max(hand.seconds, second - start)
        moments.append(int(start + hand.seconds))
        assert len(moments) < 5_000, "this day does not end"
    return moments


def acted(lives: list[Life], hand: Hand, *, start: int) -> None:
    """Let several live through their day at once, each at its moments, without waiting and without threads."""
    turns = [(float(start), number, life) for number, life in enumerate(lives)]
    while turns:
        second, number, life = heapq.heappop(turns)
        hand.seconds = max(hand.seconds, second - start)
        if (following := next(life, None)) is not None:
            heapq.heappush(turns, (following, number, life))
