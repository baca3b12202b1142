"""Lists that close themselves: what is read, raised, announced or run is declared, and what is declared is used."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation
from procrastinate.contrib.django import app as job_app

from gridward.governance.api import PURPOSES
from gridward.kernel.outbox import FactBody, fact_kinds
from gridward.kernel.outcomes import CATALOGUE
from gridward.kernel.sealing import PERSONAL_COLUMNS
from gridward.kernel.tabular.codes import TableCode
from gridward.wiring import jobs, urls
from gridward.wiring.settings_list import SETTINGS
from gridward.wiring.subscriptions import SUBSCRIPTIONS
from gridward.workforce.rules import ROLES
from tests.house.rooms import ROOT, STEP

OURS = re.compile(r"(GRIDWARD|DATABASE)_[A-Z_]+")
#: Facts nobody hears in this state of the house, each with the reason why it is announced all the same.
UNHEARD = {
    "dispatch.batch_dispatched": "broadcast will tell the sender that a list has gone out",
    "dispatch.task_closed": "follow-up plans begin with it",
    "dispatch.tasks_raised": "broadcast will call the centre a task lies with now",
    "dispatch.whistle_blown": "broadcast will call the departments",
    "governance.order_signed": "the transparency page and readiness begin with it",
    "governance.order_ended": "the purge plan begins with it",
    "territory.tree_changed": "roll-ups kept per area are made anew after it",
    "territory.geometry_published": "handhelds fetch their offline map after it",
}
#: Refusals in the catalogue that nothing gives yet, each with what will. One that is given must leave this list.
NOT_GIVEN_YET: dict[str, str] = {}


#: Rights a role carries and nothing asks for, each with what stands in their place.
NOT_ASKED_YET: dict[str, str] = {}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / "gridward").rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


SOURCES = list(sources())


def literals(node: ast.AST) -> Iterator[str]:
    for child in ast.walk(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def branches(node: ast.expr) -> Iterator[str]:
    """Return the codes an argument can be: one literal, or one of two."""
    if isinstance(node, ast.IfExp):
        yield from branches(node.body)
        yield from branches(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def refused_codes() -> Iterator[tuple[str, str]]:
    """Return (where, code) of every `refuse("code")`."""
    for path, tree in SOURCES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in ("refuse", "Refusal") and node.args:
                for code in branches(node.args[0]):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", code


def mentioned_outside_declarations() -> set[str]:
    """Return every string in the house but the keys of the declarations themselves."""
    found: set[str] = set()
    for _path, tree in SOURCES:
        keys = {
            id(key)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and called(node) == "declare"
            for argument in node.args
            if isinstance(argument, ast.Dict)
            for key in argument.keys
        }
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in keys
        }
    return found


def test_every_environment_variable_is_declared_and_every_declared_one_is_read() -> None:
    settings_list = ROOT / "gridward" / "wiring" / "settings_list.py"
    read = {
        text
        for path, tree in SOURCES
        if path != settings_list
        for text in literals(tree)
        if OURS.fullmatch(text)
    }

    assert read == {one.name for one in SETTINGS}


def test_every_setting_says_what_it_is_for() -> None:
    assert [one.name for one in SETTINGS if len(one.meaning) < 10] == []
    assert len({one.name for one in SETTINGS}) == len(SETTINGS)


def asked_rights() -> set[str]:
    """Return every right that a URL, a navigation place, a command or an action asks for."""
    asked: set[str] = set()
    for _path, tree in SOURCES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in ("may", "endpoint", "actor_with"):
                asked |= set(literals(node))
            if isinstance(node, ast.Assign) and [getattr(one, "id", "") for one in node.targets] == ["RIGHT"]:
                asked |= set(literals(node.value))
    return asked


def test_every_right_of_a_role_is_asked_for_somewhere() -> None:
    carried = {right for role in ROLES.values() for right in role.rights}

    assert len(carried) > 10
    assert carried - asked_rights() == set(NOT_ASKED_YET)


def test_every_purpose_has_words_an_explanation_and_a_kind_of_basis() -> None:
    for purpose in PURPOSES.values():
        with translation.override("en"):
            assert str(purpose.label).strip(), purpose.code
            assert str(purpose.explanation).rstrip().endswith("."), purpose.code
        assert purpose.basis in {"order", "statute", "consent", "contract"}, purpose.code


def test_every_job_says_what_it_does_and_waits_at_most_once_in_its_queue() -> None:
    ours = {name: task for name, task in job_app.tasks.items() if name.startswith("gridward.")}
    defined = {
        node.name for node in ast.parse(inspect.getsource(jobs)).body if isinstance(node, ast.FunctionDef)
    }

    assert {task.func.__name__ for task in ours.values()} == defined
    for name, task in ours.items():
        assert inspect.getdoc(task.func), name
        assert task.queueing_lock, name


def test_every_refusal_that_is_given_is_declared() -> None:
    given = list(refused_codes())

    assert len(given) > 50
    assert urls.urlpatterns, "every room's pages are loaded: theirs are declared beside them"
    assert [(where, code) for where, code in given if code not in CATALOGUE] == []


def test_every_declared_refusal_is_given_somewhere() -> None:
    given = mentioned_outside_declarations() | {f"table_{code}" for code in TableCode}

    assert len(CATALOGUE) > 60
    assert set(CATALOGUE) - given == set(NOT_GIVEN_YET)


@pytest.mark.parametrize("kind", sorted(fact_kinds()))
def test_a_fact_says_when_it_is_true_and_somebody_hears_it_or_the_reason_is_written(kind: str) -> None:
    fact = fact_kinds()[kind]
    heard = {kind for kind, _name, _listener in SUBSCRIPTIONS}

    assert fact.__doc__ and not fact.__doc__.startswith(f"{fact.__name__}("), kind
    assert (kind in heard) != (kind in UNHEARD), kind


@pytest.mark.parametrize("kind", sorted(fact_kinds()))
def test_a_fact_is_announced_somewhere(kind: str) -> None:
    name = fact_kinds()[kind].__name__
    made = {called(node) for _path, tree in SOURCES for node in ast.walk(tree) if isinstance(node, ast.Call)}

    assert name in made


def test_every_fact_class_is_registered() -> None:
    assert {fact for fact in FactBody.__subclasses__() if fact.__module__.startswith("gridward.")} == set(
        fact_kinds().values()
    )


# --- what must not be kept (H-13, H-19, H-22, H-24) -----------------------------------------------------------------

#: Words that no column may carry in its name. A word counts where it stands between underscores.
NEVER = {
    "face", "faces", "photo", "fingerprint", "biometric", "biometrics", "voiceprint", "iris", "plate", "plates",
    "religion", "politic", "politics", "political", "party", "ethnic", "ethnicity", "nationality", "race", "marriage",
    "marital", "sexual", "income", "salary", "imsi", "imei", "colour", "color", "score", "scores", "rank", "ranking",
    "rating", "risk", "suspicion", "suspect", "stars", "steps", "badge", "bonus", "penalty",
}  # fmt: skip
PEOPLE = {"registry_resident", "registry_household", "registry_personkey", "intake_clue", "workforce_account",
          "workforce_workerprofile", "dispatch_tasksubject"}  # fmt: skip
#: A fingerprint of a key is none of a finger; photos are of things, and the steps are what followed from answers.
HARMLESS = {"governance_keydomain.fingerprint", "field_submission.photo_count", "field_submission.steps"}
#: What is known about the work on a row, never about the person behind it.
STATES_OF_WORK = {"intake_clue.state", "intake_clue.count_state"}


def house_columns() -> list[tuple[str, str]]:
    return [
        (model._meta.db_table, field.name)
        for model in apps.get_models()
        if model._meta.app_label in STEP
        for field in model._meta.get_fields()
        if isinstance(field, models.Field)
    ]


def test_no_column_is_for_what_must_never_be_collected() -> None:
    columns = house_columns()

    assert len(columns) > 100
    assert {f"{t}.{c}" for t, c in columns if set(c.split("_")) & NEVER} == HARMLESS


def test_no_person_has_a_status_a_level_or_a_colour() -> None:
    words = {
        "status",
        "state",
        "level",
        "class",
        "colour",
        "color",
        "flag",
        "label",
        "tag",
        "category",
        "grade",
    }

    about_people = [f"{t}.{c}" for t, c in house_columns() if t in PEOPLE and set(c.split("_")) & words]

    assert {table for table, _column in house_columns()} >= PEOPLE
    assert set(about_people) - STATES_OF_WORK == set()


def test_the_personal_columns_carry_no_forbidden_word_either() -> None:
    assert [key for key in PERSONAL_COLUMNS if set(key[1].split("_")) & NEVER] == []


@pytest.mark.parametrize(
    "word",
    ["leaderboard", "ranking", "top 10", "step count", "score", "排行", "排名", "积分", "得分", "步数"],
)
def test_no_page_and_no_script_ranks_people(word: str) -> None:
    house = ROOT / "gridward"
    shown = [*house.rglob("templates/**/*.html"), *(house / "wiring/static/gridward").rglob("*.js")]

    assert len(shown) > 30
    assert [
        str(path.relative_to(ROOT)) for path in shown if word in path.read_text(encoding="utf-8").lower()
    ] == []
