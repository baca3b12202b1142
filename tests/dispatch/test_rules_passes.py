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
    ("outcome", "not_home", "code"),
    [
        ("verified_present", 0, None),
        ("refused", 0, None),
        ("unreachable", 0, "outcome_too_early"),
        ("unreachable", rules.VISITS_BEFORE_UNREACHABLE - 1, "outcome_too_early"),
        ("unreachable", rules.VISITS_BEFORE_UNREACHABLE, None),
        ("red", 9, "outcome_unknown"),
        ("", 0, "outcome_unknown"),
        ("duplicate", 0, "outcome_unknown"),
    ],
)
def test_an_outcome_needs_the_visits_that_carry_it(outcome: str, not_home: int, code: str | None) -> None:
    refusal = rules.may_conclude(outcome, visits_not_home=not_home)

    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize("result", list(rules.RESULTS["phone"]))
def test_only_an_answered_call_settles_anything_and_only_what_a_voice_can_tell(result: str) -> None:
    settled = {
        outcome for outcome in (*rules.OUTCOMES, "red", "") if rules.may_settle(outcome, result) is None
    }

    assert settled == ({"moved", "wrong_person", "out_of_scope"} if result == "answered" else set())


def test_what_is_no_outcome_is_called_so_whatever_the_call_brought() -> None:
    for result in rules.RESULTS["phone"]:
        refusal = rules.may_settle("healthy", result)
        assert refusal is not None and refusal.code == "outcome_unknown"


EVERY_RECORD = [(kind, result) for kind, results in rules.RESULTS.items() for result in results]


@given(st.lists(st.sampled_from(EVERY_RECORD), max_size=12))
def test_however_passes_are_recorded_they_only_go_forward(records: list[tuple[str, str]]) -> None:
    order = [*rules.PASSES, "done"]
    present = "desk"
    reached = {present}
    for kind, result in records:
        lawful = not rules.may_come_now(present, kind)
        following = rules.next_after(kind, result, present) if lawful else present
        assert order.index(following) >= order.index(present)
        assert order.index(following) - order.index(present) <= 1, "a pass was jumped over"
        reached.add(following)
        present = following

    assert reached == set(order[: order.index(present) + 1])


@pytest.mark.parametrize("next_pass", [*rules.PASSES, "done"])
def test_a_refused_pass_names_the_one_that_comes_first(next_pass: str) -> None:
    for recorded in rules.PASSES:
        if refusal := rules.may_come_now(next_pass, recorded):
            assert refusal.code == "pass_order"
            assert str(rules.PASS_LABELS[next_pass]) in str(refusal.title)


def test_every_result_that_ends_a_visit_is_one_somebody_was_met_with() -> None:
    again = {
        result for result in rules.RESULTS["visit"] if rules.next_after("visit", result, "visit") == "visit"
    }

    assert again == {"not_home", "postponed", "unsafe"}


@pytest.mark.parametrize(
    ("local", "priority", "released"),
    [
        ("2020-02-14T09:00", "P2", "2020-02-14T09:00"),
        ("2020-02-14T10:00", "P2", "2020-02-14T14:00"),
        ("2020-02-14T14:00", "P3", "2020-02-14T14:00"),
        ("2020-02-14T14:01", "P3", "2020-02-15T09:00"),
        ("2020-02-14T19:59", "P2", "2020-02-15T09:00"),
        ("2020-02-14T14:01", "P1", "2020-02-14T14:01"),
        ("2020-02-14T20:00", "P2", "2020-02-15T09:00"),
        ("2020-02-14T22:00", "P3", "2020-02-15T09:00"),
        ("2020-02-14T22:00", "P1", "2020-02-14T22:00"),
        ("2020-02-15T00:30", "P2", "2020-02-15T09:00"),
        ("2020-02-15T08:59", "P4", "2020-02-15T09:00"),
        ("2020-02-15T09:00", "P4", "2020-02-15T09:00"),
        ("2020-02-29T23:00", "P2", "2020-03-01T09:00"),
    ],
)
def test_work_goes_out_at_set_times_and_what_is_urgent_at_once(
    local: str, priority: str, released: str
) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=NANJING)

    assert HOURS.release_at(priority, at) == datetime.fromisoformat(released).replace(tzinfo=NANJING)


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)),
    st.sampled_from(rules.PRIORITIES),
)
def test_a_release_is_never_early_never_quiet_and_at_the_next_set_time(
    naive: datetime, priority: str
) -> None:
    at = naive.replace(tzinfo=UTC)

    released = HOURS.release_at(priority, at)

    assert at <= released <= at + timedelta(hours=19)
    assert priority == "P1" or not HOURS.quiet(released)


@given(st.lists(st.sampled_from(rules.PRIORITIES), min_size=1))
def test_a_task_is_as_urgent_as_its_most_urgent_clue(priorities: list[str]) -> None:
    assert rules.priority_of(priorities) == sorted(priorities)[0]


@pytest.mark.parametrize(
    ("zone", "utc", "quiet"),
    [
        # The same moment is night in one city and day in another; the profile speaks of the clock on the wall.
        ("Asia/Shanghai", "2020-02-14T13:00+00:00", True),
        ("Europe/Berlin", "2020-02-14T13:00+00:00", False),
        ("Asia/Kathmandu", "2020-02-14T14:14+00:00", False),  # 19:59 there: a quarter of an hour off the hour
        ("Asia/Kathmandu", "2020-02-14T14:15+00:00", True),
        ("Pacific/Kiritimati", "2020-02-14T18:59+00:00", True),  # 08:59 of the next calendar day
        ("Pacific/Kiritimati", "2020-02-14T19:00+00:00", False),
    ],
)
def test_quiet_time_is_that_of_the_clock_on_the_wall(zone: str, utc: str, quiet: bool) -> None:
    hours = rules.Hours.of(PROFILE, zone)
    at = datetime.fromisoformat(utc)

    assert hours.quiet(at) is quiet


@pytest.mark.parametrize(
    ("local", "released_utc"),
    [
        # In the night the clocks go forward 09:00 comes an hour sooner, and back an hour later; it stays 09:00.
        ("2020-03-28T22:00", "2020-03-29T07:00+00:00"),
        ("2020-10-24T22:00", "2020-10-25T08:00+00:00"),
        ("2020-10-25T02:30", "2020-10-25T08:00+00:00"),
    ],
)
def test_the_morning_is_at_nine_also_when_the_clocks_are_changed(local: str, released_utc: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    at = datetime.fromisoformat(local).replace(tzinfo=berlin)

    assert rules.Hours.of(PROFILE, "Europe/Berlin").release_at("P2", at) == datetime.fromisoformat(
        released_utc
    )


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)),
    st.sampled_from(rules.PRIORITIES),
)
def test_to_release_what_was_released_changes_nothing(naive: datetime, priority: str) -> None:
    released = HOURS.release_at(priority, naive.replace(tzinfo=UTC))

    assert HOURS.release_at(priority, released) == released


def test_urgent_tasks_are_due_sooner() -> None:
    at = datetime(2020, 2, 14, 2, tzinfo=UTC)

    due = [rules.due_at(priority, at, PROFILE) for priority in rules.PRIORITIES]

    assert due == sorted(due)
    assert due[0] == at + timedelta(hours=2)
