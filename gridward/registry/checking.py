"""
Owns checking a whole register file before anybody is written: every row, then what only shows across rows.

References are compared as 8-byte hashes in arrays (24 bytes a row), so that a city needs a few hundred
megabytes and not gigabytes of dictionaries; whatever two hashes seem to say is read again and decided by the texts.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from gridward.governance import api as governance
from gridward.kernel.tabular import RowProblem, Table
from gridward.registry import stages, upserting
from gridward.registry.lanes import in_lanes
from gridward.registry.reading import Lane, Person, check_households, check_whole, read_people
from gridward.territory import api as territory

#: More faults than anybody reads: a file with so many has one fault, its columns.
PROBLEMS_MAX = 100_000
SIZE = 10_000

Progress = Callable[[str, int, int], None]


Rows = NDArray[np.int32]


@dataclass(frozen=True)
class _Seen:
    """What one lane has seen: faults, rows that may be wrong beside another row, and every reference's hash by row."""

    problems: list[RowProblem]
    doubtful: Rows = field(default_factory=lambda: np.empty(0, np.int32))
    refs: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    rows: Rows = field(default_factory=lambda: np.empty(0, np.int32))


class _Across:
    """What is kept of every row to find what only shows across rows."""

    def __init__(self, order: governance.OrderView) -> None:
        self._order = order
        self._areas: dict[str, int] = {}
        self._good: list[bool] = []
        self._columns: list[tuple[NDArray[np.int64], NDArray[np.int64], Rows, Rows]] = []

    def add(self, people: Sequence[Person]) -> None:
        """Keep a chunk's hashes."""
        if not people:
            return
        self._learn({person.area_code for person in people})
        count = len(people)
        self._columns.append(
            (
                np.fromiter([hash(person.resident_ref) for person in people], np.int64, count),
                np.fromiter([hash(person.household_ref) for person in people], np.int64, count),
                np.fromiter([self._areas[person.area_code] for person in people], np.int32, count),
                np.fromiter([person.row for person in people], np.int32, count),
            )
        )

    def seen(self, problems: list[RowProblem]) -> _Seen:
        """Return what this lane knows: no household is in two lanes, so only references are left to compare."""
        if not self._columns:
            return _Seen(problems)
        refs, homes, areas, rows = (np.concatenate(column) for column in zip(*self._columns, strict=True))
        self._columns.clear()
        found = [rows[~np.array(self._good)[areas]]]
        order = np.argsort(homes, kind="stable")
        same = homes[order][1:] == homes[order][:-1]
        split = same & (areas[order][1:] != areas[order][:-1])
        if split.any():
            # Whole households, for the first row of one says where it is.
            wrong = np.unique(homes[order][1:][split])
            found.append(rows[np.isin(homes, wrong)])
        return _Seen(problems, np.concatenate(found), refs, rows)

    def _learn(self, codes: set[str]) -> None:
        if fresh := codes - self._areas.keys():
            areas = territory.get_areas(fresh)
            for code in fresh:
                area = areas.get(code)
                self._areas[code] = len(self._good)
                self._good.append(area is not None and self._order.covers(area.pos))


def check_file(table: Table, order: governance.OrderView, lanes: int, progress: Progress) -> list[RowProblem]:
    """Return everything that is wrong with a file, by row, at most PROBLEMS_MAX of it; writes nothing."""
    with governance.job_transaction(order_id=order.id, purpose="case_finding"):
        is_first = not stages.has_households(order.domain)

    def lane_checked(number: int) -> Iterator[int | _Seen]:
        return _lane_checked(table, order, Lane(number, lanes), is_first=is_first)

    done = 0
    seen: list[_Seen] = []
    with closing(in_lanes(lanes, lane_checked)) as heard:
        for told in heard:
            if isinstance(told, _Seen):
                seen.append(told)
            else:
                done += told
                progress("checking", done, table.row_count)
    problems = list(chain.from_iterable(one.problems for one in seen))
    rows = _doubtful(seen)
    if len(rows):
        problems += check_whole(list(_people_at(table, rows[:PROBLEMS_MAX])), order)
    return sorted(problems)[:PROBLEMS_MAX]


def _lane_checked(
    table: Table, order: governance.OrderView, lane: Lane, *, is_first: bool
) -> Iterator[int | _Seen]:
    """Yield how many people more are read, and in the end what was seen."""
    problems: list[RowProblem] = []
    across = _Across(order)
    for people, wrong in read_people(table, size=SIZE, lane=lane):
        problems += wrong
        across.add(people)
        if not is_first:
            problems += _elsewhere(people, order)
        if len(problems) > PROBLEMS_MAX:
            break
        yield len(people)
    yield across.seen(problems)


def _doubtful(seen: Sequence[_Seen]) -> Rows:
    """Return the rows, ascending, that may be wrong beside another row, with that other row."""
    refs = np.concatenate([one.refs for one in seen])
    rows = np.concatenate([one.rows for one in seen])
    order = np.lexsort((rows, refs))
    again = refs[order][1:] == refs[order][:-1]
    return np.unique(
        np.concatenate([*(one.doubtful for one in seen), rows[order[1:][again]], rows[order[:-1][again]]])
    )


def _people_at(table: Table, rows: Rows) -> Iterator[Person]:
    wanted = set(rows.tolist())
    for person in chain.from_iterable(people for people, _wrong in read_people(table, size=SIZE)):
        if person.row in wanted:
            yield person


def _elsewhere(people: Sequence[Person], order: governance.OrderView) -> list[RowProblem]:
    """
    Return the rows of people who are not registered yet, in households that are, in another area.

    A household that its own members carry elsewhere in these rows moves, and may be joined there.
    """
    with governance.job_transaction(order_id=order.id, purpose="case_finding"):
        refs = list({person.household_ref for person in people})
        registered = {ref: pos for ref, _id, pos, _door in stages.known_households(order.domain, refs)}
        areas = territory.get_areas({person.area_code for person in people})
        moved = [
            person
            for person in people
            if person.household_ref in registered
            and person.area_code in areas
            and registered[person.household_ref] != areas[person.area_code].pos
        ]
        if not moved:
            return []
        known = stages.known_people(order.domain, [person.resident_ref for person in moved])
        carried = upserting.households_carried(order.domain, moved)
    left = [p for p in moved if p.resident_ref not in known and p.household_ref not in carried]
    return check_households(left, registered)
