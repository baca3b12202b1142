"""
Owns the standing import: the whole file is checked first, then it goes in chunk by chunk, each its own transaction.

A file with any fault imports nobody. A start that finds its file half in (the process was killed, the machine went
down) goes on behind the last chunk that was committed, without checking the same content again; nobody is lost and
nobody is doubled. Refuses without an order.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gridward.governance import api as governance
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, Refused, refuse
from gridward.kernel.tabular import Limits, RowProblem, Table, TableChangedError, TableRefusal, read_table
from gridward.registry import runs, stages
from gridward.registry.changing import Cause, changes_write
from gridward.registry.checking import Progress, check_file
from gridward.registry.indexes import keys_index, keys_indexed, keys_unindex
from gridward.registry.lanes import in_lanes, lanes_for
from gridward.registry.models import ImportRun
from gridward.registry.preparing import PURPOSE, Chunk, Preparer
from gridward.registry.reading import COLUMNS, Lane, Person, read_people
from gridward.registry.standing import people_count

LIMITS = Limits(bytes_max=4 << 30, rows_max=20_000_000, seconds_max=3_600.0)
#: People of one transaction. Households are kept together where they stand together.
CHUNK = 30_000
#: A household so large is no household, but it is written all the same.
MEMBERS_MAX = 1_000


@dataclass(frozen=True)
class RegisterReport:
    """
    What an import did: rows read, people and households added, people known before, problems by row.

    Of the known ones `changed` are not as they were, `moved` of these live elsewhere, and `unchanged` were not touched.
    `absent` people are registered and not in the file: they stay.

    `resumed_from` is how many rows earlier starts of the same file had brought in; the counts are of all starts.
    """

    rows: int
    residents: int = 0
    households: int = 0
    known: int = 0
    changed: int = 0
    moved: int = 0
    unchanged: int = 0
    absent: int = 0
    doors_unknown: int = 0
    problems: Sequence[RowProblem] = field(default_factory=tuple)
    resumed_from: int = 0


def silent(_step: str, _done: int, _total: int) -> None:
    """Say nothing about progress."""


def register_import(
    *,
    path: Path,
    filename: str,
    order_id: UUID,
    by: Actor,
    now: datetime,
    progress: Progress = silent,
) -> RegisterReport | Refusal:
    """
    Import the standing register into the order's key domain: check the whole file, then write it chunk by chunk.

    Any row that cannot be read means that nothing is imported and the report names every such row. Whose
    `resident_ref` is known is renewed where the file says something else (see `upserting`); what was becomes history.
    The same content started again goes on where it stopped. Refuses without an active order that names case finding;
    when the order ends meanwhile, what is in stays in, and the run is stopped. `progress(step, done, total)` tells.
    """
    ready = _read(path, filename, order_id, now)
    if isinstance(ready, Refusal):
        return ready
    table, order = ready
    try:
        with stages.register_locked(), keys_indexed(), without_cycles():
            content = runs.content_hash(path)
            if problems := _checked(table, order, content, progress):
                return RegisterReport(rows=table.row_count, problems=problems)
            run, done = runs.run_begin(
                order=order,
                content=content,
                rows=table.row_count,
                lanes=lanes_for(table.row_count),
                by=by,
                now=now,
            )
            return _Load(table, order, run, done, progress).run(by, now)
    except Refused as refused:
        return refused.refusal
    except TableChangedError:
        return _changed(table)


def register_check(
    *,
    path: Path,
    filename: str,
    order_id: UUID,
    by: Actor,
    now: datetime,
    progress: Progress = silent,
) -> RegisterReport | Refusal:
    """
    Check the whole file and remember that nothing speaks against it: importing the same content begins right away then.

    Needs areas and the order, but no doors; nobody is registered. Refuses as `register_import` does.
    """
    ready = _read(path, filename, order_id, now)
    if isinstance(ready, Refusal):
        return ready
    table, order = ready
    try:
        with stages.register_locked(), without_cycles():
            content = runs.content_hash(path)
            problems = _checked(table, order, content, progress)
            is_known = runs.get_open(order.domain, content) or runs.is_done(order.domain, content)
            if not problems and not is_known:
                lanes = lanes_for(table.row_count)
                runs.run_begin(
                    order=order, content=content, rows=table.row_count, lanes=lanes, by=by, now=now
                )
            return RegisterReport(rows=table.row_count, problems=problems)
    except TableChangedError:
        return _changed(table)


def _read(
    path: Path, filename: str, order_id: UUID, now: datetime
) -> tuple[Table, governance.OrderView] | Refusal:
    order = _order(order_id, now)
    if isinstance(order, Refusal):
        return order
    table = read_table(path, filename=filename, wanted=COLUMNS, limits=LIMITS)
    if isinstance(table, TableRefusal):
        return table.as_outcome()
    incomplete = table.incomplete()
    return incomplete.as_outcome() if incomplete else (table, order)


def _checked(
    table: Table, order: governance.OrderView, content: str, progress: Progress
) -> Sequence[RowProblem]:
    """Check the file, unless a run has begun with this very content: it begins with nothing that was not checked."""
    run = runs.get_open(order.domain, content)
    if run is not None and run.state == "running":
        return ()
    return check_file(table, order, lanes_for(table.row_count), progress)


def _changed(table: Table) -> RegisterReport:
    words = _("The file changed while it was read. Send it again.")
    return RegisterReport(table.row_count, problems=[RowProblem(0, "", "file_changed", words)])


def is_imported(*, path: Path, order_id: UUID) -> bool:
    """Tell whether this file's content was imported under the order to its last row."""
    return runs.is_done(governance.order_domain(order_id), runs.content_hash(path))


