"""
`python -m benchmarks.linkage.once SIDE DATABASE`: one side's whole work on the pairs, in a process of its own.

Prints, as JSON, seconds to learn and to decide, the largest memory, and what the answers are worth against the truth.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb

from benchmarks.linkage import learn, lists, ours
from gridward.governance.profiles import COVID19_CN_2020_03, ProfileView
from gridward.intake.likeness import WEIGHTS, Bounds, weights_of

#: So many rows tell the weights well enough; a table that is kept is learned from more.
LEARNED_FROM = 20_000
Answers = Mapping[int, int]


def bounds() -> Bounds:
    """Return what the profile asks for."""
    profile = ProfileView("", 0, COVID19_CN_2020_03)
    names = ("match_sure_bits", "match_lead_bits", "match_stranger_bits", "match_bystanders_a_row")
    return Bounds(*(profile.number(name) for name in names))


def ours_kept(db: duckdb.DuckDBPyConnection) -> tuple[float, Callable[[], Sequence[Answers]]]:
    """Decide with the table that is kept in the house."""
    return 0.0, lambda: [ours.decided(db, bounds(), WEIGHTS)]


def ours_learned(db: duckdb.DuckDBPyConnection) -> tuple[float, Callable[[], Sequence[Answers]]]:
    """Learn the table from this very list's exactly linked rows, then decide."""
    begun = time.perf_counter()
    weights = weights_of(learn.table(db, most=LEARNED_FROM))
    return time.perf_counter() - begun, lambda: [ours.decided(db, bounds(), weights)]


def splink_em(db: duckdb.DuckDBPyConnection) -> tuple[float, Callable[[], Sequence[Answers]]]:
    """Train by expectation maximisation, as documented, then predict."""
    return _splink(db, "train")


def splink_learned(db: duckdb.DuckDBPyConnection) -> tuple[float, Callable[[], Sequence[Answers]]]:
    """Learn m from exactly linked rows, then predict."""
    return _splink(db, "learn")


def _splink(db: duckdb.DuckDBPyConnection, how: str) -> tuple[float, Callable[[], Sequence[Answers]]]:
    # Only here: the other sides' memory is not to hold it.
    from benchmarks.linkage import theirs

    side = theirs.Side(db, "line")
    begun = time.perf_counter()
    getattr(side, how)()
    return time.perf_counter() - begun, lambda: _at_every_bound(side.predict("left_over"))


#: Bounds in bits that are tried for Splink, and by how much the best must be ahead: the best of all counts.
TRIED = tuple(range(-20, 31, 2))
LEADS = (0.01, 1.0, 3.0)


def _at_every_bound(found: Mapping[int, Sequence[tuple[int, float]]]) -> list[Answers]:
    ranked = {row: sorted(candidates, key=lambda one: -one[1]) for row, candidates in found.items()}
    ahead = {row: best[0][1] - best[1][1] if len(best) > 1 else 1e9 for row, best in ranked.items()}
    return [
        {row: best[0][0] for row, best in ranked.items() if best[0][1] >= bound and ahead[row] >= lead}
        for bound in TRIED
        for lead in LEADS
    ]


SIDES = {one.__name__: one for one in (ours_kept, ours_learned, splink_em, splink_learned)}


def worth(answers: Answers, truth: Mapping[int, int | None], brought: set[int]) -> dict[str, float]:
    """Return precision, recall and F1 of answers, over the rows whose person the search brought up."""
    right = sum(truth[row] == person for row, person in answers.items())
    precision, recall = right / max(1, len(answers)), right / max(1, len(brought))
    return {"precision": precision, "recall": recall, "f1": 2 * right / max(1, len(answers) + len(brought))}


def main(side: str, place: str) -> dict[str, float]:
    """Run one side and return its figures."""
    with duckdb.connect(place, read_only=True, config=lists.THREADS) as db:
        learning, decide = SIDES[side](db)
        begun = time.perf_counter()
        answers = decide()
        deciding = time.perf_counter() - begun
        truth = dict(db.execute("select id, person_id from left_over").fetchall())
        pairs = db.execute("select line, person from pair").fetchall()
    brought = {row for row, person in pairs if truth[row] == person}
    best = max((worth(one, truth, brought) for one in answers), key=lambda one: one["f1"])
    return {"seconds": learning + deciding, "learning": learning, "peak_mib": _peak(), **best}


def _peak() -> float:
    """Return the most memory this program had, in MiB: not what `getrusage` says, which begins with the parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (kib,) = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(kib) / 1024


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
