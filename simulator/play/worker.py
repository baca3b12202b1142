"""
A grid worker's day: sign in, open Today, open the households of a building, call where it helps, ring, record.

Owns the pace and what waits on the telephone while there is no network. Refuses to act off duty or in a break, to come
back before its time, and to send again what the house has refused.
"""

import random
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.play import door
from simulator.play.day import Duty, Home
from simulator.play.doors import Lost
from simulator.play.pages import Asked, Form, Household, WorkPage, read_today, read_work
from simulator.play.sending import Parcel, Person, Told, World
from simulator.play.stage import Life

#: A worker opens at most so many doors of a building before going in.
DOORS_AT_ONCE = 6
#: Walking to the next door, and at it: so long, and so long for each person asked about, in seconds.
WALK, TALK, TALK_EACH = (90, 300), 150, 60
CALL_SECONDS = 120
LOOK_AGAIN = 10 * 60
#: Where nobody was at home, or it was put off, a worker comes again after so long.
COME_AGAIN = 150 * 60
#: One household in so many is called before somebody goes there.
CALLED_FIRST = 4
#: How long a household is left alone after a no of the house; after any other no it is looked at again soon.
LEFT_ALONE = {
    **dict.fromkeys(("contact_budget", "outcome_too_early", "order_inactive", "forbidden"), float("inf")),
    "quiet_hours": float(COME_AGAIN),
}
URGENT = "urgent, asked for at once"
#: Which reason of the list is chosen when an urgent household has been asked as often as may be.
WHY_ONCE_MORE = "deadline"


@dataclass(frozen=True)
class _Record:
    """A visit or call that is to be sent, with what to count when the house takes it."""

    parcel: Parcel
    page: WorkPage
    result: str
    outcomes: tuple[str, ...]


