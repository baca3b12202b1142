"""
What a room's command stands in: database up, tables there, somebody who acts, answers on stdout.

    def run(arguments):
        with command_session(arguments) as session:
            report = session.settle(intake.batch_receive(…, by=session.actor, now=session.now))
            session.answer(report)

Import it from a room's command module only: it needs Django to be set up.
"""

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from gridward.kernel import clock, outbox, scope
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, Refused
from gridward.wiring.cli.environment import environment_read
from gridward.wiring.cli.problems import MISTAKE, CommandError
from gridward.wiring.cli.progress import Progress
from gridward.wiring.cli.ready import database_ready, tables_check
from gridward.workforce import api as workforce

OPERATOR = "operator"
"""The account that acts when `--as` names nobody."""

Thing = TypeVar("Thing")


class Session:
    """One run of one command."""

    def __init__(self, arguments: argparse.Namespace, progress: Progress) -> None:
        self._arguments = arguments
        self.progress = progress
        self.now: datetime = clock.now()

    @cached_property
    def actor(self) -> Actor:
        """The actor named by `--as`, else the system operator; the ledger knows of the session."""
        handle = getattr(self._arguments, "acting_as", None) or OPERATOR
        with transaction.atomic():
            return self.settle(workforce.actor_by_handle(handle, now=self.now, kind="cli"))

    @contextmanager
    def scoped(self) -> Iterator[Actor]:
        """Open a transaction inside the actor's database scope, as a page would have it."""
        actor = self.actor
        with transaction.atomic(), scope.entered("select workforce_enter(%s)", (actor.session_key,)):
            yield actor

    def drain(self) -> None:
        """
        Deliver the facts that wait, here and now: a command has finished its work before it answers.

        A worker may be quicker; then this waits for it. What this command's own facts failed on ends the command.
        """
        with delivering():
            outbox.drain_all(since=self.now)

    def close(self) -> None:
        """End the sign-in of whoever acted, if anybody did."""
        if "actor" in self.__dict__:
            with transaction.atomic():
                workforce.session_end(key=self.actor.session_key, by=self.actor, now=clock.now())

    def settle(self, outcome: "Thing | Refusal") -> Thing:
        """Return what an action returned, or end the command with its refusal."""
        if isinstance(outcome, Refusal):
            raise Refused(outcome)
        return outcome

    def answer(self, thing: Any, *, text: str = "") -> None:
        """Print the answer to stdout: JSON with `--json`, else `text` or one line per value."""
        is_record = dataclasses.is_dataclass(thing) and not isinstance(thing, type)
        value = dataclasses.asdict(thing) if is_record else thing
        if getattr(self._arguments, "json", False):
            print(json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False))
        elif text or not isinstance(value, dict):
            print(text or value)
        else:
            print("\n".join(f"{name}: {part}" for name, part in value.items()))


@contextmanager
def delivering() -> Iterator[None]:
    """End the command when facts could not be delivered, in words that quote no row."""
    try:
        yield
    except outbox.DeliveriesFailed as failed:
        raise CommandError(
            f"{failed}. They are tried again; see: gridward outbox list",
            code="outbox.failed",
            exit_code=MISTAKE,
        ) from (ExceptionGroup("what the listeners raised", failed.causes) if failed.causes else failed)


def arguments_common(parser: argparse.ArgumentParser) -> None:
    """Add what every room's command takes: `--as ACCOUNT` and `--json`."""
    parser.add_argument(
        "--as", dest="acting_as", metavar="ACCOUNT", help="who acts (default: the system operator)"
    )
    parser.add_argument("--json", action="store_true", help="answer with JSON on stdout")


@contextmanager
def command_session(arguments: argparse.Namespace, *, steps: int = 0) -> Iterator[Session]:
    """
    Have everything ready that a room's command needs; the database is stopped again if we were its last user.
    """
    progress = Progress(steps, quiet=getattr(arguments, "quiet", False))
    with database_ready(environment_read(), progress):
        tables_check()
        session = Session(arguments, progress)
        try:
            yield session
        finally:
            session.close()
        sys.stdout.flush()
