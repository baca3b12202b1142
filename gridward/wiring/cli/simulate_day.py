"""`gridward simulate day`: plays a simulated day into a running house, through its doors, and looks what came of it."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from gridward.wiring.cli.demo_scale import Scale, scale_held
from gridward.wiring.cli.environment import environment_read
from gridward.wiring.cli.problems import DIFFERENT, ENVIRONMENT, REFUSED, USAGE, CommandError
from gridward.wiring.cli.progress import Progress
from gridward.wiring.model_city import OFFICERS, PASSWORD, STREET
from simulator.play import (
    Accounts,
    Lost,
    NoDay,
    Plan,
    Unusable,
    play,
    read_day,
    read_rate,
    read_time,
    words_of,
)

Value = TypeVar("Value")
#: The demo's centre, which sees the tasks of one street.
CENTRE = "street"
LIAISONS = tuple(one.handle for one in OFFICERS if one.role == "agency_liaison" and one.signs_in)


def register(room: Any) -> None:
    """Add the command."""
    parser = room.add_parser("day", help="play a simulated day into a running house, through its doors only")
    parser.add_argument("--files", type=Path, help="a simulated folder (default: that of `gridward demo`)")
    parser.add_argument("--url", help="where the house answers (default: this machine's)")
    parser.add_argument(
        "--rate", type=_told(read_rate), default="60x", help="played seconds in one real second"
    )
    parser.add_argument("--from", dest="start", type=_told(read_time), default="00:00", metavar="HH:MM")
    parser.add_argument("--until", type=_told(read_time), default="24:00", metavar="HH:MM")
    parser.add_argument("--seed", type=int, default=1, metavar="NUMBER", help="same seed, same paces")
    parser.add_argument(
        "--area",
        metavar="CODE",
        help="only workers of this area (default: the street whose centre the demo has)",
    )
    parser.add_argument("--intake", default="intake", metavar="HANDLE", help="who sends lists in")
    parser.add_argument(
        "--centre", nargs="+", default=["street"], metavar="HANDLE", help="who sees the tasks"
    )
    parser.add_argument("--liaison", nargs="*", default=LIAISONS, metavar="HANDLE", help="who reads outcomes")
    parser.add_argument("--password-file", type=Path, help="their password (default: the demo's)")
    parser.add_argument("--order", default="", metavar="ID", help="the order to send lists under")
    parser.add_argument(
        "--release-now", action="store_true", help="the centre releases what waits for morning"
    )
    parser.add_argument("--hands", type=int, default=8, metavar="NUMBER", help="how many act at once")
    parser.add_argument("--journal", type=Path, metavar="OUT.jsonl", help="a new file: every send and answer")
    parser.add_argument("--report", type=Path, metavar="OUT.json", help="the report as a file")
    parser.set_defaults(run=run)


def _told(read: Callable[[str], Value]) -> Callable[[str], Value]:
    """Read an argument and say in its own words what is wrong with it."""

    def reads(text: str) -> Value:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return reads


def run(arguments: argparse.Namespace) -> int:
    """Play the day and print its report; the exit code says whether anything was lost or doubled."""
    environment = environment_read()
    progress = Progress()
    if not arguments.start < arguments.until:
        raise CommandError("The day would end before it begins.", code="day.short", exit_code=USAGE)
    try:
        day = read_day(arguments.files or _folder(environment.data), area=_area(arguments))
        report = play(day, _plan(arguments, environment.url), say=progress)
    except NoDay as error:
        raise CommandError(f"{error}.", code="day.missing", exit_code=USAGE) from None
    except Unusable as error:
        raise CommandError(f"{error}.", code="day.not_let_in", exit_code=REFUSED) from None
    except Lost as error:
        raise CommandError(
            f"The house does not answer ({error}).", code="day.silent", exit_code=ENVIRONMENT
        ) from None
    if arguments.report:
        arguments.report.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(words_of(report))
    return DIFFERENT if report["differences"] else 0


def _folder(data: Path) -> Path:
    """Return the folder of the model city that the data directory holds."""
    return data / "model-city" / (scale_held(data) or Scale()).scale


def _area(arguments: argparse.Namespace) -> str:
    """Return the area that is played: what no centre of the cast sees could not be looked at afterwards."""
    if arguments.area is not None:
        return str(arguments.area)
    return STREET if arguments.centre == [CENTRE] else ""


def _plan(arguments: argparse.Namespace, url: str) -> Plan:
    told = arguments.password_file
    password = told.read_text(encoding="utf-8").strip() if told else PASSWORD
    return Plan(
        url=arguments.url or url,
        accounts=Accounts(
            arguments.intake, tuple(arguments.centre), tuple(arguments.liaison), password
        ),
        rate=arguments.rate, start=arguments.start, until=arguments.until, seed=arguments.seed,
        releases=arguments.release_now, order=arguments.order, hands=max(1, arguments.hands),
        journal=arguments.journal,
    )  # fmt: skip
