"""The rules of what rises, of whistles and of supervision, case by case; no database, no clock."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from gridward.dispatch import escalating, supervising, whistling
from gridward.dispatch.rules import PRIORITIES
from gridward.governance.profiles import COVID19_CN_2020_03, ProfileView
from gridward.kernel.outcomes import Refusal
from gridward.territory.api import AreaView

PROFILE = ProfileView("test", 1, COVID19_CN_2020_03)
NOW = datetime.fromisoformat("2026-03-02T12:00:00+08:00")
WORDS = "the lift is out of order"


def code(refusal: Refusal | None) -> str:
    return refusal.code if refusal else "ok"


def path(*levels: str) -> tuple[AreaView, ...]:
    """Return a way down through these levels; a place's position is that of its level."""
    found = []
    for pos, level in enumerate(levels):
        found.append(
            AreaView(
                id=UUID(int=pos),
                pos=pos,
                end=100 - pos,
                level=level,
                code=level,
                name=level,
                kind="",
                parent_code=levels[pos - 1] if pos else "",
            )
        )
    return tuple(found)


WHOLE = path("city", "district", "street", "community", "grid")
NO_DISTRICT = path("city", "street", "community", "grid")
NO_COMMUNITY = path("city", "district", "street", "grid")
COUNTY_ALONE = path("district", "street", "community", "grid")


@pytest.mark.parametrize(
    ("way", "level", "lies_at"),
    [
        (WHOLE, "community", "community"),
        (WHOLE, "street", "street"),
        (WHOLE, "district", "district"),
        (WHOLE, "city", "city"),
        (NO_DISTRICT, "street", "street"),
        (NO_DISTRICT, "district", "city"),
        (NO_COMMUNITY, "community", "street"),
        (COUNTY_ALONE, "district", "district"),
        (COUNTY_ALONE, "city", None),
        (path("grid"), "community", None),
        (path("grid"), "city", None),
        (path("city", "grid"), "community", "city"),
        (path("city", "grid"), "street", "city"),
        (path("city", "grid"), "district", "city"),
        (path("city", "community", "grid"), "community", "community"),
        (path("city", "community", "grid"), "street", "city"),
        (path("city", "district", "grid"), "community", "district"),
        (path("city", "district", "grid"), "street", "district"),
        (path("city", "district", "grid"), "city", "city"),
        (path("street", "community", "grid"), "community", "community"),
        (path("street", "community", "grid"), "street", "street"),
        (path("street", "community", "grid"), "district", None),
    ],
)
def test_where_the_tree_leaves_a_level_out_the_next_one_above_has_it(
    way: tuple[AreaView, ...], level: str, lies_at: str | None
) -> None:
    found = escalating.level_at(way, level)

    assert (found.code if found else None) == lies_at


@pytest.mark.parametrize(
    ("way", "level", "above"),
    [
        (WHOLE, "grid", "community"),
        (WHOLE, "community", "street"),
        (WHOLE, "street", "district"),
        (WHOLE, "district", "city"),
        (WHOLE, "city", None),
        (NO_DISTRICT, "street", "city"),
        (NO_COMMUNITY, "grid", "street"),
        (COUNTY_ALONE, "district", None),
        (COUNTY_ALONE, "street", "district"),
        (COUNTY_ALONE, "community", "street"),
        (NO_DISTRICT, "community", "street"),
        (NO_DISTRICT, "city", None),
        (NO_COMMUNITY, "street", "district"),
        (path("city", "grid"), "grid", "city"),
        (path("city", "grid"), "community", "city"),
        (path("grid"), "grid", None),
    ],
)
def test_above_each_level_is_the_next_that_there_is(
    way: tuple[AreaView, ...], level: str, above: str | None
) -> None:
    found = escalating.level_above(way, level)

    assert (found.code if found else None) == above


@pytest.mark.parametrize(
    ("level", "priority", "hours"),
    [
        ("community", "P1", 1),
        ("community", "P2", 4),
        ("community", "P3", 12),
        ("community", "P4", 36),
        ("street", "P1", 24),
        ("street", "P2", 24),
        ("street", "P3", 24),
        ("street", "P4", 24),
        ("district", "P1", 48),
        ("district", "P2", 48),
        ("district", "P3", 48),
        ("district", "P4", 48),
        ("city", "P2", None),
        ("city", "P3", None),
        ("city", "P1", None),
        ("city", "P4", None),
    ],
)
def test_it_lies_with_a_level_as_long_as_the_profile_says(
    level: str, priority: str, hours: float | None
) -> None:
    found = escalating.lies_for(PROFILE, level, priority)

    assert found == (timedelta(hours=hours) if hours is not None else None)


