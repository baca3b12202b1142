"""A telephone that only a list has is confirmed at the door, decided by the centre, and the register's from then on."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import pytest
from django.http import QueryDict

from gridward.country.api import pack
from gridward.dispatch import actions, queries
from gridward.dispatch.models import Task
from gridward.dispatch.told import phones_told
from gridward.dispatch.web.parse import phones_of
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, Refused
from gridward.registry import api as registry
from gridward.registry.models import Correction, ResidentValue
from tests import people
from tests.dispatch.correcting import keys_of, student
from tests.dispatch.desk import MOTHER, STUDENT, Desk, code_of, moment, subjects, tasks

pytestmark = pytest.mark.django_db

CITY = people.city()
CODE = UUID(int=7)
NEW, OTHER = pack("cn").synthetic_phone(701), pack("cn").synthetic_phone(702)


def list_with(desk: Desk, channel: str, person: people.Neighbour, phone: str) -> None:
    """Let a list come that gives this telephone of somebody."""
    report = people.send_list(desk.folder, channel, [(person.name, person.id_number, phone, person.address)])
    assert report.waiting == 0, report
    with people.as_owner():
        Task.objects.filter(state="open").update(released_at=moment(12), release_at=moment(12))


def seen(desk: Desk) -> queries.TaskView:
    (task,) = tasks(state="open")
    with people.acting(desk.worker):
        view = queries.access_task(task.id, by=desk.worker, now=moment(12, 1))
    assert isinstance(view, queries.TaskView), view
    return view


def told(desk: Desk) -> dict[str, str]:
    """Return which telephones the worker's page offers, by the registered one."""
    view = seen(desk)
    names = {one.person_id: one.name.reveal() if one.name else "" for one in view.people}
    with people.acting(desk.worker):
        return {names[person]: phone.reveal() for person, phone in phones_told(view).items()}


def visited(
    desk: Desk, *, outcome: str = "verified_present", confirmed: Collection[Any] | None = None, at: int = 10,
    others: Mapping[Any, str] | None = None,
) -> Any:  # fmt: skip
    view = seen(desk)
    everybody = [one.person_id for one in view.people]
    with people.acting(desk.worker):
        return actions.visit_record(
            task_id=view.id, result="done", outcomes=dict.fromkeys(everybody, outcome) | dict(others or {}), reason="",
            by=desk.worker,
            now=moment(12, at), phones=everybody if confirmed is None else confirmed,
        )  # fmt: skip


def waiting() -> list[Correction]:
    with people.as_owner():
        return list(Correction.objects.filter(state="received"))


def decided(officer: Actor, decide: str) -> Any:
    (row,) = waiting()
    with people.acting(officer):
        taken = actions.correction_acknowledge(
            correction_id=row.id, reason="to be decided", by=officer, now=moment(12, 11)
        )
        assert not isinstance(taken, Refusal), taken
        if decide == "accept":
            return actions.correction_accept(correction_id=row.id, by=officer, now=moment(12, 12))
        return actions.correction_reject(
            correction_id=row.id, reason="not this one", by=officer, now=moment(12, 12)
        )


def matched(desk: Desk, phone: str) -> bool:
    """Tell whether a list that knows the student by this telephone alone finds the student."""
    keys = keys_of(desk, phone=phone)
    with people.as_owner():
        (match,) = registry.match_people(domain=desk.order.domain, rows=[registry.MatchRow(1, keys)])
    return match.resident_id == student().id


def test_the_door_is_shown_the_one_other_telephone_masked(desk: Desk) -> None:
    list_with(desk, "health-list", STUDENT, NEW)

    assert told(desk) == {STUDENT.name: NEW}
    with people.acting(desk.worker):
        assert NEW not in str(next(iter(phones_told(seen(desk)).values())))


@pytest.mark.parametrize(
    ("phones", "offered"),
    [
        ([STUDENT.phone], False),
        ([""], False),
        ([NEW, NEW], True),
        ([NEW, STUDENT.phone], True),
        ([NEW, OTHER], False),
    ],
    ids=["the registered one", "none", "the same twice", "a new one and the registered one", "two others"],
)
def test_what_lists_contradict_each_other_about_is_not_offered(
    desk: Desk, phones: list[str], offered: bool
) -> None:
    for channel, phone in zip(("health-list", "police-list"), phones, strict=False):
        list_with(desk, channel, STUDENT, phone)

    assert told(desk) == ({STUDENT.name: NEW} if offered else {})


