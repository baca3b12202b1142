"""The one handle on a person: a live grant for this household and purpose, in the own area; each look in the ledger."""

import copy
import json
import pickle
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.template import Context, Template

from gridward.governance import api as governance
from gridward.governance.models import AccessGrant
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.ids import new_id
from gridward.kernel.masking import Masked
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry.models import Household
from tests import people
from tests.registry.town import CITY, household, resident

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
STUDENT, MOTHER = people.returning_student, people.students_mother
SECRETS = [part for one in (STUDENT, MOTHER) for part in (one.name, one.phone, one.id_number)]


@pytest.fixture
def officer(street: governance.OrderView) -> Actor:
    """Somebody of the street's centre, who holds no grant yet."""
    return people.actor_of("street_officer", CITY.xinjiekou)


def granted(to: Actor, order: governance.OrderView, home: Household, **changes: object) -> AccessGrant:
    """Write a grant as dispatch would, as the owner; `changes` say how it differs from a live one."""
    now = clock.now()
    values: dict[str, object] = {
        "account_id": to.id, "household_id": home.id, "area_pos": home.area_pos, "purpose": "case_finding",
        "basis_id": order.id, "task_id": None, "starts_at": now - HOUR, "ends_at": now + HOUR,
    }  # fmt: skip
    with people.as_owner():
        return AccessGrant.objects.create(id=new_id(), **(values | changes))


def opened(
    by: Actor, home: UUID, *, purpose: str = "case_finding", task: UUID | None = None
) -> registry.HouseholdView | Refusal:
    with people.acting(by):
        return registry.access_household(
            household_id=home, purpose=purpose, by=by, now=clock.now(), task_id=task
        )


def looks(by: Actor) -> list[LedgerEntry]:
    with people.as_owner():
        wanted = ("household.access", "resident.reveal")
        return list(LedgerEntry.objects.filter(actor=str(by.id), action__in=wanted).order_by("id"))


#: How a grant can fail to cover: what is different from a live one.
NO_GRANTS: dict[str, Callable[[], dict[str, object]]] = {
    "it was ended": lambda: {"ended_at": clock.now() - timedelta(seconds=1)},
    "its time is over": lambda: {"ends_at": clock.now() - timedelta(milliseconds=1)},
    "it begins in a moment": lambda: {"starts_at": clock.now() + timedelta(seconds=30)},
    "it is for another purpose": lambda: {"purpose": "home_service"},
    "it is somebody else's": lambda: {"account_id": new_id()},
    "it is for another household": lambda: {"household_id": household("H2").id},
    "it stands on an order nobody knows": lambda: {"basis_id": new_id()},
    "it lies outside of the reader's area": lambda: {"area_pos": CITY.pos(CITY.other_district_grid)},
}


@pytest.mark.parametrize("story", NO_GRANTS)
def test_a_grant_that_does_not_cover_opens_nothing_and_one_that_does_opens_it(
    story: str, street: governance.OrderView, officer: Actor
) -> None:
    home = household("H1")
    granted(officer, street, home, **NO_GRANTS[story]())

    refused = opened(officer, home.id)
    granted(officer, street, home)
    view = opened(officer, home.id)

    assert isinstance(refused, Refusal) and (refused.code, refused.status) == ("no_grant", 404)
    assert not isinstance(view, Refusal) and len(view.residents) == 2
    assert [entry.action for entry in looks(officer)] == ["household.access"], "a refused look is no look"


def test_a_household_that_does_not_exist_is_answered_like_one_without_a_grant(
    street: governance.OrderView, officer: Actor
) -> None:
    stranger, missing = opened(officer, household("H2").id), opened(officer, UUID(int=7))

    assert stranger == missing
    assert isinstance(missing, Refusal) and "H2" not in missing.title + missing.advice