@pytest.mark.parametrize(
    ("name", "priority", "hours"),
    [
        ("remind", "P1", -1),
        ("remind", "P2", -4),
        ("remind", "P3", -12),
        ("remind", "P4", -36),
        ("community", "P2", 0),
        ("community", "P3", 0),
        ("street", "P1", 1),
        ("street", "P3", 12),
        ("community", "P1", 0),
        ("community", "P4", 0),
        ("street", "P2", 4),
        ("street", "P4", 36),
    ],
)
def test_a_share_of_its_time_is_so_long_after_it_is_due(name: str, priority: str, hours: float) -> None:
    assert escalating.time_past(PROFILE, priority, name) == timedelta(hours=hours)


def test_the_clock_takes_on_from_every_level_but_the_city() -> None:
    assert {(level, priority) for level, priority, _lasts in escalating.stays(PROFILE)} == {
        (level, priority) for level in ("community", "street", "district") for priority in PRIORITIES
    }


def test_an_older_order_rises_by_the_numbers_that_are_built_in() -> None:
    older = {
        name: number
        for name, number in COVID19_CN_2020_03.items()
        if not name.startswith(("escalate_", "whistle_", "supervise_"))
    }

    profile = ProfileView("older", 1, older)

    assert escalating.stays(profile) == escalating.stays(PROFILE)
    assert whistling.reply_by(profile, "P1", NOW) == whistling.reply_by(PROFILE, "P1", NOW)
    assert supervising.is_drawn(profile, 0.0499) and not supervising.is_drawn(profile, 0.05)


@pytest.mark.parametrize(
    ("kind", "words", "said"),
    [
        ("authority", WORDS, "ok"),
        ("department", WORDS, "ok"),
        ("boundary", WORDS, "ok"),
        ("disagreement", WORDS, "ok"),
        ("late", WORDS, "escalation_kind"),
        ("waited", WORDS, "escalation_kind"),
        ("again", WORDS, "escalation_kind"),
        ("", WORDS, "escalation_kind"),
        ("authority", "", "words_short"),
        ("authority", "13800138000", "words_personal"),
    ],
)
def test_a_person_raises_for_a_reason_of_the_list_and_not_for_one_of_the_clock(
    kind: str, words: str, said: str
) -> None:
    assert code(escalating.may_raise(kind, words)) == said


@pytest.mark.parametrize(
    ("hours", "words", "before", "said"),
    [
        (1, WORDS, False, "ok"),
        (8, WORDS, False, "ok"),
        (0, WORDS, False, "escalation_hours"),
        (9, WORDS, False, "escalation_hours"),
        (-1, WORDS, False, "escalation_hours"),
        (10**9, WORDS, False, "escalation_hours"),
        (4, WORDS, True, "escalation_extended"),
        (4, "so", False, "words_short"),
        (4, "ask 110101199003070011", False, "words_personal"),
    ],
)
def test_a_new_time_is_bounded_given_once_and_has_a_reason(
    hours: int, words: str, before: bool, said: str
) -> None:
    assert code(escalating.may_extend(hours, words, most=8, extended_before=before)) == said


WHISTLE: dict[str, Any] = {
    "agencies": ["health", "police"],
    "lead": "health",
    "known": {"health", "police", "transport"},
    "question": "advice",
    "priority": "P2",
    "words": WORDS,
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "ok"),
        ({"agencies": ["health"]}, "ok"),
        ({"agencies": ["police"], "lead": "police"}, "ok"),
        ({"priority": "P1"}, "ok"),
        ({"priority": "P3"}, "ok"),
        ({"priority": "P4"}, "ok"),
        ({"priority": "p1"}, "whistle_priority"),
        ({"known": set()}, "whistle_agencies"),
        ({"agencies": ["transport"]}, "whistle_lead"),
        ({"question": "ADVICE"}, "whistle_question"),
        ({"agencies": []}, "whistle_agencies"),
        ({"agencies": ["somebody"], "lead": "somebody"}, "whistle_agencies"),
        ({"agencies": ["health"] * 18}, "whistle_agencies"),
        ({"lead": "transport"}, "whistle_lead"),
        ({"lead": ""}, "whistle_lead"),
        ({"question": ""}, "whistle_question"),
        ({"question": "name"}, "whistle_question"),
        ({"priority": ""}, "whistle_priority"),
        ({"priority": "P0"}, "whistle_priority"),
        ({"words": ""}, "words_short"),
        ({"words": "ring 025-8328 0000"}, "words_personal"),
    ],
)
def test_a_whistle_is_refused_for_one_thing_at_a_time(changed: dict[str, Any], said: str) -> None:
    assert code(whistling.may_blow(**(WHISTLE | changed))) == said


