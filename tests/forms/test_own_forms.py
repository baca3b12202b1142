"""The forms that come with the house: nothing speaks against them, and what they give the house can use."""

from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from gridward.dispatch import rules as dispatch_rules
from gridward.forms.converting import Converted, form_convert
from gridward.forms.rules import form_problems
from gridward.forms.steps import steps_of

FOLDER = files("gridward.forms") / "data"
STEPS: Mapping[str, list[str]] = {
    "care_visit": [],
    "daily_temperature": [],
    "disinfection_log": [],
    "health_registration": ["correction_name", "correction_phone", "correction_id_number"],
    "routine_job": [],
    "visit_outcome": ["visit"],
}
FIELDS = {
    "care_visit": 6, "daily_temperature": 4, "disinfection_log": 10, "health_registration": 12, "routine_job": 3,
    "visit_outcome": 4,
}  # fmt: skip


def converted(code: str) -> Converted:
    with as_file(FOLDER / f"{code}.csv") as path:
        form = form_convert(path, filename=path.name)
    assert isinstance(form, Converted), form
    return form


def test_every_form_that_comes_with_the_house_is_tried_here() -> None:
    assert {Path(one.name).stem for one in FOLDER.iterdir()} == set(STEPS)


@pytest.mark.parametrize("code", STEPS)
def test_nothing_speaks_against_it(code: str) -> None:
    form = converted(code)

    assert form_problems(code=form.code, version=form.version, questions=form.questions, fields_most=12) == []
    assert form.code == code
    assert sum(one.is_asked for one in form.questions) == FIELDS[code]
    assert {language for one in form.questions for language in one.label} == {
        "中文 (zh)", "繁體中文 (zh-Hant)", "English (en)",
    }  # fmt: skip


@pytest.mark.parametrize("code", STEPS)
def test_its_steps_are_those_it_says(code: str) -> None:
    assert steps_of(one.gives for one in converted(code).questions) == STEPS[code]


@pytest.mark.parametrize(
    ("gives", "known"),
    [
        ("result", dispatch_rules.RESULTS["visit"]),
        ("outcome", dispatch_rules.OUTCOMES),
        ("found_by", dispatch_rules.FOUND_BY),
    ],
)
def test_what_a_visit_may_say_the_passes_know(gives: str, known: Mapping[str, object]) -> None:
    (asked,) = (one for one in converted("visit_outcome").questions if one.gives == gives)

    assert asked.choices and {name for name, _label in asked.choices} <= set(known)
