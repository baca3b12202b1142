"""The four passes as tables: what may follow what, and which outcome the passes carry."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.dispatch import rules
from gridward.governance.profiles import COVID19_CN_2020_03, ProfileView

PROFILE = ProfileView("covid19_cn_2020_03", 1, COVID19_CN_2020_03)
NANJING = ZoneInfo("Asia/Shanghai")
HOURS = rules.Hours.of(PROFILE, "Asia/Shanghai")


@pytest.mark.parametrize(
    ("next_pass", "recorded", "refused"),
    [
        ("phone", "phone", False),
        ("visit", "phone", False),
        ("visit", "visit", False),
        ("phone", "visit", True),
        ("update", "phone", True),
        ("update", "visit", True),
        ("done", "phone", True),
        ("done", "visit", True),
    ],
)
def test_passes_come_in_order(next_pass: str, recorded: str, refused: bool) -> None:
    assert bool(rules.may_come_now(next_pass, recorded)) is refused


@pytest.mark.parametrize(
    ("pass_kind", "result", "reason", "code"),
    [
        ("phone", "answered", "", None),
        ("phone", "skipped", "no_number", None),
        ("phone", "skipped", "at_the_door", None),
        ("phone", "skipped", "", "skip_reason"),
        ("phone", "skipped", "no time", "skip_reason"),
        ("visit", "skipped", "settled_by_phone", None),
        ("visit", "skipped", "no_number", "skip_reason"),
        ("desk", "skipped", "no_number", "pass_result"),
        ("update", "skipped", "", "pass_result"),
        ("visit", "answered", "", "pass_result"),
        ("phone", "not_home", "", "pass_result"),
        ("nonsense", "done", "", "pass_result"),
    ],
)
def test_a_pass_brings_only_its_own_results(
    pass_kind: str, result: str, reason: str, code: str | None
) -> None:
    refusal = rules.may_record(pass_kind, result, reason)

    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize(
    ("pass_kind", "result", "following"),
    [
        ("desk", "matched", "phone"),
        ("phone", "answered", "visit"),
        ("phone", "no_answer", "visit"),
        ("visit", "done", "update"),
        ("visit", "refused", "update"),
        ("visit", "moved", "update"),
        ("visit", "not_home", "visit"),
        ("visit", "postponed", "visit"),
        ("visit", "unsafe", "visit"),
        ("update", "closed", "done"),
    ],
)
def test_what_follows_a_pass(pass_kind: str, result: str, following: str) -> None:
    assert rules.next_after(pass_kind, result, "phone") == following


@pytest.mark.parametrize(
    ("outcome", "by_phone", "not_home", "code"),
    [
        ("verified_present", False, 0, None),
        ("moved", True, 0, None),
        ("wrong_person", True, 0, None),
        ("verified_present", True, 0, "outcome_needs_visit"),
        ("unreachable", False, 0, "outcome_too_early"),
        ("unreachable", False, 2, "outcome_too_early"),
        ("unreachable", False, 3, None),
        ("red", False, 0, "outcome_unknown"),
        ("", False, 0, "outcome_unknown"),
    ],
)
def test_an_outcome_needs_the_passes_that_carry_it(
    outcome: str, by_phone: bool, not_home: int, code: str | None
) -> None:
    refusal = rules.may_conclude(outcome, by_phone=by_phone, visits_not_home=not_home)

    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize(
    ("local", "priority", "released"),
    [
        ("2020-02-14T10:00", "P2", "2020-02-14T10:00"),
        ("2020-02-14T19:59", "P2", "2020-02-14T19:59"),
        ("2020-02-14T20:00", "P2", "2020-02-15T09:00"),
        ("2020-02-14T22:00", "P3", "2020-02-15T09:00"),
        ("2020-02-14T22:00", "P1", "2020-02-14T22:00"),
        ("2020-02-15T00:30", "P2", "2020-02-15T09:00"),
        ("2020-02-15T08:59", "P4", "2020-02-15T09:00"),
        ("2020-02-15T09:00", "P4", "2020-02-15T09:00"),
        ("2020-02-29T23:00", "P2", "2020-03-01T09:00"),
    ],
)
def test_nothing_goes_out_in_quiet_time_but_what_is_urgent(local: str, priority: str, released: str) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=NANJING)

    assert HOURS.release_at(priority, at) == datetime.fromisoformat(released).replace(tzinfo=NANJING)


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)),
    st.sampled_from(rules.PRIORITIES),
)
def test_a_release_is_never_early_never_quiet_and_within_a_night(naive: datetime, priority: str) -> None:
    at = naive.replace(tzinfo=UTC)

    released = HOURS.release_at(priority, at)

    assert at <= released <= at + timedelta(hours=13)
    assert priority == "P1" or not HOURS.quiet(released)


@given(st.lists(st.sampled_from(rules.PRIORITIES), min_size=1))
def test_a_task_is_as_urgent_as_its_most_urgent_clue(priorities: list[str]) -> None:
    assert rules.priority_of(priorities) == sorted(priorities)[0]


def test_urgent_tasks_are_due_sooner() -> None:
    at = datetime(2020, 2, 14, 2, tzinfo=UTC)

    due = [rules.due_at(priority, at, PROFILE) for priority in rules.PRIORITIES]

    assert due == sorted(due)
    assert due[0] == at + timedelta(hours=2)
