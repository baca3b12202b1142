"""
Reads the folder of a simulated city as the day needs it: who answers at which door, who is on duty, what is sent when.

Owns the reading. Refuses a folder without a day, and everything outside the area that is played.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gridward.country.api import pack

TABLES = ("answers", "arrivals", "shifts", "network")


class NoDay(Exception):
    """The folder is none a day can be played from."""


@dataclass(frozen=True)
class Member:
    """Somebody of a household as a worker at the door would meet him or her; names only as a page masks them."""

    ref: str
    name: str
    phone: str
    call_result: str
    outcome: str


@dataclass(frozen=True)
class Home:
    """A household: when somebody opens, what then happens, and who lives there, in the order of the register."""

    ref: str
    home_from: int
    home_until: int
    door: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Arrival:
    """A list that a department sends at a second of the day."""

    second: int
    channel: str
    file: Path


@dataclass(frozen=True)
class Duty:
    """One worker's day: stretches of work without breaks, and the holes of the network."""

    ref: str
    handle: str
    stretches: tuple[tuple[int, int], ...]
    holes: tuple[tuple[int, int], ...]

    def hole_end(self, second: int) -> int:
        """Return when the hole around this second ends; 0 when there is network."""
        return next((until for start, until in self.holes if start <= second < until), 0)


@dataclass(frozen=True)
class Day:
    """Everything a day is played from."""

    homes: dict[str, list[Home]]
    arrivals: list[Arrival]
    duties: list[Duty]
    truth: dict[tuple[str, str], dict[int, str]]
    #: For each resident, whom a page may mean: who stands in the register twice may be met at either door.
    groups_of: dict[str, tuple[str, ...]] = field(repr=False)
    #: Whether every row of the lists is about somebody in the area that is played.
    is_whole: bool = True


def read_day(folder: Path, *, area: str = "", country: str = "cn") -> Day:
    """Read a simulated folder; `area` keeps what lies in the area with this code. Raises NoDay."""
    missing = [name for name in TABLES if not (folder / "day" / f"{name}.csv").is_file()]
    if missing or not (folder / "residents.csv").is_file():
        raise NoDay(f"{folder} holds no day to play: make it with `gridward simulate city`")
    homes, groups_of = _read_homes(folder, area, country)
    truth, is_whole = _read_truth(folder, area)
    return Day(homes, _read_arrivals(folder), _read_duties(folder, area), truth, groups_of, is_whole)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _read_homes(
    folder: Path, area: str, country: str
) -> tuple[dict[str, list[Home]], dict[str, tuple[str, ...]]]:
    """Return the households behind each door, by its address, and for each resident whom a page may mean."""
    masks = pack(country)
    answers = {
        row["resident_ref"]: row
        for row in _rows(folder / "day" / "answers.csv")
        if row["area_code"].startswith(area)
    }
    members: dict[tuple[str, str], list[Member]] = defaultdict(list)
    said: dict[str, dict[str, str]] = {}
    groups: dict[str, list[str]] = defaultdict(list)
    number_of: dict[str, str] = {}
    for row in _rows(folder / "residents.csv"):
        answer = answers.get(row["resident_ref"])
        if answer is None:
            continue
        shown = (masks.mask_name(row["name"]), masks.mask_phone(row["phone"]) if row["phone"] else "")
        key = (row["address"], row["household_ref"])
        members[key].append(Member(row["resident_ref"], *shown, answer["phone"], answer["outcome"]))
        said[row["household_ref"]] = answer
        number_of[row["resident_ref"]] = row["id_number"] or row["resident_ref"]
        groups[number_of[row["resident_ref"]]].append(group_name(row["household_ref"], *shown))
    homes: dict[str, list[Home]] = defaultdict(list)
    for (address, ref), people in members.items():
        told = said[ref]
        hours = int(told["home_from"]), int(told["home_until"])
        homes[address].append(Home(ref, *hours, told["door"], tuple(people)))
    return dict(homes), {ref: tuple(groups[number]) for ref, number in number_of.items()}


def group_name(household_ref: str, name: str, phone: str) -> str:
    """Return whom a masked name and telephone may mean in a household: one person, or two that look alike."""
    return f"{household_ref} {name} {phone}".rstrip()


def _read_arrivals(folder: Path) -> list[Arrival]:
    arrivals = [
        Arrival(int(row["second"]), row["channel"], folder / "lists" / row["file"])
        for row in _rows(folder / "day" / "arrivals.csv")
    ]
    return sorted(arrivals, key=lambda one: (one.second, one.channel, one.file))


def _read_duties(folder: Path, area: str) -> list[Duty]:
    handle_of = {row["worker_ref"]: row["handle"] for row in _rows(folder / "workers.csv")}
    holes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in _rows(folder / "day" / "network.csv"):
        holes[row["worker_ref"]].append((int(row["from_second"]), int(row["until_second"])))
    stretches: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in _rows(folder / "day" / "shifts.csv"):
        if row["area_code"].startswith(area) and row["worker_ref"] in handle_of:
            stretches[row["worker_ref"]] += _stretches(row)
    return [
        Duty(ref, handle_of[ref], tuple(sorted(parts)), tuple(sorted(holes[ref])))
        for ref, parts in stretches.items()
    ]


def _stretches(shift: dict[str, str]) -> list[tuple[int, int]]:
    """Return a shift in its parts before and after the break."""
    start, until = int(shift["from_second"]), int(shift["until_second"])
    if not shift["break_from"]:
        return [(start, until)]
    rest, back = int(shift["break_from"]), int(shift["break_until"])
    return [part for part in ((start, rest), (back, until)) if part[0] < part[1]]


def _read_truth(folder: Path, area: str) -> tuple[dict[tuple[str, str], dict[int, str]], bool]:
    """Return, for each list, who each of its rows is about, and whether all of them are about the area."""
    truth: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    is_whole = True
    for row in _rows(folder / "truth.csv"):
        truth[row["channel"], row["file"]][int(row["row_number"])] = row["resident_ref"]
        is_whole = is_whole and row["area_code"][: len(area)] in ("", area)
    return dict(truth), is_whole
