"""The history of figures: one JSON line per benchmark and run, small enough to be committed."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Record = dict[str, Any]


def read(path: Path) -> list[Record]:
    """Return every record, oldest first. Raises ValueError naming the line that is none."""
    if not path.exists():
        return []
    records = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            record = json.loads(line)
            records.append({**record, "benchmark": record["benchmark"], "at": record["at"]})
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number} of {path.name} is no record of a benchmark") from error
    return records


def append(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Add records at the end; what stands there stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


def latest(records: Iterable[Record]) -> dict[str, Record]:
    """Return the newest record of each benchmark."""
    return {record["benchmark"]: record for record in sorted(records, key=lambda one: str(one["at"]))}


def course(records: Iterable[Record], benchmark: str, name: str, size: str) -> list[tuple[str, float]]:
    """Return (commit, middle) of one figure from its first run to its last."""
    return [
        (record["commit"], figure["ours"]["median"])
        for record in sorted(records, key=lambda one: str(one["at"]))
        if record["benchmark"] == benchmark
        for figure in record.get("figures", ())
        if (figure["name"], figure["size"]) == (name, size)
    ]
