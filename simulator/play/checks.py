"""
Looks at a house from outside after a day: is everything that was sent there, and is nothing there twice?

Owns what is compared. Refuses the database: it reads the pages and files that people of the house read, and holds them
against the files of the day and against what those who played it remember.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from simulator.play.centre import Centre, Desk, Intake, Liaison, Sent
from simulator.play.day import Day
from simulator.play.door import STRANGER
from simulator.play.pages import (
    Row,
    Step,
    count_calls,
    count_visits,
    read_board,
    read_list,
    read_table,
    read_trail,
)
from simulator.play.worker import Worker

#: How long the house may take to finish what it was given last, in real seconds.
SETTLED_SECONDS = 120


@dataclass
class Check:
    """One comparison: how many things were compared, and what differs, in words."""

    name: str
    compared: int = 0
    differences: list[str] = field(default_factory=list)

    def holds(self, is_so: bool, otherwise: str) -> None:
        """Compare one thing."""
        self.compared += 1
        if not is_so:
            self.differences.append(otherwise)


@dataclass(frozen=True)
class Before:
    """What the house held before the day: lists and tasks by id."""

    lists: frozenset[str]
    open: frozenset[str]
    closed: frozenset[str]

    @property
    def is_empty(self) -> bool:
        """Whether the house had no list and no task."""
        return not (self.lists or self.open or self.closed)


Looking = Generator[float, None, Before]
Answers = dict[str, dict[int, tuple[str, str]]]


@dataclass(frozen=True)
class Cast:
    """Everybody who played."""

    intake: Intake
    centres: Sequence[Centre]
    liaisons: Sequence[Liaison]
    workers: Sequence[Worker]

    @property
    def desk(self) -> Desk:
        """The lists that were sent."""
        return self.intake.desk


def look(cast: Cast) -> Looking:
    """Return what the house holds now."""
    lists = yield from _lists(cast.intake)
    opened = yield from _tasks(cast.centres, "open")
    closed = yield from _tasks(cast.centres, "closed")
    return Before(frozenset(lists), frozenset(opened), frozenset(closed))


def _lists(intake: Intake) -> Generator[float, None, dict[str, Row]]:
    rows: dict[str, Row] = {}
    path = "/lists"
    while path:
        answer = yield from intake.opened(path)
        page, more = read_table(answer.text, "list-rows")
        rows |= {row.id: row for row in page}
        path = f"/lists{more}" if more else ""
    return rows


def _tasks(centres: Iterable[Centre], state: str) -> Generator[float, None, dict[str, Row]]:
    rows: dict[str, Row] = {}
    for centre in centres:
        rows |= {row.id: row for row in (yield from centre.tasks(state))}
    return rows


def check(cast: Cast, day: Day, before: Before) -> Generator[float, None, list[Check]]:
    """Compare everything and return what was compared, with the differences."""
    checks = [(yield from _check_lists(cast, day, before))]
    answers = yield from _settled(cast)
    checks += [_check_rows(cast, day, answers), _check_outcomes(cast, day, answers)]
    opened = yield from _tasks(cast.centres, "open")
    closed = yield from _tasks(cast.centres, "closed")
    checks.append(_check_tasks(cast, before, opened, closed))
    seen = {task for task in (*opened, *closed) if task not in before.open}
    checks.append((yield from _check_trails(cast, seen)))
    checks.append((yield from _check_boards(cast)))
    everything_is_seen = cast.centres and all(one.list_id in answers for one in _taken(cast))
    if before.is_empty and day.is_whole and everything_is_seen:
        checks.append(_check_sums(answers, opened, closed))
    return checks


def _taken(cast: Cast) -> list[Sent]:
    return [one for one in cast.desk.sent if one.list_id]


def _check_lists(cast: Cast, day: Day, before: Before) -> Generator[float, None, Check]:
    """Each file is one list, and its page counts the file's rows."""
    found = Check("each file is one list, and its rows add up to the file's")
    there = yield from _lists(cast.intake)
    ours = [one.list_id for one in _taken(cast)]
    found.holds(
        set(there) - before.lists == set(ours) and len(set(ours)) == len(ours),
        f"{len(ours)} files were taken, and the house shows {len(set(there) - before.lists)} new lists",
    )
    for sent in _taken(cast):
        page = read_list((yield from cast.intake.opened(f"/lists/{sent.list_id}")).text)
        sent.page, name = page, sent.file.name
        rows = len(day.truth.get((sent.channel, name), {}))
        found.holds(page.rows == rows, f"{name} has {rows} rows, its list {page.rows} ({page.state})")
        found.holds(
            page.rows == page.accepted + page.rejected
            and page.accepted == page.merged + page.new + page.waiting,
            f"the list of {name} does not add up",
        )
    return found


def _settled(cast: Cast) -> Generator[float, None, Answers]:
    """Return each list's rows as their department reads them, once no row is on its way any more."""
    clock, waited = cast.intake.world.clock, 0
    while True:
        answers: Answers = {}
        for liaison in cast.liaisons:
            answers |= yield from _read_returns(liaison, {one.list_id for one in _taken(cast)})
        states = Counter(state for rows in answers.values() for state, _outcome in rows.values())
        if not states["ready"] or waited >= SETTLED_SECONDS:
            return answers
        waited += 3
        yield clock.now() + 3 * clock.rate


