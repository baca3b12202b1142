"""
Owns the command `gridward-verify`. Exit code 0: sound. 1: something is wrong. 2: the input cannot be used.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from gridward_verify.heads import Unusable, compare, read_heads, read_keys
from gridward_verify.ledger import check_ledger
from gridward_verify.report import Report


def verify(
    ledger: Path,
    heads: Path,
    public_keys: Sequence[Path],
    mirrors: Sequence[Path] = (),
    tolerance: timedelta = timedelta(hours=1),
) -> Report:
    """Check an export against its heads and the heads of outside parties. Raises Unusable."""
    report = Report()
    keys = read_keys(public_keys)
    trusted = read_heads(heads, keys, report)
    report.heads = len(trusted)
    witnesses = list(trusted)
    for mirror in mirrors:
        theirs = read_heads(mirror, keys, report)
        compare(trusted, theirs, mirror.name, report)
        witnesses += theirs
    check_ledger(ledger, witnesses, tolerance, report)
    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gridward-verify",
        description="Checks an exported Gridward ledger: edits, gaps, order, cut ends, times, signatures.",
        epilog="Exit code 0: sound. 1: something is wrong. 2: the input cannot be used.",
    )
    parser.add_argument("--ledger", type=Path, required=True, help="the export, one JSON line an entry")
    parser.add_argument("--heads", type=Path, required=True, help="the operator's heads.jsonl")
    parser.add_argument(
        "--public-key",
        type=Path,
        required=True,
        action="append",
        help="a key you were given in person, never one that came with the export; may be repeated",
    )
    parser.add_argument(
        "--mirror",
        type=Path,
        default=[],
        action="append",
        help="heads that you kept yourself; may be repeated",
    )
    parser.add_argument(
        "--tolerance-seconds",
        type=int,
        default=3600,
        help="how far an entry's time may lie outside the heads around it (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    tolerance = timedelta(seconds=options.tolerance_seconds)
    try:
        report = verify(options.ledger, options.heads, options.public_key, options.mirror, tolerance)
    except Unusable as unusable:
        print(f"gridward-verify: {unusable}", file=sys.stderr)
        return 2
    print(report.as_json() if options.json else report.as_text())
    return 0 if report.sound else 1


if __name__ == "__main__":
    sys.exit(main())