def get_unfinished_orders(*, path: Path) -> set[UUID]:
    """Return the orders, over or not, under which this file's content is imported in part."""
    return runs.get_open_orders(runs.content_hash(path))


def register_discard(*, path: Path, order_id: UUID, by: Actor, now: datetime) -> RegisterReport | Refusal:
    """
    Close the unfinished import of this file's content, and return how far it had come; the next start begins anew.

    Whom it registered stays registered and is known to the next start. The order may be over.
    """
    with stages.register_locked(), keys_indexed():
        run = runs.get_open(governance.order_domain(order_id), runs.content_hash(path))
        if run is None:
            return refuse("not_found")
        return _report(runs.run_discard(run_id=run.id, by=by, now=now), run.rows_done)


@contextmanager
def without_cycles() -> Iterator[None]:
    """Spare the search for cycles among millions of rows that have none; it cost a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _order(order_id: UUID, now: datetime) -> governance.OrderView | Refusal:
    order = governance.get_order(order_id, now=now)
    if order is None:
        return refuse("order_inactive")
    asked = governance.gate_ask(purpose=PURPOSE, area_pos=order.area_pos, now=now, order_id=order_id)
    return asked if isinstance(asked, Refusal) else order


def _report(run: ImportRun, resumed_from: int) -> RegisterReport:
    known = run.rows_done - run.residents_count
    return RegisterReport(
        rows=run.rows_count,
        residents=run.residents_count,
        households=run.households_count,
        known=known,
        changed=run.changed_count,
        moved=run.moved_count,
        unchanged=max(0, known - run.changed_count),
        absent=run.absent_count,
        doors_unknown=run.doors_unknown_count,
        resumed_from=resumed_from,
    )


class _Load:
    """The second pass over a checked file, behind the rows that are in already."""

    def __init__(
        self,
        table: Table,
        order: governance.OrderView,
        run: ImportRun,
        done: Sequence[int],
        progress: Progress,
    ) -> None:
        self._table, self._order, self._run, self._begun = table, order, run, done
        self._progress = progress
        self._is_first = False

    def run(self, by: Actor, now: datetime) -> RegisterReport:
        """Write what is left and close the run, or say why it stopped."""
        try:
            return self._written(by, now)
        except Refused as refused:
            runs.run_stop(run_id=self._run.id, reason=refused.refusal.code, by=by, now=now)
            raise

    def _written(self, by: Actor, now: datetime) -> RegisterReport:
        begun = done = sum(self._begun)
        with governance.job_transaction(order_id=self._order.id, purpose=PURPOSE):
            self._is_first = people_count(self._order.domain) == self._run.residents_count
        if len(self._begun) > 1:
            with governance.job_transaction(order_id=self._order.id, purpose=PURPOSE):
                keys_unindex()
        problems: tuple[RowProblem, ...] = ()
        # Closed, the lanes have ended: a run that is stopped writes nobody more.
        with closing(in_lanes(len(self._begun), lambda number: self._lane(number, by, now))) as heard:
            for told in heard:
                if isinstance(told, tuple):
                    problems = told
                    break
                done += told
                self._progress("registering", done, self._table.row_count)
        if problems:
            runs.run_stop(run_id=self._run.id, reason=problems[0].code, by=by, now=now)
            return RegisterReport(self._table.row_count, problems=problems, resumed_from=begun)
        self._progress("indexing", done, self._table.row_count)
        with governance.job_transaction(order_id=self._order.id, purpose=PURPOSE):
            keys_index()
        with governance.job_transaction(order_id=self._order.id, purpose=PURPOSE):
            run = runs.run_finish(run_id=self._run.id, order=self._order, by=by, now=now)
            stages.register_analyze()
        return _report(run, begun)

    def _lane(self, number: int, by: Actor, now: datetime) -> Iterator[int | tuple[RowProblem, ...]]:
        """Write one lane's people, and yield how many went in, or the problems that stop the run."""
        lane = Lane(number, len(self._begun))
        stages.lane_locked()
        pieces = _pieces(self._table, lane, self._begun[number])
        for count, chunk in enumerate(map(Preparer(self._order, is_first=self._is_first).chunk, pieces), 1):
            if chunk.problems:
                yield chunk.problems
                return
            self._write(chunk, number, by, now)
            yield chunk.rows
            if number == 0 and self._table.row_count > CHUNK and count & (count - 1) == 0:
                # The planner shall not believe for long that the register is as small as when the import began.
                self._analyze()

    def _write(self, chunk: Chunk, lane: int, by: Actor, now: datetime) -> None:
        with governance.job_transaction(order_id=self._order.id, purpose=PURPOSE):
            stages.commit_soon()
            if chunk.residents_count or chunk.households_count:
                stages.register_write(
                    chunk.households,
                    chunk.residents,
                    lane=lane,
                    domain=self._order.domain,
                    order_id=self._order.id,
                    now=now,
                )
            cause = Cause("import", self._order, by.ledger_name, now)
            renewed, moved = changes_write(chunk.changes, cause)
            runs.run_advance(
                run_id=self._run.id, lane=lane, chunk=chunk, now=now, changed=len(renewed), moved=len(moved)
            )

    def _analyze(self) -> None:
        with governance.job_transaction(order_id=self._order.id, purpose=PURPOSE):
            stages.register_analyze()


def _pieces(table: Table, lane: Lane, skip: int) -> Iterator[list[Person]]:
    """Yield a lane's people behind the first `skip`, about CHUNK at a time, neighbours of one household together."""
    held: list[Person] = []
    for people, wrong in read_people(table, size=min(CHUNK, 10_000), lane=lane, skip=skip):
        if wrong:
            raise TableChangedError
        held += people
        if len(held) >= CHUNK:
            end = _household_end(held)
            yield held[:end]
            held = held[end:]
    if held:
        yield held


def _household_end(people: Sequence[Person]) -> int:
    """Return where the last household begins, that may go on in the next rows."""
    last = people[-1].household_ref
    for end in range(len(people), max(0, len(people) - MEMBERS_MAX), -1):
        if people[end - 1].household_ref != last:
            return end
    return len(people)
