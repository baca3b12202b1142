"""Our side: the house's own rules of likeness over the pairs, in one process, in the open."""

from collections.abc import Mapping

import duckdb

from benchmarks.linkage.lists import CN, columns
from gridward.intake import likeness
from gridward.intake.likeness import Bounds, Likeness, Side

Weights = Mapping[str, Mapping[str, float]]
ASKED = """
select p.line, p.person, l.name as l_name, r.name as r_name, l.id_number as l_id, r.id_number as r_id,
       l.id_meant, l.phone as l_phone, r.phone as r_phone,
       case when l.door = '' or r.door = '' then '' when l.door = r.door then 'same'
            when l.community = r.community then 'community' else 'elsewhere' end as door
  from {pair} p join {line} l on l.id = p.line join person r on r.id = p.person order by p.line, p.person
"""


def levels(
    db: duckdb.DuckDBPyConnection, line: str, pair: str
) -> tuple[list[tuple[int, int]], list[dict[str, str]]]:
    """Return the pairs, and for each of them the level of every field."""
    told = columns(db, ASKED.format(line=line, pair=pair))
    left, right = CN.read_names(told["l_name"]), CN.read_names(told["r_name"])
    found = []
    for n, door in enumerate(told["door"]):
        row = Side(left[n], told["l_id"][n], told["l_phone"][n], tuple(told["id_meant"][n]))
        found.append(
            {
                "name": CN.name_likeness(left[n], right[n]),
                "id_number": likeness.id_level(row, Side(right[n], told["r_id"][n])),
                "phone": likeness.phone_level(told["l_phone"][n], told["r_phone"][n]),
                "door": door,
            }
        )
    return list(zip(told["line"], told["person"], strict=True)), found


def decided(db: duckdb.DuckDBPyConnection, bounds: Bounds, weights: Weights) -> dict[int, int]:
    """Return whom each row that is left over is about, for those that likeness decides."""
    pairs, found = levels(db, "left_over", "pair")
    by_line: dict[int, list[tuple[int, Likeness]]] = {}
    for (row, person), level in zip(pairs, found, strict=True):
        by_line.setdefault(row, []).append((person, likeness.likeness(level, weights)))
    answers = {}
    for row, candidates in by_line.items():
        verdict = likeness.verdict([like for _person, like in candidates], bounds)
        if verdict.place is not None:
            answers[row] = candidates[verdict.place][0]
    return answers
