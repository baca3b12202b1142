"""The page of figures, generated from the history: per goal what was measured, with plots, and what was not."""

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
than the goal asks for and did not already miss it. Everybody in these figures is synthetic.
"""
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
            drawn[f"{name}.svg"] = plots.bars(rows, f"{name} at {record['commit']}")
            runs = course(kept, name, rows[0]["name"], rows[0]["size"])
            if len(runs) > 1:
                title = f"{rows[0]['name']} ({rows[0]['size']}), {rows[0]['unit']}, run by run"
                drawn[f"{name}-course.svg"] = plots.course(runs, title)
    return drawn


def _overview(newest: dict[str, Record]) -> str:
    lines = ["| goal | benchmark | what | reached | outcome |", "| --- | --- | --- | --- | --- |"]
    for member in MEMBERS:
        rows = [row for row in newest.get(member.name, {}).get("figures", ()) if "goal" in row]
        for row in rows:
            of_ratio = row["goal"]["of"] == "ratio"
            reached = f"{row['ratio']['median']:.3g}×" if of_ratio else _value(row["ours"], row["unit"])
            lines.append(
                f"| {row['goal']['id']}: {row['goal']['text']} | [{member.name}](#{_anchor(member)}) | {row['name']}, "
                f"{row['size']} | {reached} | {OUTCOMES[row['goal']['outcome']]} |"
            )
    return "\n".join([*lines, ""])


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