def test_a_grant_ends_with_its_task_its_order_and_the_readers_assignment(
    street: governance.OrderView, officer: Actor
) -> None:
    home, task = household("H1"), new_id()
    granted(officer, street, home, task_id=task)
    assert not isinstance(opened(officer, home.id), Refusal)

    with people.acting(officer):
        governance.grants_end(task_ids=[task], by=officer, now=clock.now())
    assert isinstance(opened(officer, home.id), Refusal), "the task is closed"
    granted(officer, street, home)
    assert not isinstance(opened(officer, home.id), Refusal)
    issuing = people.actor_of("issuing_officer")
    with people.acting(issuing):
        ended = governance.order_end(
            order_id=street.id, reason="the drill is over", by=issuing, now=clock.now()
        )
    assert not isinstance(ended, Refusal)

    assert isinstance(opened(officer, home.id), Refusal), "the order is over"


@pytest.mark.parametrize(
    ("role", "area"),
    [("street_officer", "320104001"), ("community_officer", CITY.dashiqiao), ("grid_worker", CITY.next_grid),
     ("issuing_officer", "")],
)  # fmt: skip
def test_a_grant_in_the_hands_of_somebody_of_another_area_opens_nothing(
    role: str, area: str, street: governance.OrderView
) -> None:
    stranger = people.actor_of(role, area)
    granted(stranger, street, household("H1"))

    outcome = opened(stranger, household("H1").id)

    assert isinstance(outcome, Refusal) and outcome.code == "no_grant"
    assert looks(stranger) == []


def test_nobody_without_an_account_holds_a_grant(street: governance.OrderView) -> None:
    home = household("H1")

    with governance.job_scope(order_id=street.id, purpose="case_finding"):
        outcome = registry.access_household(
            household_id=home.id, purpose="case_finding", by=SYSTEM, now=clock.now()
        )

    assert isinstance(outcome, Refusal)


