"""`gridward intake`: take departments' lists in, and give their outcomes back."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, Refused, refuse
from gridward.wiring.cli.rights import actor_with
from gridward.wiring.cli.session import Session, arguments_common, command_session

Export = Callable[..., bytes | Refusal]


def register(subparsers: Any) -> None:
    """Add the commands."""
    room = subparsers.add_parser("intake", help="lists from departments").add_subparsers(required=True)
    parser = room.add_parser("import", help="take a list in, resolve it and put it into tasks")
    parser.add_argument("file", type=Path)
    parser.add_argument("--channel", required=True, metavar="CODE", help="the department's channel")
    parser.add_argument(
        "--order", metavar="NUMBER", help="the order it is sent under (default: the only one)"
    )
    parser.add_argument(
        "--mapping",
        type=Path,
        metavar="FILE.json",
        help='which heading is what: {"name": "姓名", "phone": "手机号"}; remembered for the channel',
    )
    parser.add_argument(
        "--sure", action="store_true", help="the mapping is right although a column looks like something else"
    )
    arguments_common(parser)
    parser.set_defaults(run=run_import)
    parser = room.add_parser("report", help="what became of a list, by count and by row")
    parser.add_argument("batch", type=UUID)
    parser.add_argument("--rows", type=Path, metavar="OUT.csv", help="write the outcome of every row")
    parser.add_argument(
        "--rejects", type=Path, metavar="OUT.csv", help="write the rejected rows with reasons"
    )
    arguments_common(parser)
    parser.set_defaults(run=run_report)
    parser = room.add_parser("channels", help="the departments' channels")
    arguments_common(parser)
    parser.set_defaults(run=run_channels)
    parser = room.add_parser("quality", help="how good the lists were: wrong data, unreachable, duplicates")
    parser.add_argument("--channel", default="", metavar="CODE", help="list by list, of one channel")
    parser.add_argument(
        "--from", dest="since", default="", metavar="YYYY-MM-DD", help="received from this day"
    )
    parser.add_argument("--to", dest="until", default="", metavar="YYYY-MM-DD", help="received to this day")
    arguments_common(parser)
    parser.set_defaults(run=run_quality)


def run_import(arguments: argparse.Namespace) -> None:
    """Take a list in and finish everything it sets off before printing its count."""
    with command_session(arguments, steps=2) as session:
        actor_with(session, "batch.upload", command="intake.import")
        order_id = _order_id(session, arguments.order) if arguments.order else None
        layout = _layout(arguments.mapping) if arguments.mapping else {}
        with session.progress.step("reading the list"), session.scoped() as actor:
            outcome = intake.batch_receive(
                channel_code=arguments.channel,
                path=arguments.file,
                filename=arguments.file.name,
                order_id=order_id,
                by=actor,
                now=session.now,
                said=intake.Said("none", layout, arguments.sure),
            )
        batch = session.settle(outcome)
        with session.progress.step("resolving its rows and putting them into tasks"):
            session.drain()
        _answer(session, batch.id, is_known=batch.is_known)


def run_report(arguments: argparse.Namespace) -> None:
    """Print a list's count; write the outcome of every row, or the rejects, to a file."""
    with command_session(arguments) as session:
        actor_with(session, "batch.read", command="intake.report")
        for out, export in (
            (arguments.rows, intake.outcomes_export),
            (arguments.rejects, intake.rejects_export),
        ):
            if out:
                _write(session, out, export, arguments.batch)
        _answer(session, arguments.batch)


def run_channels(arguments: argparse.Namespace) -> None:
    """Print the channels."""
    with command_session(arguments) as session:
        actor_with(session, "batch.read", command="intake.channels")
        with session.scoped():
            channels = intake.get_channels()
        rows = [
            {
                "code": one.code,
                "agency": one.agency_code,
                "name": one.name,
                "purpose": one.purpose,
                "kind": one.clue_kind,
                "priority": one.priority,
            }
            for one in channels
        ]
        text = "\n".join(f"{row['code']}  {row['agency']}  {row['name']}" for row in rows)
        session.answer(rows, text=text or "There is no channel yet.")


def run_quality(arguments: argparse.Namespace) -> None:
    """Print how good the lists of each channel were, or those of one channel list by list."""
    with command_session(arguments) as session:
        actor_with(session, "quality.read", command="intake.quality")
        period = session.settle(intake.period_of(arguments.since, arguments.until))
        with session.scoped() as actor:
            if arguments.channel:
                session.settle(intake.access_channel(arguments.channel, by=actor))
            channels = intake.get_channel_qualities(period, by=actor, channel_code=arguments.channel)
            lists = _lists(period, actor, arguments.channel)
        rows = [{"channel": one.channel_code, "name": one.name, **asdict(one.quality)} for one in channels]
        session.answer({"channels": rows, "lists": lists})


def _lists(period: intake.Period, by: Actor, channel_code: str) -> list[dict[str, Any]]:
    """Return the newest lists of a channel that was asked for by its code."""
    if not channel_code:
        return []
    found = intake.get_list_qualities(period, by=by, channel_code=channel_code)
    return [
        {"list": one.id, "received_at": one.received_at, "file": one.filename, **asdict(one.quality)}
        for one in found
    ]


def _order_id(session: Session, number: str) -> UUID:
    for order in governance.get_active_orders(now=session.now):
        if order.number == number:
            return order.id
    raise Refused(refuse("order_inactive"))


def _layout(path: Path) -> dict[str, str]:
    """Return which heading is what, as a file says it."""
    try:
        said = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        raise Refused(refuse("mapping_file")) from None
    if not isinstance(said, dict) or not all(isinstance(value, str) and value for value in said.values()):
        raise Refused(refuse("mapping_file"))
    return {str(name): value for name, value in said.items()}


def _write(session: Session, out: Path, export: Export, batch_id: UUID) -> None:
    with session.scoped() as actor:
        content = _exported(export, batch_id, actor, session.now)
    out.write_bytes(session.settle(content))


def _exported(export: Export, batch_id: UUID, by: Actor, now: datetime) -> bytes | Refusal:
    return export(batch_id=batch_id, by=by, now=now)


def _answer(session: Session, batch_id: UUID, *, is_known: bool = False) -> None:
    with session.scoped():
        seen = intake.access_batch(batch_id)
        rejects = intake.count_rejects(batch_id)
        counted = intake.count_rows(batch_id)
    batch = session.settle(seen)
    if batch.state == "refused":
        raise Refused(intake.refusal_again(batch.refusal))
    answer = asdict(batch) | {"batch": str(batch.id), "is_known": is_known, "rejects": rejects}
    # The rows themselves are asked, not only what the list says of them.
    answer["rows_agree"] = counted.agrees_with(batch)
    session.answer(answer)
