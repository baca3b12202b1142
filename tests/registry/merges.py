"""What the tests of merging share: two entries of one person, saying so, and everything that is kept of an entry."""

from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry.models import PersonKey, Residence, Resident, ResidentValue
from tests import people
from tests.registry.town import CITY, Line, number, phone, reported, resident

PURPOSE = "case_finding"
#: One person, registered twice: with the parents under the old telephone, and in a flat of the next grid.
AT_HOME = Line("R1", "王小明", "01", number(date(1990, 1, 1), 1), phone(1), household_ref="H1")
IN_TOWN = AT_HOME.but(
    resident_ref="R2", phone=phone(2), household_ref="H2", area_code=CITY.next_grid, id_number="", id_kind=""
)
FATHER = Line("R3", "王建国", "01", number(date(1960, 1, 1), 2), phone(3), household_ref="H1")
FLATMATE = Line(
    "R4", "李秀英", "01", number(date(1991, 1, 1), 3), phone(4), household_ref="H2", area_code=CITY.next_grid
)
ALL = (AT_HOME, IN_TOWN, FATHER, FLATMATE)


def registered(folder: Path, order: governance.OrderView) -> None:
    """Let everybody be registered, each with a former telephone."""
    reported(folder, order, [line.but(phone=phone(50 + place)) for place, line in enumerate(ALL)])
    reported(folder, order, ALL)


def proposed(stays: str, goes: str, by: Actor, *, reason: str = "the same person") -> Any:
    """Say that two entries are one person."""
    with people.acting(by):
        return registry.merge_propose(
            stays_id=resident(stays).id, goes_id=resident(goes).id, reason=reason, by=by, now=clock.now()
        )


def merged(stays: str, goes: str, by: Actor, order: governance.OrderView) -> Any:
    """Make one person of two entries in the register alone, as dispatch would."""
    proposal = proposed(stays, goes, by)
    if isinstance(proposal, Refusal):
        return proposal
    with governance.job_scope(order_id=order.id, purpose=PURPOSE):
        done = registry.residents_merge(merge_id=proposal.id, by=by, now=clock.now())
    connection.check_constraints()
    return done


def parted(merge: Any, by: Actor, order: governance.OrderView, *, reason: str = "two people") -> Any:
    """Take two entries apart, in the register alone."""
    with governance.job_scope(order_id=order.id, purpose=PURPOSE):
        done = registry.residents_part(merge_id=merge.id, reason=reason, by=by, now=clock.now())
    connection.check_constraints()
    return done


def kept() -> dict[str, list[Any]]:
    """Return every column of every person, key and history: what taking apart has to give back."""
    tables = (Resident, PersonKey, ResidentValue, Residence)
    with people.as_owner():
        return {
            table.__name__: [
                tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
                for row in table.objects.order_by("pk").values_list()
            ]
            for table in tables
        }


def found(order: governance.OrderView, line: Line) -> list[object]:
    """Return whom a list's row about this person is matched with, and why not."""
    sound = pack("cn").read_name(line.name).sound
    asked = registry.PersonInput(line.id_number, line.phone, sound.partition(" ")[0], sound)
    (keys,) = registry.match_keys(domain=order.domain, people=[asked])
    with governance.job_scope(order_id=order.id, purpose=PURPOSE):
        (match,) = registry.match_people(domain=order.domain, rows=[registry.MatchRow(1, keys)])
    return [match.resident_id, match.household_id, match.reason]


def code_of(outcome: object) -> str:
    """Return the code of a refusal, or `ok`."""
    return outcome.code if isinstance(outcome, Refusal) else "ok"
