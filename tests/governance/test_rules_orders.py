"""What an order must be before anybody may sign it, and where it stands by the clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gridward.governance import rules
from gridward.governance.profiles import COVID19_CN_2020_03, infeasible

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
    refusal = rules.may_draft(replace(LAWFUL, **change))  # type: ignore[arg-type]

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
    ("name", "value", "broken"),
    [
        ("worker_households_a_day", 61, "worker_day_does_not_fit"),
        ("quiet_from_hour", 9, "no_hours_to_visit"),
        ("due_hours_p1", 100, "higher_priority_waits_longer"),
    ],
)
def test_a_profile_nobody_could_keep_is_found(name: str, value: float, broken: str) -> None:
    changed = dict(COVID19_CN_2020_03) | {name: {"value": value, "unit": "x", "source": "test"}}

    assert infeasible(changed) == [broken]  # type: ignore[arg-type]
