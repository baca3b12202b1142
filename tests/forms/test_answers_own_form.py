"""The house's own form, as it is shipped: a good submission is read, and what is wrong with others is said."""

from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from uuid import UUID

import pytest

from gridward.forms.answers import Answers, AnswersWrong, CompiledForm, answers_read, compiled
from gridward.forms.converting import Converted, form_convert
from tests.forms.asking import AT, ID, sent


@pytest.fixture(scope="module")
def registration() -> Converted:
    with as_file(files("gridward.forms") / "data" / "health_registration.csv") as path:
        made = form_convert(path, filename=path.name)
    assert isinstance(made, Converted)
    return made


RIGHT = {
    "household": ID, "person_number": "1", "name": "王小明", "id_number": "11010519491231002X",
    "phone": "13800138000",
    "address": "幸福小区3栋2单元501", "arrived_from": "江汉区", "arrival_date": "2026-11-20", "transport": "G7001",
    "contact": "no", "symptoms": "fever cough", "temperature": "37.9", "help_needed": "food medicine", "remarks": "",
}  # fmt: skip
BAD: Mapping[str, tuple[Mapping[str, str], Sequence[str]]] = {
    "no name": ({"name": ""}, ["name:required_missing"]),
    "a long number": ({"id_number": "1" * 21}, ["id_number:constraint_broken"]),
    "a day to come": ({"arrival_date": "2026-11-29"}, ["arrival_date:constraint_broken"]),
    "none and fever": ({"symptoms": "none fever"}, ["symptoms:constraint_broken"]),
    "a fever nobody has": ({"temperature": "50"}, ["temperature:constraint_broken"]),
    "words for a number": ({"temperature": "high"}, ["temperature:not_a_number"]),
    "another choice": ({"contact": "perhaps"}, ["contact:not_a_choice"]),
    "two mistakes": ({"phone": "", "contact": ""}, ["phone:required_missing", "contact:required_missing"]),
}


def submitted(of: Converted, **changed: str) -> bytes:
    paths = {question.path for question in of.questions}
    said = {name: text for name, text in (RIGHT | changed).items() if name in paths}
    return sent("".join(f"<{name}>{text}</{name}>" for name, text in said.items()), of.code, of.version)


def reads(of: Converted) -> CompiledForm:
    return compiled(of.code, of.version, of.questions)


def test_the_houses_own_form_is_checked_in_full_and_read(registration: Converted) -> None:
    found = answers_read(reads(registration), submitted(registration), at=AT)

    assert reads(registration).unchecked == ()
    assert isinstance(found, Answers) and found.instance_id == UUID(ID)
    assert found.values["symptoms"] == ("fever cough",) and "remarks" not in found.values


def test_who_came_from_nowhere_did_not_arrive(registration: Converted) -> None:
    found = answers_read(reads(registration), submitted(registration, arrived_from=""), at=AT)

    assert isinstance(found, Answers) and not {"arrival_date", "transport"} & set(found.values)


@pytest.mark.parametrize("what", BAD)
def test_what_does_not_fit_the_houses_own_form_is_said(what: str, registration: Converted) -> None:
    changed, expected = BAD[what]

    found = answers_read(reads(registration), submitted(registration, **changed), at=AT)

    assert isinstance(found, AnswersWrong)
    assert [f"{one.question}:{one.code}" for one in found.problems] == expected