def test_what_is_shown_is_masked_however_it_is_written_down(
    street: governance.OrderView, officer: Actor
) -> None:
    home = household("H1")
    granted(officer, street, home)

    view = opened(officer, home.id)

    assert not isinstance(view, Refusal)
    assert (view.id, view.kind, view.area_pos, view.order_id) == (
        home.id, "registered", home.area_pos, street.id
    )  # fmt: skip
    assert "珠江路" in view.address_text and "101" in view.address_text
    shown = {(str(one.name), str(one.phone), str(one.id_number)) for one in view.residents}
    assert shown == {
        ("王**", f"{one.phone[:3]}****{one.phone[-4:]}", "*" * 14 + one.id_number[-4:])
        for one in (STUDENT, MOTHER)
    }
    page = Template("{% for one in view.residents %}{{ one.name }}{{ one.phone|safe }}{{ one }}{% endfor %}")
    everywhere = [repr(view), f"{view}", page.render(Context({"view": view})), str(vars(view.residents[0]))]
    assert not [secret for secret in SECRETS for text in everywhere if secret in text]
    for sideways in (pickle.dumps, json.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            sideways(view.residents[0].name)


def test_every_look_is_one_entry_with_its_purpose_basis_and_task_and_nobodys_name(
    street: governance.OrderView, officer: Actor
) -> None:
    home, task = household("H1"), new_id()
    granted(officer, street, home)
    granted(officer, street, home, purpose="home_service")

    opened(officer, home.id, task=task)
    opened(officer, home.id, purpose="home_service")

    entries = looks(officer)
    assert [(entry.purpose, entry.task, json.loads(entry.detail)) for entry in entries] == [
        ("case_finding", str(task), {"count": 2}),
        ("home_service", "", {"count": 2}),
    ]
    for entry in entries:
        assert (entry.role, entry.basis, entry.object_kind) == ("street_officer", str(street.id), "household")
        assert str(home.id) not in entry.object_hash, "the object is a hash"
        assert not [secret for secret in SECRETS if secret in repr(vars(entry))]
    assert entries[0].object_hash == entries[1].object_hash


def test_a_household_nobody_lives_in_yet_opens_empty(street: governance.OrderView, officer: Actor) -> None:
    pos = CITY.pos(CITY.grid)
    with governance.job_scope(order_id=street.id, purpose="case_finding"):
        (made,) = registry.households_provide(
            order_id=street.id, places=[registry.Place(pos)], by=SYSTEM, now=clock.now()
        )
    with people.as_owner():
        home = Household.objects.get(id=made.household_id)
    granted(officer, street, home)

    view = opened(officer, home.id)

    assert not isinstance(view, Refusal)
    assert (view.kind, view.address_text, view.residents) == ("provisional", "", ())


# --- showing one person in the open -------------------------------------------------------------------------------


def revealed(
    by: Actor, person: UUID, *, reason: str = "to greet the family by name", purpose: str = "case_finding"
) -> registry.RevealedResident | Refusal:
    with people.acting(by):
        return registry.resident_reveal(
            resident_id=person, purpose=purpose, task_id=None, reason=reason, by=by, now=clock.now()
        )


def test_one_person_is_shown_for_five_minutes_and_the_rest_of_the_family_stays_masked(
    street: governance.OrderView, officer: Actor
) -> None:
    granted(officer, street, household("H1"))
    before = clock.now()

    shown = revealed(officer, resident("R1").id)

    assert not isinstance(shown, Refusal)
    assert (shown.name, shown.phone) == (STUDENT.name, STUDENT.phone)
    assert timedelta(minutes=5) <= shown.until - before < timedelta(minutes=5, seconds=20)
    assert MOTHER.name not in repr(shown) and STUDENT.id_number not in repr(shown)
    assert [entry.action for entry in looks(officer)] == ["household.access", "resident.reveal"]
    entry = looks(officer)[1]
    assert (entry.object_kind, entry.reason) == ("resident", "to greet the family by name")
    assert not [secret for secret in SECRETS if secret in repr(vars(entry))]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": ""}, "reason_needed"),
        ({"reason": "   x   "}, "reason_needed"),
        ({"reason": "abc"}, "reason_needed"),
        ({"purpose": "home_service"}, "no_grant"),
        ({"person": UUID(int=7)}, "no_grant"),
    ],
)
def test_nobody_is_shown_without_a_reason_a_purpose_and_a_person(
    changes: dict[str, object], code: str, street: governance.OrderView, officer: Actor
) -> None:
    granted(officer, street, household("H1"))
    asked: dict[str, object] = {"person": resident("R1").id} | changes

    outcome = revealed(officer, **asked)  # type: ignore[arg-type]  # a table of keyword arguments

    assert isinstance(outcome, Refusal) and outcome.code == code
    assert looks(officer) == []


def test_a_grant_for_one_household_shows_nobody_of_the_next(
    street: governance.OrderView, officer: Actor
) -> None:
    granted(officer, street, household("H1"))

    outcome = revealed(officer, resident("R3").id)

    assert isinstance(outcome, Refusal) and outcome.code == "no_grant"


def test_a_reason_is_kept_in_the_ledger_without_the_number_somebody_typed_into_it(
    street: governance.OrderView, officer: Actor
) -> None:
    granted(officer, street, household("H1"))

    revealed(officer, resident("R1").id, reason=f"  call {STUDENT.phone} {'because ' * 60}")

    reason = looks(officer)[1].reason
    assert reason.startswith("call ") and len(reason) <= 200
    assert STUDENT.phone not in reason


def test_a_look_that_is_rolled_back_leaves_no_entry(street: governance.OrderView, officer: Actor) -> None:
    granted(officer, street, household("H1"))

    with transaction.atomic():
        assert not isinstance(opened(officer, household("H1").id), Refusal)
        transaction.set_rollback(True)

    assert looks(officer) == []


def test_masked_values_are_what_leaves_the_room(street: governance.OrderView, officer: Actor) -> None:
    granted(officer, street, household("H1"))

    view = opened(officer, household("H1").id)

    assert not isinstance(view, Refusal)
    for one in view.residents:
        columns = {name: value for name, value in vars(one).items() if name != "id"}
        assert {type(value) for value in columns.values()} == {Masked}
        assert set(columns) == {"name", "phone", "id_number"}, (
            "a new column is invisible until somebody lists it"
        )
