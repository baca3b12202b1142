"""
The report of a played day: what was sent, what became of it, how the doors answered, and what differs.

Owns the figures and the words. Refuses to look at anything itself.
"""

from collections.abc import Sequence
from typing import Any

from simulator.play.centre import Desk
from simulator.play.checks import Check
from simulator.play.clock import DayClock, say_time
from simulator.play.journal import Journal
from simulator.play.sending import Weather

SLOWEST = 8
#: So many differences of one kind are printed; the report as a file has all.
MOST_TOLD = 10


def report_of(
    clock: DayClock, until: int, journal: Journal, weather: Weather, desk: Desk, checks: Sequence[Check]
) -> dict[str, Any]:
    """Return everything as one JSON object."""
    counts = journal.counts
    return {
        "day": {"from": say_time(clock.start), "until": say_time(until), "rate": clock.rate},
        "sent": counts["sent"],
        "accepted": counts["accepted"],
        "refused": dict(sorted(journal.refused.items())),
        "answers_lost": counts["answers lost"],
        "found_by_looking": counts["found by looking"],
        "sent_again_knowingly": counts["sent again knowingly"],
        "waited_for_network": counts["waited for network"],
        "sign_ins": counts["accepted sign in"],
        "lists": counts["lists sent"],
        "rows": sum(one.page.rows for one in desk.sent if one.page),
        "lists_refused": [{"file": one.file.name, "code": one.refused} for one in desk.sent if one.refused],
        "visits": counts["accepted visit"],
        "calls": counts["accepted call"],
        "released_by_hand": counts["tasks released by hand"],
        "results": dict(sorted(journal.results.items())),
        "outcomes": dict(sorted(journal.outcomes.items())),
        "doors": _doors(journal),
        "outages_seconds": [round(one.ended - one.began, 2) for one in weather.outages],
        "checks": [
            {"what": one.name, "compared": one.compared, "differences": one.differences} for one in checks
        ],
        "differences": sum(len(one.differences) for one in checks),
    }


def _doors(journal: Journal) -> list[dict[str, Any]]:
    """Return each door with how long it took to answer, the slowest first."""
    doors = []
    for door, seconds in journal.doors.items():
        ordered = sorted(seconds)
        doors.append(
            {
                "door": door,
                "answers": len(ordered),
                "median_ms": round(1000 * ordered[len(ordered) // 2]),
                "p95_ms": round(1000 * ordered[int(len(ordered) * 0.95)]),
                "longest_ms": round(1000 * ordered[-1]),
            }
        )
    return sorted(doors, key=lambda one: -one["p95_ms"])


def words_of(report: dict[str, Any]) -> str:
    """Return the report as somebody reads it on a terminal."""
    day = report["day"]
    lines = [
        f"day {day['from']} to {day['until']} at {day['rate']:g}x",
        f"sent {report['sent']}, accepted {report['accepted']}, refused {sum(report['refused'].values())}",
        f"  answers lost {report['answers_lost']}: found by looking {report['found_by_looking']},"
        f" sent again knowingly {report['sent_again_knowingly']}",
        f"  waited for network {report['waited_for_network']}, sign-ins {report['sign_ins']}",
        f"lists {report['lists']} with {report['rows']} rows; visits {report['visits']}, calls {report['calls']},"
        f" released by hand {report['released_by_hand']}",
        *(f"  list refused: {one['file']} ({one['code']})" for one in report["lists_refused"]),
        *_table("refused by code", report["refused"]),
        *_table("results", report["results"]),
        *_table("outcomes", report["outcomes"]),
        "slowest doors (median, 95 %, longest)",
        *(
            f"  {one['median_ms']:6d} {one['p95_ms']:6d} {one['longest_ms']:6d} ms  {one['door']} ({one['answers']})"
            for one in report["doors"][:SLOWEST]
        ),
    ]
    if report["outages_seconds"]:
        lines.append(f"the house did not answer for {report['outages_seconds']} seconds")
    lines.append("looked at from outside")
    for one in report["checks"]:
        lines.append(f"  {one['what']}: {one['compared']} compared, {len(one['differences'])} differ")
        lines += [f"    {what}" for what in one["differences"][:MOST_TOLD]]
    lines.append(f"differences: {report['differences']}")
    return "\n".join(lines)


def _table(title: str, counts: dict[str, int]) -> list[str]:
    if not counts:
        return []
    return [
        title,
        *(f"  {count:6d} {word}" for word, count in sorted(counts.items(), key=lambda one: -one[1])),
    ]
