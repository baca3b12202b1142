"""The page of figures, generated from the history: per goal what was measured, with plots, and what was not."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import plots
from benchmarks.catalogue import MEMBERS, Member
from benchmarks.history import Record, course, latest

HEAD = """<!-- Written by `python -m benchmarks page` from history.jsonl. Do not edit. -->

# Benchmarks

`make bench` measures everything below on this machine and adds it to the [history](history.jsonl);
`python -m benchmarks NAME` measures one. [How to read and extend it](how.md).

Every figure is a middle (median) with the quarter marks around it. Ours and its yardstick took turns in one run; the
ratio is taken round by round, and 2× means twice as good as the yardstick. A goal is *open* where the run was smaller
than the goal asks for and did not already miss it. Where a goal has many figures, the overview names the worst; all of
them stand below. Everybody in these figures is synthetic.
"""
Row = dict[str, Any]
#: From so many figures of one goal on, the overview tells the worst; more than so many make no plot.
MANY, DRAWN = 6, 20
OUTCOMES = {"met": "met", "missed": "**missed**", "open": "open"}


def write_page(folder: Path, records: Sequence[Record]) -> None:
    """Write README.md and its plots into the folder, and remove plots of nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = drawings(records)
    for stale in folder.glob("*.svg"):
        if stale.name not in kept:
            stale.unlink()
    for name, text in kept.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "README.md").write_text(page(records), encoding="utf-8")


def page(records: Sequence[Record]) -> str:
    """Return the page as Markdown. Quick runs are no figures and are left out."""
    kept = [record for record in records if not record.get("quick")]
    newest = latest(kept)
    told = [HEAD, _overview(newest)]
    told += [_section(member, newest.get(member.name), kept) for member in MEMBERS]
    return "\n".join(told)


def drawings(records: Sequence[Record]) -> dict[str, str]:
    """Return every plot by file name."""
    kept = [record for record in records if not record.get("quick")]
    drawn: dict[str, str] = {}
    for name, record in latest(kept).items():
        rows = record.get("figures", ())
        if rows:
            shown = _drawn(rows)
            of_all = (
                ""
                if len(shown) == len(rows)
                else f": {len(shown)} of {len(rows)} figures, the worst of each goal"
            )
            drawn[f"{name}.svg"] = plots.bars(shown, f"{name} at {record['commit']}{of_all}")
            runs = course(kept, name, rows[0]["name"], rows[0]["size"])
            if len(runs) > 1:
                title = f"{rows[0]['name']} ({rows[0]['size']}), {rows[0]['unit']}, run by run"
                drawn[f"{name}-course.svg"] = plots.course(runs, title)
    return drawn


def _overview(newest: dict[str, Record]) -> str:
    lines = ["| goal | benchmark | what | reached | outcome |", "| --- | --- | --- | --- | --- |"]
    for member in MEMBERS:
        for rows in _by_goal(newest.get(member.name, {}).get("figures", ())):
            told = [_one(row) for row in rows] if len(rows) <= MANY else [_many(rows)]
            lines += [
                f"| {rows[0]['goal']['id']}: {rows[0]['goal']['text']} | [{member.name}](#{_anchor(member)}) | {one} |"
                for one in told
            ]
    return "\n".join([*lines, ""])


def _by_goal(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the figures that have a goal, those of one goal together, in the order of their first."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if "goal" in row:
            groups.setdefault((row["goal"]["id"], row["goal"]["text"]), []).append(row)
    return list(groups.values())


def _one(row: Row) -> str:
    return f"{row['name']}, {row['size']} | {_reached(row)} | {OUTCOMES[row['goal']['outcome']]}"


def _many(rows: Sequence[Row]) -> str:
    """Tell many figures of one goal by their worst and by how many met it."""
    worst = _worst_first(rows)[0]
    counts = Counter(row["goal"]["outcome"] for row in rows)
    outcome = ", ".join(f"{OUTCOMES[name]}: {counts[name]}" for name in OUTCOMES if counts[name])
    return f"{len(rows)} figures; the worst: {worst['name']}, {worst['size']} | {_reached(worst)} | {outcome}"


def _worst_first(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=_measure, reverse=not rows[0]["more_is_better"])


def _measure(row: Row) -> float:
    side = row["ratio"] if row.get("goal", {}).get("of") == "ratio" else row["ours"]
    return float(side["median"])


def _reached(row: Row) -> str:
    return (
        f"{row['ratio']['median']:.3g}×" if row["goal"]["of"] == "ratio" else _value(row["ours"], row["unit"])
    )


def _drawn(rows: Sequence[Row]) -> list[Row]:
    """Return what a plot can show: all figures, or of each goal that has many the worst ones."""
    if len(rows) <= DRAWN:
        return list(rows)
    without = [row for row in rows if "goal" not in row]
    return [*without[:MANY], *(row for group in _by_goal(rows) for row in _worst_first(group)[:DRAWN])]


def _section(member: Member, record: Record | None, kept: Sequence[Record]) -> str:
    told = [f"## {member.title} ({member.goals})", "", f"**Measured.** {member.measured}", ""]
    if record is None:
        told += ["No run is in the history yet.", ""]
    elif "refused" in record:
        told += [f"Not measured on {record['at'][:10]}: {record['refused']}", ""]
    else:
        told += [*_table(record["figures"]), "", f"![{member.title}]({member.name}.svg)", ""]
        first = record["figures"][0]
        if len(course(kept, member.name, first["name"], first["size"])) > 1:
            told += [f"![run by run]({member.name}-course.svg)", ""]
        told += [_circumstances(record), ""]
    told += ["**Not measured.**", "", *(f"- {gap}" for gap in member.not_measured), ""]
    return "\n".join(told)


def _table(rows: Sequence[dict[str, Any]]) -> list[str]:
    lines = [
        "| figure | size | ours | quarter marks | rounds | yardstick | its middle | ratio (quarter marks) |",
        "| --- | --- | ---: | --- | ---: | --- | ---: | --- |",
    ]
    for row in rows:
        ours, theirs, ratio = row["ours"], row.get("yardstick"), row.get("ratio")
        cells = [
            row["name"],
            row["size"],
            _value(ours, row["unit"]),
            f"{plots.number(ours['q1'])} … {plots.number(ours['q3'])}",
            str(ours["rounds"]),
            theirs["what"] if theirs else "none",
            _value(theirs, row["unit"]) if theirs else "",
            f"{ratio['median']:.3g}× ({ratio['q1']:.3g} … {ratio['q3']:.3g})" if ratio else "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _value(side: dict[str, Any], unit: str) -> str:
    return f"{plots.number(side['median'])} {unit}"


def _circumstances(record: Record) -> str:
    on = record["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    busy = " Others were busy on it at the same time." if on["load"] > 0.5 else ""
    return (
        f"{record['at'][:16].replace('T', ' ')} UTC, commit {record['commit']}, {record['seconds']:g} s in all. "
        f"{on['cores']} cores ({on['processor']}), {on['memory_gib']} GiB, {on['system']}, load at the start "
        f"{on['load']}.{busy} {versions}."
    )


def _anchor(member: Member) -> str:
    words = f"{member.title} ({member.goals})".lower()
    return "".join(letter for letter in words if letter.isalnum() or letter in " -").replace(" ", "-")
