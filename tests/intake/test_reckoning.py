"""What counts as good and bad data: each way a row can end has one class, every class is in one group. Pure."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.dispatch.rules import OUTCOMES
from gridward.intake.reckoning import (
    BESIDE,
    CLASS_OF,
    CLASSES,
    GROUPS,
    Period,
    Quality,
    period_of,
    quality_of,
)
from gridward.intake.rules import GIVEN_BACK, OUTCOME_WORDS, REJECTS
from gridward.kernel.outcomes import Refusal

#: How a row is answered, and which of the numbers a sender reads it raises.
RAISES = {
    "verified_present": ("checked", "sound"),
    "verified_absent": ("checked", "sound"),
    "referred_medical": ("checked", "sound"),
    "moved": ("moved", "wrong"),
    "wrong_person": ("wrong_person", "wrong"),
    "place_unknown": ("place_unknown", "wrong"),
    "data_wrong": ("data_wrong", "wrong"),
    "no_resident": ("no_resident", "wrong"),
    "unreachable": ("unreachable", "unreachable"),
    "named_twice": ("list_repeat", "duplicates"),
    "duplicate": ("list_repeat", "duplicates"),
    "refused": ("refused", "apart"),
    "out_of_scope": ("out_of_scope", "apart"),
    "no_concern": ("out_of_scope", "apart"),
    "what a later version says": ("out_of_scope", "apart"),
}


@pytest.mark.parametrize("answer", RAISES)
def test_an_answer_raises_one_class_and_one_group(answer: str) -> None:
    before = quality_of([("lists", "", 1), ("rows", "", 5)])
    after = quality_of([("lists", "", 1), ("rows", "", 5), ("answer", answer, 2)])

    name, group = RAISES[answer]
    changed = {one: after.classes[one] - before.classes[one] for one in CLASSES}
    assert {one: count for one, count in changed.items() if count} == {name: 2, "open": -2}
    assert after.group(group) - before.group(group) == 2 and after.group("open") == 3


def test_every_answer_there_is_stands_in_the_table() -> None:
    assert set(OUTCOMES) | set(OUTCOME_WORDS) | set(GIVEN_BACK) <= set(RAISES)
    assert set(CLASS_OF) <= set(RAISES)


def test_every_class_stands_in_exactly_one_group_and_says_what_counts() -> None:
    grouped = [name for _words, classes in GROUPS.values() for name in classes]

    assert sorted(grouped) == sorted(CLASSES) and len(set(grouped)) == len(grouped)
    for words, counts in [*CLASSES.values(), *BESIDE.values()]:
        assert str(words) and str(counts).endswith(".")


COUNTS = st.integers(0, 1000)


@given(
    answers=st.dictionaries(st.sampled_from([*RAISES, "repeat"]), COUNTS),
    rejects=st.dictionaries(st.sampled_from(sorted(REJECTS)), COUNTS),
    repeats=st.tuples(COUNTS, COUNTS),
    still_open=COUNTS,
    beside=COUNTS,
)
def test_whatever_is_counted_each_row_stands_once(
    answers: dict[str, int], rejects: dict[str, int], repeats: tuple[int, int], still_open: int, beside: int
) -> None:
    rejected = sum(rejects.values())
    own = sum(count for answer, count in answers.items() if answer != "repeat")
    rows = rejected + own + sum(repeats) + still_open
    found = [
        ("lists", "", 1), ("rows", "", rows), ("class", "rejected", rejected), ("class", "list_repeat", repeats[0]),
        ("class", "channel_repeat", repeats[1]), ("beside", "id_unusable", beside),
        *(("answer", answer, count) for answer, count in answers.items()),
        *(("reject", code, count) for code, count in rejects.items()),
    ]  # fmt: skip

    quality = quality_of(found)

    assert sum(quality.classes.values()) == sum(map(quality.group, GROUPS)) == rows == quality.rows
    assert quality.classes["open"] == still_open and min(quality.classes.values()) >= 0
    assert sum(quality.rejects.values()) == quality.classes["rejected"]
    twice = quality_of([*found, *found])
    assert twice.classes == {name: 2 * count for name, count in quality.classes.items()}


PERIODS = {
    ("", ""): Period(),
    ("2026-11-01", ""): Period(date(2026, 11, 1)),
    ("", " 2026-11-30 "): Period(None, date(2026, 11, 30)),
    ("2026-11-27", "2026-11-27"): Period(date(2026, 11, 27), date(2026, 11, 27)),
    ("2026-11-28", "2026-11-27"): "period_wrong",
    ("yesterday", ""): "period_wrong",
    ("", "2026-02-30"): "period_wrong",
    ("2026-11-27T10", ""): "period_wrong",
}


@pytest.mark.parametrize("days", PERIODS)
def test_two_days_are_a_period_or_refused(days: tuple[str, str]) -> None:
    found = period_of(*days)

    assert (found.code if isinstance(found, Refusal) else found) == PERIODS[days]


def test_nothing_received_is_nothing_anywhere() -> None:
    assert quality_of([]) == Quality(0, 0, dict.fromkeys(CLASSES, 0), {}, {})
