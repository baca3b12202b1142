"""Three departments' lists about the same street, overlapping, with dirt, and the truth about every row."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.street.dirt import Line, soiled
from simulator.street.people import Person, Strangers

CITY = "南京市"
#: No table of divisions has this district: everybody sees at once that an id is synthetic.
SYNTHETIC_REGION = "320199"
ELSEWHERE = (
    "北京市朝阳区望京街道广顺北大街33号",
    "湖北省武汉市江汉区北湖街道建设大道568号",
    "安徽省马鞍山市雨山区湖东中路5号",
)


@dataclass(frozen=True)
class Truth:
    """Who a row is really about; `row_number` is the physical row in the sheet."""

    channel: str
    row_number: int
    resident_ref: str
    household_ref: str
    area_code: str
    kind: str


@dataclass(frozen=True)
class ListShape:
    """How one department writes: file name, headers in its words, and how many title rows stand above them."""

    channel: str
    filename: str
    headers: tuple[str, ...]
    title_rows: tuple[str, ...]
    share: float


SHAPES = (
    ListShape(
        "health-returnees",
        "卫健委-返宁人员.csv",
        ("序号", "姓名", "证件号码", "手机号", "现住址", "备注"),
        (),
        0.45,
    ),
    ListShape(
        "transport-contacts",
        "交通局-同乘人员.xlsx",
        ("旅客姓名", "身份证号码", "联系电话", "居住地址"),
        ("同乘人员名单(演练用,人员均为虚构)", "报送单位:交通运输局 2020-02-14"),
        0.40,
    ),
    ListShape(
        "police-returnees", "公安局-来宁人员.json", ("name", "id_number", "phone", "address"), (), 0.35
    ),
)


@dataclass(frozen=True)
class DepartmentList:
    """One list ready to be written."""

    shape: ListShape
    lines: tuple[Line, ...]


def address_of(person: Person, places: Mapping[str, str]) -> str:
    """Return the full address as a department writes it."""
    return f"{CITY}{places[person.area_code]}{person.door.short}"


def make_lists(
    people: Sequence[Person],
    places: Mapping[str, str],
    strangers: Strangers,
    rng: random.Random,
    *,
    focus: int = 420,
) -> tuple[list[DepartmentList], list[Truth]]:
    """
    Return the three lists and the truth.

    About `focus` people are asked after; each list takes its share of them, so that many stand in two or three;
    whole families are asked after together, some rows are repeated, and a twelfth is about outsiders.
    """
    asked = _focus(people, rng, focus)
    outsiders = _outsiders(people, strangers, focus // 12)
    lists, truths = [], []
    for shape in SHAPES:
        chosen = [person for person in asked if rng.random() < shape.share]
        present = [stranger for stranger in outsiders if rng.random() < 0.5]
        entries: list[tuple[Person, str]] = [(person, "resident") for person in chosen]
        entries += [(person, kind) for person, kind in present]
        entries += [rng.choice(entries) for _ in range(max(2, len(entries) // 40))]
        rng.shuffle(entries)
        lines = []
        for index, (person, kind) in enumerate(entries):
            clean = Line(person.name, person.id_number, person.phone, _written(person, kind, places, rng))
            line, dirt = soiled(clean, rng)
            # A row must say something: an empty one is no row to whoever counts them.
            if rng.random() < 0.006 and line.id_number:
                line, dirt = Line("", line.id_number, "", ""), (*dirt, "no_name")
            lines.append(line)
            truths.append(_truth(shape, index, person, kind, dirt))
        lists.append(DepartmentList(shape, tuple(lines)))
    return lists, truths


def _focus(people: Sequence[Person], rng: random.Random, count: int) -> list[Person]:
    families: dict[str, list[Person]] = {}
    for person in people:
        families.setdefault(person.household_ref, []).append(person)
    chosen: list[Person] = []
    for household in rng.sample(sorted(families), len(families)):
        family = families[household]
        chosen += family if rng.random() < 0.35 else [family[0]]
        if len(chosen) >= count:
            break
    return chosen


def _outsiders(people: Sequence[Person], strangers: Strangers, count: int) -> list[tuple[Person, str]]:
    kinds = ("outsider_elsewhere", "outsider_here")
    return [(strangers.stranger(people, SYNTHETIC_REGION), kinds[index % 2]) for index in range(count)]


def _written(person: Person, kind: str, places: Mapping[str, str], rng: random.Random) -> str:
    return rng.choice(ELSEWHERE) if kind == "outsider_elsewhere" else address_of(person, places)


def _truth(shape: ListShape, index: int, person: Person, kind: str, dirt: tuple[str, ...]) -> Truth:
    # JSON counts its objects from 1; a sheet counts its title rows and its header too.
    first = 1 if shape.filename.endswith(".json") else len(shape.title_rows) + 2
    known = kind == "resident"
    words = "+".join((kind, *dirt))
    return Truth(
        shape.channel,
        first + index,
        person.resident_ref if known else f"outsider:{person.resident_ref}",
        person.household_ref if known else "",
        person.area_code if kind != "outsider_elsewhere" else "",
        words,
    )
