"""
How everybody in a played day sends: write it down, send it, write down what came of it, and never send blindly twice.

Owns the order of these steps. A parcel whose answer was lost is looked for first; only what the house does not show is
sent again, on the same form. Refuses to hammer a house that does not answer: one tries, the others wait.
"""

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from simulator.play.clock import DayClock
from simulator.play.doors import Answer, Caller, Fields, House, Lost
from simulator.play.journal import Journal
from simulator.play.pages import read_refusal

#: After a lost answer nobody asks again for so long, in real seconds.
PAUSE_SECONDS = 1.0
Waiting = Generator[float, None, "Told"]


@dataclass(frozen=True)
class Outage:
    """When the house did not answer, in real seconds of the machine's steady clock."""

    began: float
    ended: float


class Weather:
    """Whether the house answers at present, as all who talk to it have found."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away_since = 0.0
        self._next_try = 0.0
        self.outages: list[Outage] = []

    def may_try(self) -> bool:
        """Tell whether somebody may ask the house now; while it is away, one in a pause may."""
        with self._lock:
            now = time.monotonic()
            if self._away_since and now < self._next_try:
                return False
            if self._away_since:
                self._next_try = now + PAUSE_SECONDS
            return True

    def lost(self) -> None:
        """Note that an answer was lost."""
        with self._lock:
            now = time.monotonic()
            self._away_since = self._away_since or now
            self._next_try = now + PAUSE_SECONDS

    def answered(self) -> None:
        """Note that the house answers."""
        with self._lock:
            if self._away_since:
                self.outages.append(Outage(self._away_since, time.monotonic()))
            self._away_since = 0.0


@dataclass(frozen=True)
class World:
    """What all who act share: the house, the clock, the book, the weather."""

    house: House
    clock: DayClock
    journal: Journal
    weather: Weather = field(default_factory=Weather)

    @property
    def pause(self) -> float:
        """A pause after a lost answer, in played seconds."""
        return max(1.0, PAUSE_SECONDS * self.clock.rate)


@dataclass(frozen=True)
class Told:
    """What became of a parcel: taken by the house, or refused with a code; and the answer, if there was one."""

    code: str
    answer: Answer | None

    @property
    def is_accepted(self) -> bool:
        """Whether the house took it."""
        return self.code == ""


@dataclass
class Parcel:
    """
    Something to be sent, which knows whether it may have arrived already.

    `took` looks at the pages of the house and tells whether it took effect; it is asked only after a lost answer.
    """

    what: str
    path: str
    fields: Fields
    took: Callable[[], bool]
    more: dict[str, Any] = field(default_factory=dict)
    number: int = 0
    is_lost: bool = False


class Person:
    """An account in somebody's hand."""

    def __init__(self, world: World, handle: str, password: str) -> None:
        self.world = world
        self.caller = Caller(world.house, handle, password)

    def get(self, path: str) -> Answer:
        """Open a page, signing in first where needed. Raises Lost."""
        self.sign_in()
        answer = self._read(path)
        if _is_signed_out(answer):
            self.world.journal.count("sessions ended by the house")
            self.caller.cookies.clear()
            self.sign_in()
            answer = self._read(path)
        return answer

    def _read(self, path: str) -> Answer:
        self._dare()
        return self._ask("GET", path, lambda: self.caller.get(path))

    def _dare(self) -> None:
        """Raise Lost, with nothing sent, while the house is away and it is not our turn to try."""
        if not self.world.weather.may_try():
            raise Lost("the house is away")

    def sign_in(self) -> None:
        """Open a session if there is none. Raises Lost, and Unusable when the house does not want the password."""
        if self.caller.is_signed_in:
            return
        self._dare()
        number = self.world.journal.intent(self.world.clock.now(), self.caller.handle, "sign in")
        try:
            answer = self._ask("POST", "/login", self.caller.sign_in)
        except Lost as lost:
            # A session more or less is nothing that could be doubled.
            self.world.journal.lost(number, str(lost))
            self.caller.cookies.clear()
            raise
        self.world.journal.accepted(number, "sign in", answer.status)

    def send(self, parcel: Parcel) -> Told:
        """Send a parcel, or find that it has arrived. Raises Lost, and then remembers to look first."""
        journal = self.world.journal
        self.sign_in()
        if parcel.is_lost:
            if parcel.took():
                parcel.is_lost = False
                journal.accepted(parcel.number, parcel.what, 0, found_by_looking=True)
                return Told("", None)
            journal.count("sent again knowingly")
        self._dare()
        if not parcel.number or parcel.is_lost:
            parcel.number = journal.intent(
                self.world.clock.now(), self.caller.handle, parcel.what, path=parcel.path, **parcel.more,
                **({"again": parcel.number} if parcel.number else {}),
            )  # fmt: skip
        try:
            answer = self._ask("POST", parcel.path, lambda: self.caller.post(parcel.path, parcel.fields))
        except Lost as lost:
            parcel.is_lost = True
            journal.lost(parcel.number, str(lost))
            raise
        parcel.is_lost = False
        return self._told(parcel, answer)

    def _told(self, parcel: Parcel, answer: Answer) -> Told:
        if answer.status == 302 and not _is_signed_out(answer):
            self.world.journal.accepted(parcel.number, parcel.what, answer.status)
            return Told("", answer)
        code = "login_required" if _is_signed_out(answer) else read_refusal(answer.text, answer.status)
        if code == "login_required":
            self.caller.cookies.clear()
        self.world.journal.refuse(parcel.number, parcel.what, answer.status, code)
        return Told(code, answer)

    def _ask(self, method: str, path: str, call: Callable[[], Answer]) -> Answer:
        try:
            answer = call()
        except Lost:
            self.world.weather.lost()
            raise
        self.world.weather.answered()
        self.world.journal.door(method, path, answer.seconds)
        return answer

    def sent(self, parcel: Parcel) -> Waiting:
        """Send a parcel, waiting and looking as often as it takes."""
        while True:
            try:
                return self.send(parcel)
            except Lost:
                yield self.world.clock.now() + self.world.pause

    def opened(self, path: str) -> Generator[float, None, Answer]:
        """Open a page, waiting as long as it takes."""
        while True:
            try:
                return self.get(path)
            except Lost:
                yield self.world.clock.now() + self.world.pause


def _is_signed_out(answer: Answer) -> bool:
    return answer.status == 401 or (answer.status == 302 and answer.location.startswith("/login"))
