"""What an order must be before anybody may sign it, and where it stands by the clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridward.governance import rules
from gridward.governance.profiles import COVID19_CN_2020_03, ProfileView, infeasible
from tests.examples import examples

NOW = datetime(2020, 2, 14, 8, tzinfo=UTC)
LAWFUL = rules.Draft(
    number="2020-07",
    title="Returnees",
    kind="epidemic",
    authority="City",
    area_code="3201",
    population_scope="returnees_and_contacts",
    necessity_note="",
    purposes=("case_finding",),
    bodies=("health",),
    starts_at=NOW,
    ends_at=NOW + timedelta(days=30),
)


def test_a_lawful_draft_is_not_refused() -> None:
    assert rules.may_draft(LAWFUL) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ends_at": NOW + timedelta(days=30, seconds=1)}, "order_too_long"),
        ({"ends_at": NOW}, "order_times"),
        ({"ends_at": NOW - timedelta(days=1)}, "order_times"),
        ({"purposes": ()}, "order_purposes"),
        ({"purposes": ("case_finding", "marketing")}, "order_purposes"),
        ({"purposes": ("labour_record",)}, "order_purposes"),
        ({"population_scope": "people_from_elsewhere"}, "order_scope"),
        ({"kind": "election"}, "order_kind"),
        ({"population_scope": "all_residents", "ends_at": NOW + timedelta(days=14)}, "order_necessity"),
        (
            {
                "population_scope": "all_residents",
                "necessity_note": "x" * 60,
                "ends_at": NOW + timedelta(days=15),
            },
            "order_too_long",
        ),
    ],
)
def test_an_unlawful_draft_is_refused(change: dict[str, object], code: str) -> None:
    refusal = rules.may_draft(replace(LAWFUL, **change))  # type: ignore[arg-type]  # a table of changes

    assert refusal is not None
    assert refusal.code == code
    assert refusal.title and refusal.advice


@pytest.mark.parametrize(
    ("signed", "after", "ended", "state"),
    [
        (None, timedelta(0), None, "draft"),
        (NOW, timedelta(seconds=-1), None, "planned"),
        (NOW, timedelta(0), None, "active"),
        (NOW, timedelta(days=30) - timedelta(microseconds=1), None, "active"),
        (NOW, timedelta(days=30), None, "over"),
        (None, timedelta(days=31), None, "over"),
        (NOW, timedelta(days=1), NOW, "over"),
    ],
)
def test_the_clock_decides_where_an_order_stands(
    signed: datetime | None, after: timedelta, ended: datetime | None, state: str
) -> None:
    found = rules.order_state(
        signed_at=signed, starts_at=NOW, ends_at=NOW + timedelta(days=30), ended_at=ended, now=NOW + after
    )

    assert found == state


def test_the_built_in_profile_is_feasible_and_every_number_has_a_source() -> None:
    assert infeasible(COVID19_CN_2020_03) == []
    assert all(parameter["source"] and parameter["unit"] for parameter in COVID19_CN_2020_03.values())


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"worker_households_a_day": 55}, []),
        ({"worker_households_a_day": 56}, ["worker_day_ends_before_it_is_done"]),
        ({"worker_households_a_day": 60}, ["worker_day_ends_before_it_is_done"]),
        ({"worker_households_a_day": 61}, ["worker_day_does_not_fit", "worker_day_ends_before_it_is_done"]),
        ({"worker_minutes_a_household": 16.5}, []),
        ({"worker_minutes_a_household": 16.6}, ["worker_day_ends_before_it_is_done"]),
        (
            {"worker_minutes_a_household": 18.1},
            ["worker_day_does_not_fit", "worker_day_ends_before_it_is_done"],
        ),
        ({"worker_duty_hours": 7.9}, ["worker_day_does_not_fit"]),
        ({"quiet_from_hour": 17}, []),
        ({"quiet_from_hour": 16}, ["worker_day_ends_before_it_is_done"]),
        ({"quiet_from_hour": 14}, ["batches_in_quiet_time"]),
        ({"escalate_street_percent": 100}, ["levels_out_of_order"]),
        ({"escalate_remind_percent": 100}, ["levels_out_of_order"]),
        ({"escalate_community_percent": 90}, ["levels_out_of_order"]),
        ({"quiet_until_hour": 9.5}, ["batches_in_quiet_time"]),
        ({"batch_second_hour": 9}, ["batches_in_quiet_time"]),
        ({"quiet_from_hour": 9}, ["no_hours_to_visit", "batches_in_quiet_time"]),
        ({"quiet_until_hour": 21}, ["no_hours_to_visit", "batches_in_quiet_time"]),
        ({"due_hours_p1": 8}, []),
        ({"due_hours_p1": 8.5}, ["higher_priority_waits_longer"]),
        ({"due_hours_p4": 23}, ["higher_priority_waits_longer"]),
        (
            {"quiet_from_hour": 0, "due_hours_p2": 1},
            ["no_hours_to_visit", "batches_in_quiet_time", "higher_priority_waits_longer"],
        ),
    ],
)
def test_a_profile_nobody_could_keep_is_found(changes: dict[str, float], broken: list[str]) -> None:
    changed = {name: dict(parameter) for name, parameter in COVID19_CN_2020_03.items()}
    for name, value in changes.items():
        changed[name]["value"] = value

    assert infeasible(changed) == broken  # type: ignore[arg-type]  # plain dicts of the same shape


def test_a_profile_answers_by_name_and_knows_no_default() -> None:
    profile = ProfileView("x", 1, COVID19_CN_2020_03)

    assert profile.number("reveal_minutes") == 5
    with pytest.raises(KeyError):
        profile.number("reveal_hours")


@settings(max_examples=examples(80), deadline=None)
@given(
    minutes=st.integers(-60, 60 * 24 * 40),
    scope=st.sampled_from([*rules.POPULATION_SCOPES, "people_from_elsewhere"]),
    note=st.text(alphabet="x 名\t", max_size=60),
    purposes=st.lists(st.sampled_from([*rules.PURPOSES, "marketing"]), max_size=3),
)
def test_a_draft_is_let_through_exactly_when_nothing_speaks_against_it(
    minutes: int, scope: str, note: str, purposes: list[str]
) -> None:
    draft = replace(
        LAWFUL,  ends_at=NOW + timedelta(minutes=minutes), population_scope=scope,
        necessity_note=note, purposes=tuple(purposes),
    )  # fmt: skip
    everybody = scope == "all_residents"
    lawful = (
        0 < minutes <= 60 * 24 * (14 if everybody else 30)
        and scope != "people_from_elsewhere"
        and purposes != []
        and not set(purposes) & {"marketing", "labour_record"}
        and (not everybody or len(note.strip()) >= 40)
    )

    assert (rules.may_draft(draft) is None) is lawful


@settings(max_examples=examples(80), deadline=None)
@given(
    signed=st.none() | st.integers(-5, 5),
    starts=st.integers(-5, 5),
    lasts=st.integers(1, 5),
    ended=st.none() | st.integers(-5, 5),
    steps=st.lists(st.integers(0, 3), max_size=6),
)
def test_an_order_never_comes_back_from_over_and_never_collects_unsigned(
    signed: int | None, starts: int, lasts: int, ended: int | None, steps: list[int]
) -> None:
    def day(number: int | None) -> datetime | None:
        return None if number is None else NOW + timedelta(days=number)

    states, now = [], NOW
    for step in [0, *steps]:
        now += timedelta(days=step)
        states.append(
            rules.order_state(
                signed_at=day(signed), starts_at=NOW + timedelta(days=starts),
                ends_at=NOW + timedelta(days=starts + lasts), ended_at=day(ended), now=now,
            )
        )  # fmt: skip

    ranks = [("draft", "planned", "active", "over").index(state) for state in states]
    assert ranks == sorted(ranks)
    assert signed is not None or "active" not in states
    assert ended is None or set(states) == {"over"}