class Worker(Person):
    """One worker on one day. `homes` are the households behind each door of the area, by address."""

    def __init__(
        self, world: World, duty: Duty, password: str, homes: Mapping[str, Sequence[Home]], seed: int
    ) -> None:
        super().__init__(world, duty.handle, password)
        self.duty = duty
        self.waiting: deque[_Record] = deque()
        #: Whom a page's person may have meant, and what was reported, for what the house took.
        self.reported: list[tuple[str, str]] = []
        self.closed: set[str] = set()
        self.visits: dict[str, int] = {}
        self.calls: dict[str, int] = {}
        self._homes = homes
        self._rng = random.Random(f"{seed} {duty.ref}")  # noqa: S311 — paces, no secret
        self._opened: deque[tuple[Household, WorkPage]] = deque()
        self._not_before: dict[str, float] = {}

    def life(self, until: int) -> Life:
        """Live through the day's stretches of duty; what still waits is sent when there is network again."""
        for start, end in self.duty.stretches:
            if self.world.clock.now() >= min(end, until) or start >= until:
                continue
            yield start
            yield from self._work(min(end, until))
        while self.waiting:
            yield max(self.world.clock.now() + 1, self.duty.hole_end(self.world.clock.now()))
            if self._has_network():
                try:
                    self._flush()
                except Lost:
                    yield self.world.clock.now() + self.world.pause

    def _work(self, end: int) -> Life:
        clock = self.world.clock
        while (now := clock.now()) < end:
            if self._has_network():
                try:
                    self._flush()
                    if not self._opened:
                        self._open_building()
                except Lost:
                    yield now + self.world.pause
                    continue
            if not self._opened:
                yield min(end, self.duty.hole_end(now) or now + LOOK_AGAIN)
                continue
            household, page = self._opened.popleft()
            yield from self._at_the_door(household, page, end)

    def _has_network(self) -> bool:
        return self.duty.hole_end(self.world.clock.now()) == 0

    def _open_building(self) -> None:
        """Open Today and the doors of its first building that are to be visited now."""
        now = self.world.clock.now()
        today = read_today(self.get("/today").text)
        due = [one for one in today if self._not_before.get(one.path, 0) <= now]
        for household in due[:DOORS_AT_ONCE]:
            if household.building != due[0].building:
                break
            if page := self._open(household.path):
                self._opened.append((household, page))

    def _open(self, path: str) -> WorkPage | None:
        answer = self.get(path)
        page = read_work(answer.text) if answer.status == 200 else None
        if page is None or page.visit is None or not page.asked:
            self._not_before[path] = self.world.clock.now() + LOOK_AGAIN
            self.world.journal.count("households gone before they were visited")
            return None
        return page

    def _at_the_door(self, household: Household, page: WorkPage, end: int) -> Life:
        walk = self._rng.randint(*WALK)
        if self._rng.randrange(CALLED_FIRST) == 0 and self._has_network():
            yield self.world.clock.now() + CALL_SECONDS
            # A call that a hole has cut off is no call.
            called = self._call(household, page) if self._has_network() else page
            if called is None:
                return
            page = called
        arrives = self.world.clock.now() + walk
        if arrives + TALK + TALK_EACH * len(page.asked) >= end:
            self._opened.clear()
            yield end
            return
        yield arrives
        finding = door.visit(page.asked, self._homes.get(page.place, ()), self.world.clock.now())
        yield self.world.clock.now() + TALK + TALK_EACH * len(finding.outcomes)
        self._keep(self._visit_of(household, page, finding), finding.result in door.COME_AGAIN)

    def _call(self, household: Household, page: WorkPage) -> WorkPage | None:
        """Call the first person with a number; return the page as it is then, None when nobody need be visited."""
        person = next((one for one in page.asked if one.phone and one.person_id in page.calls), None)
        if person is None or person.next_pass != "Phone check":
            return page
        form = page.calls[person.person_id]
        result, outcome, group = door.call(
            person, self._homes.get(page.place, ()), settled_by_phone=form.choices.get("outcome", ())
        )
        record = self._call_of(household, page, form, (person, result, outcome, group))
        try:
            told = self.send(record.parcel)
        except Lost:
            self.waiting.append(record)
            return None  # what the house does not know yet is not gone over at the door
        self._count(record, told)
        if not told.answer or told.answer.location != household.path:
            return None
        try:
            return self._open(household.path)
        except Lost:
            return None

    def _keep(self, record: _Record, comes_again: bool) -> None:
        """Put a record behind what waits already, and send what may go."""
        if comes_again:
            self._not_before[record.page.path] = self.world.clock.now() + COME_AGAIN
        if not self._has_network():
            self.world.journal.count("waited for network")
        self.waiting.append(record)
        if self._has_network():
            try:
                self._flush()
            except Lost:
                return

    def _flush(self) -> None:
        """Send what waits, in its order. Raises Lost, and keeps the rest."""
        while self.waiting:
            told = self.send(self.waiting[0].parcel)
            if told.code == "login_required":
                continue
            self._count(self.waiting.popleft(), told)

    def _count(self, record: _Record, told: Told) -> None:
        path, task_id = record.page.path, record.page.path.rpartition("/")[2]
        if not told.is_accepted:
            self._not_before[path] = self.world.clock.now() + LEFT_ALONE.get(told.code, LOOK_AGAIN)
            return
        more = record.parcel.more
        self.world.journal.found(f"{record.parcel.what}: {record.result}", list(record.outcomes))
        self.reported += [(more["groups"][person], what) for person, what in more["outcomes"].items()]
        made = self.visits if record.parcel.what == "visit" else self.calls
        made[task_id] = made.get(task_id, 0) + 1
        if len(record.outcomes) == len(record.page.asked):
            self.closed.add(task_id)

    def _visit_of(self, household: Household, page: WorkPage, finding: door.Finding) -> _Record:
        form = page.visit
        if form is None:
            raise ValueError("a page without the form of a visit is not visited")
        offered = {name: set(values) for name, values in form.choices.items()}
        outcomes = {
            person: what if what in offered[f"outcome-{person}"] else "out_of_scope"
            for person, what in finding.outcomes.items()
        }
        fields = {
            **form.held, "result": finding.result, "reason": URGENT if household.priority == "P1" else "",
            "excess": WHY_ONCE_MORE if household.priority == "P1" else "",
            "found_by": door.found_by(finding.result),
            **{f"outcome-{person.person_id}": outcomes.get(person.person_id, "") for person in page.asked},
        }  # fmt: skip
        more = {"result": finding.result, "outcomes": outcomes, "groups": finding.groups}
        parcel = Parcel("visit", form.action, fields, lambda: self._shows(page, visits=1), more)
        return _Record(parcel, page, finding.result, tuple(outcomes.values()))

    def _call_of(
        self, household: Household, page: WorkPage, form: Form, said: tuple[Asked, str, str, str]
    ) -> _Record:
        person, result, outcome, group = said
        reason = URGENT if household.priority == "P1" else ""
        fields = {
            **form.held,
            "result": result,
            "outcome": outcome,
            "reason": reason,
            "excess": WHY_ONCE_MORE if reason else "",
        }
        outcomes = {person.person_id: outcome} if outcome else {}
        more = {"result": result, "outcomes": outcomes, "groups": {person.person_id: group}}
        parcel = Parcel("call", form.action, fields, lambda: self._shows(page, calls=1), more)
        return _Record(parcel, page, result, tuple(outcomes.values()))

    def _shows(self, page: WorkPage, *, visits: int = 0, calls: int = 0) -> bool:
        """
        Tell whether the house's page shows more visits or calls than when its form was opened.

        A household that is gone from the worker's hand may have been closed by this very form: the page does not say,
        so the form is sent again, which the house knows by its name and does not count twice.
        """
        answer = self.get(page.path)
        if answer.status != 200:
            return False
        seen = read_work(answer.text)
        return seen.visits_seen >= page.visits_seen + visits and seen.calls_seen >= page.calls_seen + calls
