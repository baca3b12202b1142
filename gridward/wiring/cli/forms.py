"""`gridward forms`: what a city asks, as XLSForms."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from gridward.forms import api as forms
from gridward.wiring.cli.reports import REFUSED
from gridward.wiring.cli.rights import actor_with
from gridward.wiring.cli.session import arguments_common, command_session
from gridward.wiring.cli.workforce import moment


def register(subparsers: Any) -> None:
    """Add the commands."""
    room = subparsers.add_parser("forms", help="what is asked, as XLSForms").add_subparsers(required=True)
    parser = room.add_parser("check", help="read an XLSForm and say what speaks against it; keeps nothing")
    parser.add_argument("file", type=Path)
    arguments_common(parser)
    parser.set_defaults(run=run_check)
    parser = room.add_parser("import", help="keep an XLSForm as a draft; somebody else publishes it")
    parser.add_argument("file", type=Path)
    parser.add_argument("--owner", required=True, metavar="CODE", help="the department that answers for it")
    parser.add_argument("--purpose", required=True, metavar="CODE", help="what it is asked for")
    parser.add_argument(
        "--until", required=True, type=moment, metavar="MOMENT", help="nobody is asked after that"
    )
    parser.add_argument("--replaces", default="", metavar="WORDS", help="which form it replaces")
    arguments_common(parser)
    parser.set_defaults(run=run_import)
    parser = room.add_parser("publish", help="have a draft asked in areas from now on")
    parser.add_argument("form", type=UUID, help="the id that importing answered with")
    parser.add_argument(
        "areas", nargs="+", metavar="AREA", help="codes of areas; everything in them is meant"
    )
    arguments_common(parser)
    parser.set_defaults(run=run_publish)
    parser = room.add_parser("end", help="ask a form no more")
    parser.add_argument("form", type=UUID)
    parser.add_argument("--reason", required=True, help="why; the ledger keeps it")
    arguments_common(parser)
    parser.set_defaults(run=run_end)
    parser = room.add_parser("list", help="the newest versions of forms")
    arguments_common(parser)
    parser.set_defaults(run=run_list)


def run_check(arguments: argparse.Namespace) -> int:
    """Say what speaks against a form."""
    with command_session(arguments) as session:
        actor_with(session, "form.draft", command="forms.check")
        with session.scoped():
            report = session.settle(forms.form_check(path=arguments.file, filename=arguments.file.name))
        session.answer(report)
        return _problems_print(report.problems)


def run_import(arguments: argparse.Namespace) -> int:
    """Keep a form as a draft; one with problems is not kept."""
    with command_session(arguments) as session:
        actor_with(session, "form.draft", command="forms.import")
        answers = forms.Answers(arguments.owner, arguments.purpose, arguments.until, arguments.replaces)
        with session.scoped() as actor:
            report = session.settle(
                forms.form_draft(
                    path=arguments.file,
                    filename=arguments.file.name,
                    answers=answers,
                    by=actor,
                    now=session.now,
                )
            )
        session.answer(report)
        return _problems_print(report.problems)


def run_publish(arguments: argparse.Namespace) -> None:
    """Publish a draft."""
    with command_session(arguments) as session:
        actor_with(session, "form.publish", command="forms.publish")
        with session.scoped() as actor:
            form_id = session.settle(
                forms.form_publish(
                    form_id=arguments.form, area_codes=arguments.areas, by=actor, now=session.now
                )
            )
        session.answer({"form": form_id})


def run_end(arguments: argparse.Namespace) -> None:
    """End a form."""
    with command_session(arguments) as session:
        actor_with(session, "form.publish", command="forms.end")
        with session.scoped() as actor:
            form_id = session.settle(
                forms.form_end(form_id=arguments.form, reason=arguments.reason, by=actor, now=session.now)
            )
        session.answer({"form": form_id})


def run_list(arguments: argparse.Namespace) -> None:
    """Print the newest versions of forms."""
    with command_session(arguments) as session:
        actor_with(session, "form.read", command="forms.list")
        with session.scoped():
            found = forms.get_forms(now=session.now)
        text = "\n".join(f"{one.id}  {one.state:<9}  {one.form_code} {one.version}" for one in found)
        session.answer([asdict(one) for one in found], text=text or "no form yet")


def _problems_print(problems: Sequence[forms.FormProblem]) -> int:
    for problem in problems:
        print(f"{problem.question or 'form'}: {problem.message}", file=sys.stderr)
    return REFUSED if problems else 0