@pytest.mark.parametrize("question", sorted(whistling.QUESTIONS))
def test_every_question_of_the_list_may_be_asked(question: str) -> None:
    assert code(whistling.may_blow(**(WHISTLE | {"question": question}))) == "ok"


@pytest.mark.parametrize(
    ("state", "answer", "said"),
    [
        ("waiting", "coming", "ok"),
        ("waiting", "answered", "ok"),
        ("waiting", "not_ours", "ok"),
        ("waiting", "waiting", "whistle_answer"),
        ("waiting", "", "whistle_answer"),
        ("coming", "answered", "ok"),
        ("coming", "not_ours", "ok"),
        ("coming", "coming", "whistle_answered"),
        ("coming", "", "whistle_answer"),
        ("coming", "waiting", "whistle_answer"),
        ("coming", "never", "whistle_answer"),
        ("answered", "", "whistle_answer"),
        ("not_ours", "", "whistle_answer"),
        ("answered", "coming", "whistle_answered"),
        ("answered", "answered", "whistle_answered"),
        ("answered", "not_ours", "whistle_answered"),
        ("not_ours", "coming", "whistle_answered"),
        ("not_ours", "answered", "whistle_answered"),
        ("not_ours", "not_ours", "whistle_answered"),
    ],
)
def test_after_the_last_word_of_a_department_there_is_no_other(state: str, answer: str, said: str) -> None:
    assert code(whistling.may_answer(state, answer, WORDS)) == said


@pytest.mark.parametrize(("priority", "minutes"), [("P1", 30), ("P2", 120), ("P3", 480), ("P4", 2880)])
def test_a_department_has_so_many_minutes(priority: str, minutes: int) -> None:
    assert whistling.reply_by(PROFILE, priority, NOW) - NOW == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("hours", "words", "has_open", "said"),
    [
        (1, WORDS, False, "ok"),
        (72, WORDS, False, "ok"),
        (24, WORDS, False, "ok"),
        (-1, WORDS, False, "supervise_hours"),
        (10**9, WORDS, False, "supervise_hours"),
        (24, "", False, "words_short"),
        (24, WORDS, True, "supervise_set"),
        (0, "", True, "supervise_set"),
        (0, WORDS, False, "supervise_hours"),
        (73, WORDS, False, "supervise_hours"),
        (2, WORDS, True, "supervise_set"),
        (2, "no", False, "words_short"),
        (2, "wang@example.org", False, "words_personal"),
    ],
)
def test_one_time_is_set_near_and_with_a_reason(hours: int, words: str, has_open: bool, said: str) -> None:
    assert code(supervising.may_order(hours, words, has_open=has_open)) == said


@pytest.mark.parametrize(
    ("verdict", "words", "said"),
    [
        ("fair", WORDS, "ok"),
        ("again", WORDS, "ok"),
        ("", WORDS, "check_verdict"),
        ("bad", WORDS, "check_verdict"),
        ("waiting", WORDS, "check_verdict"),
        ("fair", " ", "words_short"),
        ("again", "13800138000", "words_personal"),
    ],
)
def test_a_check_has_one_of_two_verdicts(verdict: str, words: str, said: str) -> None:
    assert code(supervising.may_judge(verdict, words)) == said


def test_everything_that_is_said_has_words_for_the_screen() -> None:
    for known in (
        escalating.WHY,
        escalating.STATES,
        escalating.LEVEL_LABELS,
        whistling.QUESTIONS,
        whistling.STATES,
        supervising.STATES,
    ):
        assert all(str(words).strip() for words in known.values())
    assert set(escalating.LEVEL_LABELS) == set(escalating.LEVELS)
