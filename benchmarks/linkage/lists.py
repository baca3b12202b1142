"""
Residents of a simulated city, rows about them, soiled, read by the country pack, and who each row is truly about.

Owns the tables `person` and `line` of an open DuckDB: both sides read these, already normalised, and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from benchmarks.linkage.dirt import KINDS, soiled
from gridward.country.api import pack
from gridward.intake.rules import written
from simulator.lists.outsiders import make_outsiders

CN = pack("cn")
FIELDS = ("name", "id_number", "phone", "address")
#: One row in so many is about somebody the register does not know, half of them at a resident's door.
OUTSIDERS = 1 / 13


@dataclass(frozen=True)
class Drawn:
    """How many rows, how often each kind of dirt is tried, and the seed."""

    rows: int
    shares: Mapping[str, float]
    seed: int
    #: Who is registered at one door and lives behind another, as the list has it.
    moved: float = 0.02


THREADS = {"threads": 2}


def prepared(files: Path, drawn: Drawn, place: Path) -> None:
    """Write a database with residents, rows, what exact keys link, what they leave over, and the pairs brought up."""
    with city(files, str(place)) as db:
        draw(db, drawn)
        link_exactly(db)
        db.execute("create table left_over as select * from line where id not in (select line from linked)")
        bring_up(db, "left_over")


def city(files: Path, place: str = ":memory:") -> duckdb.DuckDBPyConnection:
    """Open a database with the residents of a simulated city in `person`."""
    db = duckdb.connect(place, config=THREADS)
    fields = ", ".join(f"coalesce({name}, '') as {name}" for name in FIELDS)
    told = columns(db, f"select {fields} from read_parquet('{files}/residents.parquet')")
    _keep(db, "person", {"id": np.arange(len(told["name"])), **told, **read(told)})
    return db


def _keep(db: duckdb.DuckDBPyConnection, table: str, held: Mapping[str, object]) -> None:
    """Write columns into a table; what may have been meant by a number becomes a list."""
    db.register("held_", {name: np.asarray(values) for name, values in held.items()})
    meant = "if(id_meant = '', [], string_split(id_meant, ' ')) as id_meant"
    db.execute(f"create or replace table {table} as select * replace ({meant}) from held_ order by id")
    db.unregister("held_")


def draw(db: duckdb.DuckDBPyConnection, drawn: Drawn, table: str = "line") -> None:
    """Make a table of rows about residents and some strangers; `person_id` is the truth, null for a stranger."""
    ((people,),) = db.execute("select count(*) from person").fetchall()
    asked, outside = _asked(drawn, people)
    db.register("asked_", asked)
    db.register("outside_", outside)
    kept = ", ".join(("line as id", "coalesce(person_id, -1) as person_id", *FIELDS, "happened"))
    told = columns(db, f"select {kept} from ({soiled(ROWS)}) order by line")
    _keep(db, table, {**told, **read(told)})
    # A stranger is nobody, not somebody's number.
    db.execute(f"update {table} set person_id = null where person_id < 0")


ROWS = """
select a.line, a.tried, a.draw, if(a.stranger < 0, a.who, null) as person_id,
       coalesce(o.name, p.name) as name, coalesce(o.id_number, p.id_number) as id_number,
       coalesce(o.phone, p.phone) as phone,
       case when coalesce(o.elsewhere, '') <> '' then o.elsewhere
            when a.moved then m.address else p.address end as address
  from asked_ a join person p on p.id = a.who left join person m on m.id = a.away
  left join outside_ o on o.place = a.stranger
"""


def _asked(drawn: Drawn, people: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return who each row is about and what is tried on it, and the strangers."""
    rng = np.random.Generator(np.random.PCG64(drawn.seed))
    strangers = round(drawn.rows * OUTSIDERS)
    outside = make_outsiders(strangers, people, rng)
    tried = np.zeros(drawn.rows, dtype=np.int64)
    for place, kind in enumerate(KINDS):
        tried |= (rng.random(drawn.rows) < drawn.shares[kind]).astype(np.int64) << place
    known = drawn.rows - strangers
    line = np.arange(drawn.rows)
    asked = {
        "line": line,
        "who": np.concatenate([rng.choice(people, known, replace=False), outside.pop("near")]),
        "stranger": np.where(line < known, -1, line - known),
        "moved": rng.random(drawn.rows) < drawn.moved,
        "away": rng.integers(0, people, drawn.rows),
        "tried": tried,
        "draw": rng.integers(0, 2**40, drawn.rows),
    }
    return asked, {"place": np.arange(strangers), **outside}


