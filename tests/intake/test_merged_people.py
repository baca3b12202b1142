"""What waits in review, and what lists say, once two entries of the register are one person."""

from pathlib import Path
from typing import Any

import pytest

from gridward.governance import api as governance
from gridward.intake import candidates, earlier
from gridward.intake.models import Clue
from gridward.intake.queries import clue_view, open_clue_people
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from tests import people
from tests.intake.test_review import DISAGREES, NAMESAKE, NEIGHBOUR, STUDENT, again, decide, resident, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(street: governance.OrderView, city: people.City) -> Actor:
    """Somebody who covers both communities."""
    return people.actor_of("street_officer", city.xinjiekou)


def merged(street: governance.OrderView, by: Actor, goes: people.Neighbour = NAMESAKE) -> registry.MergeView:
    """Make one person of the student's entry and another one, in the register alone."""
    with people.acting(by):
        proposal = registry.merge_propose(
            stays_id=resident(STUDENT).id,
            goes_id=resident(goes).id,
            reason="one person",
            by=by,
            now=clock.now(),
        )
    assert isinstance(proposal, registry.MergeView), proposal
    with governance.job_scope(order_id=street.id, purpose="case_finding"):
        done = registry.residents_merge(merge_id=proposal.id, by=by, now=clock.now())
    assert isinstance(done, registry.MergeView), done
    return done


def parted(street: governance.OrderView, merge: registry.MergeView, by: Actor) -> None:
    with governance.job_scope(order_id=street.id, purpose="case_finding"):
        done = registry.residents_part(merge_id=merge.id, reason="two people", by=by, now=clock.now())
    assert not isinstance(done, Refusal), done


def offered(clue: Clue, by: Actor) -> list[Any]:
    """Return whom the page of a row in review offers."""
    with people.acting(by):
        row = Clue.objects.get(id=clue.id)
        person = open_clue_people(clue_ids=[clue.id])[clue.id]
        found = candidates.candidates_find(clue_view(row), person, by=by, now=clock.now())
    return [one.id for one in found.shown]


def test_a_row_whose_keys_named_two_entries_waits_no_more(
    street: governance.OrderView, officer: Actor, tmp_path: Path
) -> None:
    merge = merged(street, officer)

    report = people.send_list(tmp_path, "health-list", [DISAGREES])

    assert (report.waiting, report.new) == (0, 1)
    with people.as_owner():
        (clue,) = Clue.objects.filter(batch_id=report.batch_id)
    assert (clue.resident_id, clue.household_id) == (resident(STUDENT).id, resident(STUDENT).household_id)
    parted(street, merge, officer)
    assert waiting(tmp_path, DISAGREES, "police-list").waiting_reason == "keys_disagree"


def test_a_row_that_waits_offers_one_person_and_not_a_ghost(
    street: governance.OrderView, officer: Actor, tmp_path: Path
) -> None:
    clue = waiting(tmp_path, DISAGREES)
    assert set(offered(clue, officer)) == {resident(STUDENT).id, resident(NAMESAKE).id}

    merged(street, officer)

    assert offered(clue, officer) == [resident(STUDENT).id]


@pytest.mark.parametrize(
    ("chosen", "code"), [(STUDENT, ""), (NAMESAKE, "decision_unknown"), (NEIGHBOUR, "decision_unknown")]
)
def test_a_row_is_decided_for_who_stays_alone(
    street: governance.OrderView, officer: Actor, tmp_path: Path, chosen: people.Neighbour, code: str
) -> None:
    clue = waiting(tmp_path, DISAGREES)
    merged(street, officer)

    done = decide(clue, officer, "same_person", resident_id=resident(chosen).id)

    assert (done.code if isinstance(done, Refusal) else "") == code
    assert again(clue).resident_id == (None if code else resident(STUDENT).id)


def test_a_decision_joins_the_person_whom_only_the_other_entry_was_asked_about(
    street: governance.OrderView, officer: Actor, tmp_path: Path
) -> None:
    clue = waiting(tmp_path, DISAGREES)
    people.send_list(tmp_path, "police-list", [people.row_about(NAMESAKE)])
    merged(street, officer)

    decide(clue, officer, "same_person", resident_id=resident(STUDENT).id)

    with people.as_owner():
        asked = Clue.objects.get(resident_id=resident(NAMESAKE).id)
    assert again(clue).person_id == asked.person_id


def test_the_person_of_a_list_is_found_through_either_entry(
    street: governance.OrderView, officer: Actor, tmp_path: Path
) -> None:
    people.send_list(tmp_path, "police-list", [people.row_about(NAMESAKE)])
    with people.as_owner():
        person = Clue.objects.get().person_id
    with governance.job_scope(order_id=street.id, purpose="case_finding"):
        assert earlier.get_person(street.id, resident(STUDENT).id) is None
    merge = merged(street, officer)

    with governance.job_scope(order_id=street.id, purpose="case_finding"):
        assert earlier.get_person(street.id, resident(STUDENT).id) == person
        assert earlier.get_person(street.id, resident(NEIGHBOUR).id) is None
    report = people.send_list(tmp_path, "health-list", [people.row_about(STUDENT)])
    assert (report.new, report.merged) == (0, 1)

    parted(street, merge, officer)
    with governance.job_scope(order_id=street.id, purpose="case_finding"):
        assert earlier.get_person(street.id, resident(NAMESAKE).id) == person


@pytest.mark.parametrize("first", [STUDENT, NAMESAKE])
def test_a_channel_repeats_itself_through_either_entry_and_no_other_channel_does(
    street: governance.OrderView, officer: Actor, tmp_path: Path, first: people.Neighbour
) -> None:
    people.send_list(tmp_path, "police-list", [people.row_about(first)])
    merged(street, officer)

    reports = [
        people.send_list(tmp_path, channel, [people.row_about(one) for one in rows])
        for channel, rows in (
            ("health-list", [STUDENT]),
            ("police-list", [STUDENT, STUDENT]),
            ("health-list", [STUDENT, NEIGHBOUR]),
        )
    ]

    assert [report.merged for report in reports] == [1, 2, 1]
    assert [repeats(report) for report in reports] == [[""], ["channel", "list"], ["channel", ""]]


def test_a_channel_that_asked_about_both_entries_repeats_itself(
    street: governance.OrderView, officer: Actor, tmp_path: Path
) -> None:
    people.send_list(tmp_path, "health-list", [people.row_about(STUDENT)])
    people.send_list(tmp_path, "police-list", [people.row_about(NAMESAKE)])
    merged(street, officer)

    report = people.send_list(tmp_path, "police-list", [people.row_about(STUDENT)])

    assert repeats(report) == [""], "the police asked about a person who was another one then"


def repeats(report: Any) -> list[str]:
    with people.as_owner():
        rows = Clue.objects.filter(batch_id=report.batch_id).order_by("row_number")
        return list(rows.values_list("repeats", flat=True))
