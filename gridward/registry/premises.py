"""
Owns premises: shops and institutions by their credit code, brought in by a file and looked up within an area.

Getting ready needs no order: premises are no personal data, and no column of a person is read. Refuses a file with any
fault as a whole, and names every row.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.db.utils import ProgrammingError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridward.country.api import AddressReading, pack
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_ids
from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse
from gridward.kernel.tabular import Column, Row, RowProblem, Table, TableRefusal, read_table
from gridward.registry.models import Premises
from gridward.territory import api as territory

COLUMNS = (
    Column("credit_code", ("统一社会信用代码", "社会信用代码", "信用代码"), required=True),
    Column("name", ("名称", "单位名称", "企业名称", "场所名称", "店名"), required=True),
    Column("kind", ("类型", "类别", "场所类型"), required=True),
    Column("area_code", ("网格编码", "区域编码", "网格代码"), required=True),
    Column("address", ("地址", "经营地址", "经营场所")),
    Column("road", ("道路", "路名")),
    Column("number", ("门牌", "门牌号")),
)
#: What premises are, in the words of the file.
KINDS: Mapping[str, Text] = {
    "shop": pgettext_lazy("premises", "Shop"),
    "restaurant": pgettext_lazy("premises", "Restaurant"),
    "office": pgettext_lazy("premises", "Office"),
    "workshop": pgettext_lazy("premises", "Workshop"),
    "pharmacy": pgettext_lazy("premises", "Pharmacy"),
    "market": pgettext_lazy("premises", "Market"),
    "hotel": pgettext_lazy("premises", "Hotel"),
    "school": pgettext_lazy("premises", "School"),
    "gym": pgettext_lazy("premises", "Gym"),
    "logistics": pgettext_lazy("premises", "Parcel station"),
    "care_home": pgettext_lazy("premises", "Care home"),
    "hospital": pgettext_lazy("premises", "Hospital"),
    "other": pgettext_lazy("premises", "Other"),
}
PROBLEMS = {
    "code_missing": _("The credit code is missing."),
    "code_length": _("A credit code has 18 characters."),
    "code_characters": _("The credit code has characters that none has."),
    "code_check": _("The check character of the credit code does not fit: a slip of the pen."),
    "code_twice": _("This credit code stands in the file twice."),
    "premises_name_missing": _("The name is missing."),
    "premises_long": _("Name and address have at most 200 characters."),
    "premises_kind": _("This kind does not exist."),
    "premises_area_unknown": _("There is no area with this code."),
    "premises_area_outside": _("The area lies outside of yours."),
}
CODE_PROBLEMS = {
    "empty": "code_missing", "length": "code_length", "characters": "code_characters", "check_digit": "code_check",
}  # fmt: skip
MOST = 200
PAGE = 50
PIECE = 5_000
#: One file of premises at a time: what is known is asked before it is written.
LOCK = 7_206_004

declare(
    {
        "premises_elsewhere": Problem(
            409,
            _("One of these credit codes is registered outside of your area."),
            _("Let whoever answers for both areas import the file."),
        ),
    }
)


@dataclass(frozen=True)
class PremisesReport:
    """What an import of premises did: rows read, added, changed, unchanged; problems by row, then nothing was done."""

    rows: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: Sequence[RowProblem] = field(default_factory=tuple)


@dataclass(frozen=True)
class PremisesView:
    """Premises as a list shows them."""

    id: UUID
    credit_code: str
    name: str
    kind: str
    address: str
    area_pos: int
    area: territory.AreaLabel


class _Told(NamedTuple):
    row: int
    credit_code: str
    name: str
    kind: str
    area_code: str
    address: str


def premises_import(*, path: Path, filename: str, by: Actor, now: datetime) -> PremisesReport | Refusal:
    """
    Bring premises in from a file: new credit codes are added, known ones renewed where the file says something else.

    Runs in the actor's scope and writes within it. All rows or none; what is registered and not in the file stays.
    """
    table = read_table(path, filename=filename, wanted=COLUMNS)
    if isinstance(table, TableRefusal):
        return table.as_outcome()
    if incomplete := table.incomplete():
        return incomplete.as_outcome()
    told: list[_Told] = []
    problems: list[RowProblem] = []
    for rows in table.chunks(PIECE):
        told += _read(table, rows)
        problems += [problem for row in rows for problem in row.problems]
    problems += _problems(told, by)
    if problems:
        return PremisesReport(rows=table.row_count, problems=sorted(problems))
    try:
        with transaction.atomic():
            return _written(told, by, now)
    except ProgrammingError as error:
        if "row-level security" not in str(error):
            raise
        return refuse("premises_elsewhere")


def _read(table: Table, rows: Sequence[Row]) -> Iterator[_Told]:
    for row in rows:
        cell = {
            one.name: row.cells[table.columns[one.name]] if one.name in table.columns else ""
            for one in COLUMNS
        }
        code = _code(cell["credit_code"])
        address = cell["address"] or _address(cell["road"], cell["number"])
        kind = KINDS_TOLD.get(cell["kind"].strip().lower(), "")
        yield _Told(row.number, code, cell["name"], kind, cell["area_code"], address)


def _address(road: str, number: str) -> str:
    """Return a road and a number as people of the country write them: 珠江路 and 273 are 珠江路273号."""
    if number.isdecimal():
        return pack(settings.COUNTRY).door_text(AddressReading(road=road, number=number))
    return f"{road}{number}"


def _code(text: str) -> str:
    """Return a credit code as it is kept: as typed, without width, blanks and hyphens."""
    return "".join(unicodedata.normalize("NFKC", text).replace("-", "").split()).upper()


#: The words of a file for a kind, and the code they stand for.
KINDS_TOLD = {
    **{code: code for code in KINDS},
    "便利店": "shop", "商店": "shop", "超市": "shop",
    "餐饮店": "restaurant", "餐饮": "restaurant", "饭店": "restaurant",
    "商务楼": "office", "公司": "office", "加工厂": "workshop", "工厂": "workshop", "药店": "pharmacy",
    "农贸市场": "market", "市场": "market", "旅馆": "hotel", "宾馆": "hotel", "酒店": "hotel", "学校": "school",
    "培训学校": "school", "健身馆": "gym", "健身房": "gym", "快递站": "logistics", "养老院": "care_home",
    "养老机构": "care_home", "医院": "hospital", "其他": "other",
}  # fmt: skip


def _problems(told: Sequence[_Told], by: Actor) -> list[RowProblem]:
    areas = territory.get_areas({one.area_code for one in told})
    read = pack(settings.COUNTRY).credit_code_problem
    seen: set[str] = set()
    problems = []
    for one in told:
        area, wrong = areas.get(one.area_code), CODE_PROBLEMS.get(read(one.credit_code), "")
        found = {
            wrong: ("credit_code", bool(wrong)),
            "code_twice": ("credit_code", not wrong and one.credit_code in seen),
            "premises_name_missing": ("name", not one.name),
            "premises_long": ("name", max(len(one.name), len(one.address)) > MOST),
            "premises_kind": ("kind", not one.kind),
            "premises_area_unknown": ("area_code", area is None),
            "premises_area_outside": ("area_code", area is not None and not by.covers(area.pos)),
        }
        seen.add(one.credit_code)
        problems += [
            RowProblem(one.row, column, code, PROBLEMS[code]) for code, (column, bad) in found.items() if bad
        ]
    return problems


UPSERT = """
with told as (
  select * from unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::int8[], %s::text[])
    as w(id, credit_code, name, kind, area_pos, address)
), written as (
  insert into registry_premises (id, credit_code, name, kind, area_pos, address, created_at, changed_at)
  select id, credit_code, name, kind, area_pos, address, %s, %s from told order by credit_code
  on conflict (credit_code) do update
     set name = excluded.name, kind = excluded.kind, area_pos = excluded.area_pos, address = excluded.address,
         changed_at = excluded.changed_at
   where (registry_premises.name, registry_premises.kind, registry_premises.area_pos, registry_premises.address)
         is distinct from (excluded.name, excluded.kind, excluded.area_pos, excluded.address)
  returning created_at = changed_at as is_new
)
select count(*) filter (where is_new), count(*) filter (where not is_new) from written
"""


def _written(told: Sequence[_Told], by: Actor, now: datetime) -> PremisesReport:
    areas = territory.get_areas({one.area_code for one in told})
    added = changed = 0
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        for start in range(0, len(told), PIECE):
            some = told[start : start + PIECE]
            cursor.execute(
                UPSERT,
                [
                    new_ids(len(some)), [one.credit_code for one in some], [one.name for one in some],
                    [one.kind for one in some], [areas[one.area_code].pos for one in some],
                    [one.address for one in some], now, now,
                ],
            )  # fmt: skip
            fresh, renewed = cursor.fetchone()
            added, changed = added + fresh, changed + renewed
    ledger.record(
        "premises.import", by=by, now=now, rows_count=len(told), added_count=added, changed_count=changed
    )
    return PremisesReport(len(told), added, changed, len(told) - added - changed)


def get_premises(
    *,
    by: Actor,
    area_code: str = "",
    begins: str = "",
    after: tuple[int, str] | None = None,
    limit: int = PAGE,
) -> list[PremisesView] | Refusal:
    """
    Return a keyset page of the premises of an area in the actor's reach, in the order of the area line.

    `begins`: the first characters of a name or of a credit code. An area elsewhere does not exist.
    """
    area = territory.get_area(area_code) if area_code else None
    if area_code and (area is None or not by.covers(area.pos)):
        return refuse("not_found")
    spans = [(area.pos, area.end)] if area else [(scope.pos, scope.end) for scope in by.scopes]
    rows: list[Premises] = []
    for pos, end in spans:
        found = Premises.objects.filter(area_pos__gte=pos, area_pos__lt=end)
        if begins:
            is_code = begins.isascii() and begins.isalnum()
            code, name = {"credit_code__startswith": begins.upper()}, {"name__startswith": begins}
            found = found.filter(Q(**name) | Q(**code)) if is_code else found.filter(**name)
        if after:
            found = found.filter(Q(area_pos__gt=after[0]) | Q(area_pos=after[0], credit_code__gt=after[1]))
        rows += found.order_by("area_pos", "credit_code")[:limit]
    rows.sort(key=lambda row: (row.area_pos, row.credit_code))
    labels = territory.get_labels({row.area_pos for row in rows[:limit]})
    return [
        PremisesView(
            row.id, row.credit_code, row.name, row.kind, row.address, row.area_pos, labels[row.area_pos]
        )
        for row in rows[:limit]
    ]