def _read_returns(liaison: Liaison, wanted: set[str]) -> Generator[float, None, Answers]:
    answers: Answers = {}
    rows, _more = read_table((yield from liaison.opened("/returns")).text, "sent-rows")
    for row in rows:
        if row.id not in wanted:
            continue
        content = (yield from liaison.opened(f"/returns/{row.id}.csv")).content.decode("utf-8-sig")
        lines = list(csv.DictReader(io.StringIO(content)))
        answers[row.id] = {int(line["row_number"]): (line["status"], line["outcome"]) for line in lines}
        if len(answers[row.id]) != len(lines):
            answers[row.id][-1] = ("twice", "")
    return answers


def _check_rows(cast: Cast, day: Day, answers: Answers) -> Check:
    """Each physical row of a file is in its department's answers once."""
    found = Check("each row of a file comes back to its department, once")
    for sent in _taken(cast):
        if sent.list_id not in answers:
            continue
        rows, told = day.truth.get((sent.channel, sent.file.name), {}), answers[sent.list_id]
        for number in sorted(rows.keys() | told.keys()):
            found.holds(
                number in rows and number in told,
                f"row {number} of {sent.file.name} is {'missing' if number in rows else 'there too often'}",
            )
    return found


def _check_outcomes(cast: Cast, day: Day, answers: Answers) -> Check:
    """Each answered row says what a worker reported about that person."""
    found = Check("each answered row says what a worker reported about that person")
    reported: dict[str, set[str]] = defaultdict(set)
    for worker in cast.workers:
        for group, outcome in worker.reported:
            reported[group].add(outcome)
    for sent in _taken(cast):
        rows = day.truth.get((sent.channel, sent.file.name), {})
        for number, (state, outcome) in answers.get(sent.list_id, {}).items():
            if state != "closed":
                continue
            groups = day.groups_of.get(rows.get(number, ""), (STRANGER,))
            said = set().union(*(reported.get(group, set()) for group in groups))
            found.holds(
                outcome in said,
                f"row {number} of {sent.file.name} is answered {outcome or 'with nothing'},"
                f" reported was {', '.join(sorted(said)) or 'nothing'}",
            )
    return found


def _check_tasks(cast: Cast, before: Before, opened: Mapping[str, Row], closed: Mapping[str, Row]) -> Check:
    """Those tasks are closed that a worker closed, and no other."""
    found = Check("the tasks that workers closed are closed, and no others")
    if not cast.centres:
        return found
    ours = set().union(*(worker.closed for worker in cast.workers)) if cast.workers else set()
    for task in sorted(ours | (set(closed) - before.closed)):
        found.holds(task in closed, f"task {task} was closed by its worker, and the centre sees it open")
        found.holds(task in ours, f"task {task} is closed, and no worker says so")
    found.holds(not set(opened) & set(closed), "a task is open and closed at once")
    return found


def _check_trails(cast: Cast, tasks: set[str]) -> Generator[float, None, Check]:
    """Each visit and call that the house took stands in the trail of its task once."""
    found = Check("each visit and call stands in the trail of its task once")
    for worker in cast.workers:
        for task in sorted((worker.visits.keys() | worker.calls.keys()) & tasks):
            steps = yield from _trail(cast.centres, task)
            visits, calls = worker.visits.get(task, 0), worker.calls.get(task, 0)
            found.holds(
                (count_visits(steps), count_calls(steps)) == (visits, calls),
                f"task {task}: {visits} visits and {calls} calls were made,"
                f" its trail tells of {count_visits(steps)} and {count_calls(steps)}",
            )
    return found


def _trail(centres: Sequence[Centre], task: str) -> Generator[float, None, list[Step]]:
    """Return a task's trail from the first centre that may see it."""
    for centre in centres:
        answer = yield from centre.opened(f"/tasks/{task}")
        if answer.status == 200:
            return read_trail(answer.text)
    return []


def _check_boards(cast: Cast) -> Generator[float, None, Check]:
    """A board counts what its centre's lists of tasks hold."""
    found = Check("each board counts the tasks its centre lists")
    for centre in cast.centres:
        opened = yield from centre.tasks("open")
        closed = yield from centre.tasks("closed")
        board = read_board((yield from centre.opened("/board")).text)
        for measure, rows in (("open", opened), ("done", closed)):
            found.holds(
                board.get(measure) == len(rows),
                f"{centre.caller.handle}: the board counts {board.get(measure)} {measure}, the list {len(rows)}",
            )
    return found


def _check_sums(answers: Answers, opened: Mapping[str, Row], closed: Mapping[str, Row]) -> Check:
    """
    Every row in a task is a row of a list: as many are asked in tasks as rows are out, answered or not.

    A row about somebody who has answered already is answered at once, also in a task that waits for somebody else:
    more rows may be answered than closed tasks hold, and never fewer.
    """
    found = Check("as many rows are asked about in tasks as departments see on their way or answered")
    states = Counter(state for rows in answers.values() for state, _outcome in rows.values())
    waiting, done = (sum(row.number("Clues") for row in tasks.values()) for tasks in (opened, closed))
    out = states["dispatched"] + states["closed"]
    found.holds(
        waiting + done == out, f"{waiting + done} rows are asked about in tasks, departments see {out}"
    )
    found.holds(
        done <= states["closed"],
        f"{done} rows are asked about in closed tasks, departments see {states['closed']} closed",
    )
    found.holds(states["ready"] == 0, f"{states['ready']} rows are in no task yet")
    return found
