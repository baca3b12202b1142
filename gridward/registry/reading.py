"""Owns the columns of the standing register file and what a row of it must be. Refuses to write."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from zlib import crc32

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.kernel.tabular import Column, Row, RowProblem, Table
from gridward.territory import api as territory

COLUMNS = (
    Column("resident_ref", ("居民编号", "人员编号"), required=True),
    Column("name", ("姓名", "人员姓名", "名字"), required=True, hint="name"),
    Column("id_kind", ("证件类型", "证件种类")),
    Column("id_number", ("身份证号", "身份证号码", "证件号码"), hint="id"),
    Column("phone", ("手机号", "手机", "联系电话", "电话"), hint="phone"),
    Column("address", ("地址", "住址", "现住址", "居住地址"), hint="address"),
    Column("area_code", ("网格编码", "区域编码", "网格代码"), required=True),
    Column("household_ref", ("户编号", "家庭编号"), required=True),
)

PROBLEMS = {
    "ref_missing": _("The reference of the person is missing."),
    "ref_twice": _("This reference stands in the file twice."),
    "household_missing": _("The reference of the household is missing."),
    "name_missing": _("The name is missing."),
    "id_wrong": _("The document number is not valid."),
    "phone_wrong": _("The telephone number cannot be read."),
    "area_unknown": _("There is no area with this code."),
    "area_outside": _("The area lies outside of the order."),
    "household_elsewhere": _("The register has this household in another area."),
    "household_split": _("The household stands in two areas."),
}


class Person(NamedTuple):
    """One row of the file, normalised."""

    row: int
    resident_ref: str
    household_ref: str
    name: str
    surname_sound: str
    name_sound: str
    id_kind: str
    id_number: str
    phone: str
    address: str
    area_code: str


class Lane(NamedTuple):
    """
    Which rows of a file one process of several works on: those whose household falls to its number.

    The same content falls to the same lanes on every machine and at every start, and no household to two of them.
    """

    number: int = 0
    of: int = 1

    def rows(self, rows: Sequence[Row], household_at: int) -> Sequence[Row]:
        """Return which of these rows are of this lane, in order."""
        number, lanes = self
        if lanes == 1:
            return rows
        return [row for row in rows if crc32(row.cells[household_at].encode()) % lanes == number]


ALL = Lane()


def read_people(
    table: Table, *, size: int = 5_000, lane: Lane = ALL, skip: int = 0
) -> Iterator[tuple[list[Person], list[RowProblem]]]:
    """Yield chunks of normalised people, and of problems of rows that could not be read, behind the first of a lane."""
    household_at = table.columns["household_ref"]
    for rows in table.chunks(size):
        mine = lane.rows(rows, household_at)
        if skip:
            mine, skip = mine[skip:], max(0, skip - len(mine))
        if mine:
            yield _normalised(table, mine)


def _by_column(table: Table, rows: Sequence[Row]) -> dict[str, Sequence[str]]:
    columns = list(zip(*[row.cells for row in rows], strict=True))
    empty = ("",) * len(rows)
    places = {column.name: table.columns.get(column.name) for column in COLUMNS}
    return {name: empty if at is None else columns[at] for name, at in places.items()}


def _normalised(table: Table, rows: Sequence[Row]) -> tuple[list[Person], list[RowProblem]]:
    """Read a chunk column by column: this runs twice for each of 4.5 million people."""
    country = pack(settings.COUNTRY)
    cells = _by_column(table, rows)
    names = country.read_names(cells["name"])
    ids = country.read_ids(cells["id_number"])
    phones = country.read_phones(cells["phone"])
    sounds = [name.sound for name in names]
    people = list(
        map(
            Person,
            [row.number for row in rows],
            cells["resident_ref"],
            cells["household_ref"],
            [name.value for name in names],
            [sound.partition(" ")[0] for sound in sounds],
            sounds,
            [one.kind for one in ids],
            [one.value for one in ids],
            [one.value for one in phones],
            cells["address"],
            cells["area_code"],
        )
    )
    wrong = {
        ("resident_ref", "ref_missing"): [i for i, ref in enumerate(cells["resident_ref"]) if not ref],
        ("household_ref", "household_missing"): [
            i for i, ref in enumerate(cells["household_ref"]) if not ref
        ],
        ("name", "name_missing"): [i for i, name in enumerate(names) if not name.value],
        ("id_number", "id_wrong"): [i for i, one in enumerate(ids) if one.problem not in _ID_READ],
        ("phone", "phone_wrong"): [i for i, one in enumerate(phones) if one.problem not in _PHONE_READ],
    }
    problems = [problem for row in rows if row.problems for problem in row.problems]
    problems += [_problem(people[i], column, code) for (column, code), at in wrong.items() for i in at]
    bad = {i for at in wrong.values() for i in at}
    return ([person for i, person in enumerate(people) if i not in bad] if bad else people), problems


_ID_READ = frozenset({"", "empty", "unknown_region"})
_PHONE_READ = frozenset({"", "empty", "several"})


def check_whole(people: Sequence[Person], order: governance.OrderView) -> list[RowProblem]:
    """Return what is wrong across rows: double references, areas unknown or outside, households in two areas."""
    areas = territory.get_areas({person.area_code for person in people})
    seen: set[str] = set()
    where: dict[str, str] = {}
    problems = []
    for person in people:
        area = areas.get(person.area_code)
        found = {
            "ref_twice": ("resident_ref", person.resident_ref in seen),
            "area_unknown": ("area_code", area is None),
            "area_outside": ("area_code", area is not None and not order.covers(area.pos)),
            "household_split": (
                "household_ref",
                where.setdefault(person.household_ref, person.area_code) != person.area_code,
            ),
        }
        seen.add(person.resident_ref)
        problems += [_problem(person, column, code) for code, (column, bad) in found.items() if bad]
    return problems


def check_areas(people: Sequence[Person]) -> list[RowProblem]:
    """Return the rows whose area there is not, or no more since the file was checked."""
    areas = territory.get_areas({person.area_code for person in people})
    return [_problem(one, "area_code", "area_unknown") for one in people if one.area_code not in areas]


def check_households(people: Sequence[Person], registered: Mapping[str, int]) -> list[RowProblem]:
    """Return the rows of new people whose household the register has at another position than their area's."""
    areas = territory.get_areas({person.area_code for person in people})
    return [
        _problem(person, "area_code", "household_elsewhere")
        for person in people
        if registered.get(person.household_ref, areas[person.area_code].pos) != areas[person.area_code].pos
    ]


def _problem(person: Person, column: str, code: str) -> RowProblem:
    return RowProblem(person.row, column, code, PROBLEMS[code])
