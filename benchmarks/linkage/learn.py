"""
`python -m benchmarks.linkage.learn FOLDER`: learn the weights of likeness and write gridward/intake/data/likeness.json.

m from rows that an exact key links: by document number for name, telephone and door, by telephone and name for the
number. u from rows and people paired at random; the door has none, since the search looks behind the row's own door. No
truth is used.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import duckdb

from benchmarks.linkage import lists, ours
from benchmarks.linkage.dirt import EVERYDAY
from gridward.intake.likeness import LEVELS

TARGET = Path(__file__).parents[2] / "gridward" / "intake" / "data" / "likeness.json"
BY_ID, BY_PHONE = 0, 1
AT_RANDOM = """
select l.id as line, (l.id * 48271 + times.n * 7919) % people.count as person
  from line l, (select count(*) as count from person) people, (select unnest(range(1, 6)) as n) times
"""
#: A key that fits several people links nobody.
ONE_EACH = "select line, any_value(person) as person from ({pairs}) group by line having count(*) = 1"
#: Which key links the pairs that tell a field's m: never one that holds the field itself. And what tells its u.
TELLS = {
    "name": ("by_id", "chance"),
    "id_number": ("by_phone", "chance"),
    "phone": ("by_id", "chance"),
    "door": ("by_id", ""),
}
SOURCE = (
    "simulate city --scale district, seed 1; {rows:,} rows drawn with seed {seed} and the shares EVERYDAY of"
    " benchmarks/linkage/dirt.py; python -m benchmarks.linkage.learn"
)
LEARNED = lists.Drawn(150_000, EVERYDAY, seed=20_200_214)


Table = dict[str, dict[str, dict[str, float]]]


def table(db: duckdb.DuckDBPyConnection, *, most: int = 10**9) -> Table:
    """Return m and u of each level of each field, from the first `most` rows of `line`."""
    for name, rank in (("by_id", BY_ID), ("by_phone", BY_PHONE)):
        pairs = f"{lists.by_key(rank)} and l.id < {most}"
        db.execute(f"create or replace temp table {name} as {ONE_EACH.format(pairs=pairs)}")
    db.execute(f"create or replace temp table chance as {AT_RANDOM} where l.id < {most}")
    counts = {}
    for pairs in ("by_id", "by_phone", "chance"):
        _pairs, found = ours.levels(db, "line", pairs)
        counts[pairs] = {field: Counter(level[field] for level in found if level[field]) for field in LEVELS}
    return {
        field: {
            level: {
                letter: _share(counts[pairs][field] if pairs else None, level, names)
                for letter, pairs in zip("mu", TELLS[field], strict=True)
            }
            for level in names
        }
        for field, names in LEVELS.items()
    }


def _share(counts: Counter[str] | None, level: str, levels: tuple[str, ...]) -> float:
    """Return a level's part of all, with half a case added to each: what was never seen is rare, not impossible."""
    if counts is None:
        return 1.0
    return float(f"{(counts[level] + 0.5) / (counts.total() + 0.5 * len(levels)):.4g}")


def learned(files: Path, drawn: lists.Drawn = LEARNED) -> dict[str, object]:
    """Return the whole table as it is kept."""
    db = lists.city(files)
    lists.draw(db, drawn)
    return {
        "learned_from": SOURCE.format(rows=drawn.rows, seed=drawn.seed),
        "m": "pairs an exact key links: by document number and surname; for the document number by telephone and name",
        "u": "rows and people at random; for the door 1: the search looks behind it, so it speaks for nobody there",
        "fields": table(db),
    }


if __name__ == "__main__":
    found = learned(Path(sys.argv[1]))
    TARGET.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
