"""
Owns opening a list: its columns, what stands in them, which is read as what, and three masked values of each.

Stores nothing. Refuses a list whole that holds what must not be collected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

from gridward.country.api import pack
from gridward.intake import layouts, rules, selecting
from gridward.intake.models import Channel
from gridward.kernel.masking import mask_keep
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.tabular import Column, Hint, Table, TableRefusal, read_table

SAMPLES_NEEDED = 3
#: So many rows are looked at to tell what a column holds, and so many values of it are shown.
SAMPLED, SHOWN = 50, 3
#: A sample that is no number or address shows at most this much of itself.
SHOWN_MOST = 12


@dataclass(frozen=True)
class Sampled:
    """What stands in a table's columns: what each looks like, and its first values, masked."""

    looks: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]


def open_table(
    path: Path,
    filename: str,
    channel: Channel,
    layout: Mapping[str, str] | None = None,
    *,
    is_looked_at: bool = False,
) -> Table | Refusal:
    """Read a list's columns as its channel knows them; a column that must not come in refuses the list whole."""
    words: dict[str, list[str]] = {}
    for header, name in channel.mapping.items():
        words.setdefault(name, []).append(header)
    for said in (layout or {}, *(one["columns"] for one in channel.layouts)):
        for name, key in said.items():
            words.setdefault(name, []).append(key.partition("#")[0])
    wanted = [
        Column(column.name, (*column.aliases, *words.get(column.name, ())), column.required, column.hint)
        for column in rules.COLUMNS
    ]
    table = read_table(
        path, filename=filename, wanted=wanted, sample_hint=sample_hint, guess_header=is_looked_at
    )
    if isinstance(table, TableRefusal):
        return table.as_outcome()
    if header := rules.forbidden_header((*table.headers, *table.groups)):
        return refuse("forbidden_column", header=header[:40])
    about = (Path(filename).stem, table.sheet, *table.titles)
    return selecting.selected_by(about, clue_kind=channel.clue_kind) or table


def open_list(
    path: Path, filename: str, channel: Channel, layout: Mapping[str, str] | None = None
) -> Table | Refusal:
    """Open a list with the columns it is read by: those that were said, or those its headings say by themselves."""
    table = open_table(path, filename, channel, layout)
    if isinstance(table, Refusal):
        return table
    if layout:
        said = layouts.settled(layout, layouts.header_keys(table.headers))
        return said if isinstance(said, Refusal) else with_columns(table, said)
    if incomplete := table.incomplete():
        return incomplete.as_outcome()
    columns = {**table.columns, **rules.chosen(table)}
    if not set(layouts.FINDING) & columns.keys():
        return refuse("no_key_column")
    return with_columns(table, columns)


def with_columns(table: Table, columns: Mapping[str, int]) -> Table:
    """Return the table read by these columns."""
    return replace(table, mapping=replace(table.mapping, columns=columns))


def sample(table: Table) -> Sampled:
    """Return what the columns of a table look like and hold, by its first rows."""
    rows = next(iter(table.chunks(SAMPLED)), [])
    values = [[row.cells[place] for row in rows] for place in range(len(table.headers))]
    looks = [sample_hint(cells) or "" for cells in values]
    names = {place: name for name, place in table.columns.items()}
    shown = [
        tuple(_masked(cell, looks[place] or names.get(place, "")) for cell in _first(cells))
        for place, cells in enumerate(values)
    ]
    return Sampled(tuple(looks), tuple(shown))


def _first(cells: Sequence[str]) -> list[str]:
    """Return the first values that differ from one another."""
    return [cell for cell in dict.fromkeys(cells) if cell.strip()][:SHOWN]


def _masked(cell: str, kind: str) -> str:
    country = pack(settings.COUNTRY)
    if kind == "address":
        return "".join("*" if sign.isdigit() else sign for sign in cell[:6]) + "…"
    if kind in ("id", "id_number"):
        return country.mask_id(cell)
    if kind == "phone":
        return country.mask_phone(cell)
    if kind == "name":
        return country.mask_name(cell)
    short = mask_keep(cell, head=1)
    return short if len(short) <= SHOWN_MOST else f"{short[:SHOWN_MOST]}…"


def sample_hint(values: Sequence[str]) -> Hint | None:
    """Say what a column's sample values look like, for headers that do not tell."""
    country = pack(settings.COUNTRY)
    given = [value for value in values if value.strip()]
    if len(given) < SAMPLES_NEEDED:
        return None
    if sum(bool(reading.value) for reading in country.read_ids(given)) * 2 > len(given):
        return "id"
    if sum(bool(reading.value) for reading in country.read_phones(given)) * 2 > len(given):
        return "phone"
    if sum(bool(reading.road or reading.community) for reading in country.read_addresses(given)) * 2 > len(
        given
    ):
        return "address"
    return None
