"""
Those of a played day who sit at desks: the intake that takes lists in, the centre that releases, the departments.

Owns their rounds. Refuses to decide what waits for review: a person must.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from simulator.play.day import Arrival
from simulator.play.doors import Upload
from simulator.play.pages import ID, ListPage, Row, read_forms, read_list, read_proposed, read_table
from simulator.play.sending import Parcel, Person, World
from simulator.play.stage import Life

Reading = Generator[float, None, list[Row]]
SHORT, LONG = 60, 2 * 3600
RELEASE_EVERY = 10 * 60
RELEASE_REASON = "a played day: the worker is at the door"


@dataclass
class Sent:
    """One file that was sent: the list it became, and what its page says now."""

    channel: str
    file: Path
    list_id: str = ""
    refused: str = ""
    page: ListPage | None = None


@dataclass
class Desk:
    """What the desks share: the lists sent so far."""

    sent: list[Sent] = field(default_factory=list)


class Intake(Person):
    """The intake officer: sends each list in at its arrival and follows it until it is resolved."""

    def __init__(self, world: World, handle: str, password: str, desk: Desk, *, order: str = "") -> None:
        super().__init__(world, handle, password)
        self.desk = desk
        self._order = order

    def life(self, arrivals: Sequence[Arrival], until: int) -> Life:
        """Send what arrives until the end of the day; then wait for what is still being resolved."""
        for arrival in arrivals:
            if not self.world.clock.start <= arrival.second < until:
                continue
            yield arrival.second
            yield from self._send(Sent(arrival.channel, arrival.file))
        for sent in self.desk.sent:
            while sent.list_id and (sent.page is None or sent.page.is_moving):
                answer = yield from self.opened(f"/lists/{sent.list_id}")
                sent.page = read_list(answer.text)
                if sent.page.is_moving:
                    yield self.world.clock.now() + SHORT

    def _send(self, sent: Sent) -> Life:
        self.desk.sent.append(sent)
        page = yield from self.opened("/lists/new")
        form = next((one for one in read_forms(page.text) if "channel" in one.choices), None)
        orders = form.choices.get("order", ()) if form else ()
        order = self._order if self._order in orders else next(iter(orders), "")
        if form is None or sent.channel not in form.choices["channel"] or not order:
            sent.refused = "no channel or order to send it under"
            self.world.journal.count("lists without a channel or an order")
            return
        fields = {**form.held, "channel": sent.channel, "order": order}
        parcel = Parcel(
            "list", form.action, {**fields, "file": Upload(sent.file.name, sent.file.read_bytes())},
            lambda: bool(self._find(sent)), {"channel": sent.channel, "file": sent.file.name},
        )  # fmt: skip
        told = yield from self.sent(parcel)
        if not told.is_accepted:
            sent.refused = told.code
            return
        found = ID.search(told.answer.location) if told.answer else None
        sent.list_id = found.group() if found else sent.list_id or self._find(sent)
        self.world.journal.count("lists sent")
        yield from self._confirm(sent)

    def _confirm(self, sent: Sent) -> Life:
        """Take what a channel's first list proposes about its columns, where it asks for that."""
        path = f"/lists/{sent.list_id}/mapping"
        if not sent.list_id or not (yield from self.opened(f"/lists/{sent.list_id}")).text.count(path):
            return
        page = yield from self.opened(path)
        form = next((one for one in read_forms(page.text) if one.action.endswith("/mapping")), None)
        if form is None:
            return

        def took() -> bool:
            return path not in self.get(f"/lists/{sent.list_id}").text

        fields = {**form.held, **read_proposed(page.text)}
        told = yield from self.sent(Parcel("mapping", form.action, fields, took, {"channel": sent.channel}))
        self.world.journal.count("lists whose columns were confirmed", int(told.is_accepted))

    def _find(self, sent: Sent) -> str:
        """Look for a list of this file among the newest that nobody here has seen yet; '' when there is none."""
        known = {one.list_id for one in self.desk.sent}
        rows, _more = read_table(self.get("/lists").text, "list-rows")
        for row in rows:
            if row.id not in known and read_list(self.get(row.path).text).filename == sent.file.name:
                sent.list_id = row.id
                return row.id
        return ""


#: What the list says of a task that is with its worker; anything else says why it waits.
RELEASED = "released"


class Centre(Person):
    """An officer of a street or community: releases what waits, where that was asked for, and reads tasks."""

    def life(self, until: int) -> Life:
        """Release what waits, every ten minutes until the end of the day."""
        while self.world.clock.now() < until:
            for row in (yield from self.tasks("open")):
                if row.cells.get("Release", RELEASED) != RELEASED:
                    parcel = self._release(row)
                    told = yield from self.sent(parcel)
                    self.world.journal.count("tasks released by hand", int(told.is_accepted))
            yield min(until, self.world.clock.now() + RELEASE_EVERY)

    def _release(self, row: Row) -> Parcel:
        def took() -> bool:
            forms = read_forms(self.get(row.path).text)
            return not any(form.action.endswith("/release") for form in forms)

        return Parcel("release", f"{row.path}/release", {"reason": RELEASE_REASON}, took)

    def tasks(self, state: str) -> Reading:
        """Return every task of the area in this state, page by page."""
        rows: dict[str, Row] = {}
        path = f"/tasks?state={state}"
        while path:
            answer = yield from self.opened(path)
            page, more = read_table(answer.text, "task-rows")
            rows |= {row.id: row for row in page}
            path = f"/tasks{more}" if more else ""
            if path and "state=" not in path:
                path += f"&state={state}"
        return list(rows.values())


class Liaison(Person):
    """A department that looks now and then how many of its rows are answered."""

    def life(self, until: int) -> Life:
        """Look every two hours."""
        yield self.world.clock.start + LONG
        while self.world.clock.now() < until:
            yield from self.opened("/returns")
            self.world.journal.count("looks at what came back")
            yield min(until, self.world.clock.now() + LONG)