def test_a_confirmed_telephone_waits_for_the_centre_and_then_is_the_registers(
    desk: Desk, officer: Actor
) -> None:
    list_with(desk, "health-list", STUDENT, NEW)
    assert not matched(desk, NEW)

    done = visited(desk)

    assert isinstance(done, queries.TaskView) and done.state == "closed"
    (row,) = waiting()
    assert (row.kind, row.is_small, row.resident_id) == ("phone", True, student().id)
    assert not matched(desk, NEW)  # nothing is the register's until it is decided
    assert decided(officer, "accept").state == "accepted"
    assert matched(desk, NEW) and not matched(desk, STUDENT.phone)
    with people.as_owner():
        (former,) = ResidentValue.objects.filter(resident=student())
    assert (former.field, former.source, former.domain) == ("phone", "correction", desk.order.domain)


def test_what_the_centre_rejects_changes_nothing(desk: Desk, officer: Actor) -> None:
    list_with(desk, "health-list", STUDENT, NEW)
    visited(desk)

    assert decided(officer, "reject").state == "rejected"

    assert matched(desk, STUDENT.phone) and not matched(desk, NEW)
    with people.as_owner():
        assert Correction.objects.get().value_sealed is None and not ResidentValue.objects.exists()


def test_a_visit_that_confirms_nothing_proposes_nothing(desk: Desk) -> None:
    list_with(desk, "health-list", STUDENT, NEW)

    assert not isinstance(visited(desk, confirmed=()), Refusal)

    assert waiting() == []


@pytest.mark.parametrize("outcome", ["moved", "wrong_person", "refused", "out_of_scope"])
def test_nobody_confirms_the_telephone_of_somebody_who_was_not_met_here(desk: Desk, outcome: str) -> None:
    list_with(desk, "health-list", STUDENT, NEW)

    assert code_of(visited(desk, outcome=outcome)) in ("phone_not_met", "outcome_unknown")
    assert waiting() == [] and tasks(state="open")[0].closed_at is None
    assert [one.outcome for one in subjects(tasks()[0])] == [""]


def test_what_no_list_gave_is_not_confirmed(desk: Desk) -> None:
    list_with(desk, "health-list", STUDENT, STUDENT.phone)

    assert code_of(visited(desk)) == "phone_not_told"
    assert code_of(visited(desk, confirmed=[desk.order.id])) == "phone_not_told"
    assert waiting() == []


def test_one_that_waits_already_is_not_proposed_again(desk: Desk) -> None:
    list_with(desk, "health-list", STUDENT, NEW)
    view = seen(desk)
    with people.acting(desk.worker):
        entered = actions.correction_enter(
            task_id=view.id, person_id=view.people[0].person_id, kind="phone", value=NEW, found_by="person",
            reason="said at the door", by=desk.worker, now=moment(12, 2),
        )  # fmt: skip
    assert isinstance(entered, registry.CorrectionView)

    assert not isinstance(visited(desk), Refusal)

    assert [row.id for row in waiting()] == [entered.id]


def test_each_of_a_household_is_confirmed_for_itself(desk: Desk) -> None:
    list_with(desk, "health-list", STUDENT, NEW)
    list_with(desk, "police-list", MOTHER, OTHER)
    view = seen(desk)
    of_mother = next(one.person_id for one in view.people if one.name and one.name.reveal() == MOTHER.name)

    assert told(desk) == {STUDENT.name: NEW, MOTHER.name: OTHER}
    visited(desk, confirmed=[of_mother])

    (row,) = waiting()
    with people.as_owner():
        assert row.resident.resident_ref == MOTHER.ref


def test_a_visit_that_is_refused_for_one_has_proposed_nothing_for_the_other(desk: Desk) -> None:
    list_with(desk, "health-list", STUDENT, NEW)
    list_with(desk, "police-list", MOTHER, OTHER)

    for absent in seen(desk).people:
        refused = visited(desk, others={absent.person_id: "moved"})

        assert code_of(refused) == "phone_not_met" and waiting() == []


def test_the_page_offers_the_number_masked(desk: Desk) -> None:
    list_with(desk, "health-list", STUDENT, NEW)
    (person,) = seen(desk).people
    client = people.client_of(desk.worker)
    with people.as_owner():
        Task.objects.update(released_at=clock.now(), release_at=clock.now())

    text = client.get(f"/today/{tasks()[0].id}").content.decode()

    assert f'name="phone-{person.person_id}"' in text and "A list gives the telephone" in text
    assert NEW not in text and NEW[-4:] in text


def test_a_form_says_whose_telephone_is_right() -> None:
    posted = QueryDict(f"phone-{CODE}=yes&outcome-{CODE}=verified_present&result=done")

    assert phones_of(posted) == {CODE} and phones_of(QueryDict("result=done")) == set()
    with pytest.raises(Refused):
        phones_of(QueryDict("phone-nobody=yes"))