def read(told: Mapping[str, Sequence[str]]) -> dict[str, list[object]]:
    """Return what the country pack reads in four columns, as columns of values and keys."""
    names = CN.read_names(told["name"])
    ids = CN.read_ids(told["id_number"])
    phones = CN.read_phones(told["phone"])
    swapped = [i for i, phone in enumerate(phones) if not phone.value and told["phone"][i]]
    addresses = list(told["address"])
    for i in swapped:
        other = CN.read_phone(addresses[i])
        if other.value:
            phones[i], addresses[i] = other, told["phone"][i]
    doors = CN.read_addresses(addresses)
    near = [" ".join(part for part in (door.county, door.community.removesuffix("居委会"))) for door in doors]
    spelled = [text.upper().replace(" ", "") for text in told["id_number"]]
    return {
        "name": [one.value for one in names],
        "surname": [one.sound.partition(" ")[0] for one in names],
        "sound": [one.sound for one in names],
        "id_number": [one.value for one in ids],
        "id_text": [one.value or text for one, text in zip(ids, spelled, strict=True)],
        "id_meant": [" ".join(CN.id_slips(meant)) for meant in map(written, told["id_number"], ids)],
        "phone": [one.value for one in phones],
        "community": near,
        "door": [
            f"{place}|{CN.address_key(door)}" if door.room or door.number else ""
            for place, door in zip(near, doors, strict=True)
        ],
    }


#: The keys of `registry.rules`, the strongest first, for a population whose keys lie open.
KEYS = (
    "p.id_number = l.id_number and p.surname = l.surname where l.id_number <> ''",
    "p.phone = l.phone and p.sound = l.sound where l.phone <> ''",
    "p.phone = l.phone and p.surname = l.surname where l.phone <> ''",
    "p.door = l.door and p.sound = l.sound where l.door <> ''",
)


def by_key(rank: int, line: str = "line") -> str:
    """Return the question who each row is about by one key: all who have it."""
    return f"select l.id as line, p.id as person from {line} l join person p on {KEYS[rank]}"


#: Who agrees in the strongest keys, where that is one person: what exact keys decide.
EXACT = """
with hit as ({hits}), flagged as (
  select line, person, sum(distinct 8 >> rank) as flags from hit group by line, person
), best as (
  select line, max(flags) as flags from flagged group by line
)
select line, any_value(person) as person from flagged join best using (line, flags) group by line having count(*) = 1
"""


def link_exactly(db: duckdb.DuckDBPyConnection, line: str = "line", into: str = "linked") -> None:
    """Make the table of rows that exact keys decide: line and person."""
    hits = " union all ".join(
        f"select *, {rank} as rank from ({by_key(rank, line)})" for rank in range(len(KEYS))
    )
    db.execute(f"create or replace table {into} as {EXACT.format(hits=hits)}")


#: Whom the search brings up for a row: behind its door, of its telephone, of a number that may have been meant.
PAIRS = """
select line, person from (
  select l.id as line, p.id as person from {line} l join person p on p.door = l.door where l.door <> ''
  union select line, person from ({by_phone})
  union select l.id, p.id from (select id, surname, unnest(id_meant) as meant from {line}) l
          join person p on p.id_number = l.meant and p.surname = l.surname
) order by line, person
"""


def bring_up(db: duckdb.DuckDBPyConnection, line: str = "line", into: str = "pair") -> int:
    """Make the table of pairs the search brings up, and count them."""
    db.execute(f"create or replace table {into} as {PAIRS.format(line=line, by_phone=by_key(2, line))}")
    ((count,),) = db.execute(f"select count(*) from {into}").fetchall()
    return int(count)


def columns(db: duckdb.DuckDBPyConnection, sql: str) -> dict[str, list[Any]]:
    """Return the answer to a question, column by column."""
    asked = db.sql(sql)
    rows = asked.fetchall()
    return {name: [row[place] for row in rows] for place, name in enumerate(asked.columns)}
