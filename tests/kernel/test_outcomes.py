"""A refusal is a code from a closed catalogue, in the reader's words, and travels without personal values."""

import pickle

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from gridward.kernel import outcomes
from gridward.kernel.actor import ANONYMOUS, SYSTEM, Actor, Scope
from gridward.kernel.outcomes import Problem, Refused, declare, refuse


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> dict[str, Problem]:
    copy = dict(outcomes.CATALOGUE)
    monkeypatch.setattr(outcomes, "CATALOGUE", copy)
    return copy


def test_a_refusal_says_in_the_reader_s_language_what_is_wrong_and_what_to_do() -> None:
    refusal = refuse("reason_needed", least=20)

    with translation.override("en"):
        assert (refusal.title, refusal.status) == ("A reason is needed.", 422)
        assert refusal.advice == "Write a short reason, at least 20 characters."
    with translation.override("zh-hans"):
        assert "20" in refusal.advice and refusal.title != "A reason is needed."


def test_a_refusal_that_is_carried_from_another_process_is_the_same_in_the_reader_s_language() -> None:
    refused = pickle.loads(pickle.dumps(Refused(refuse("too_large", limit=_("You are not signed in.")))))

    assert isinstance(refused, Refused)
    assert refused.refusal.code == "too_large"
    with translation.override("en"):
        assert refused.refusal.advice == "Send at most You are not signed in.."
    with translation.override("zh-hans"):
        assert "You are not" not in refused.refusal.advice


def test_a_code_nobody_declared_is_a_mistake_of_the_program_and_given_to_nobody() -> None:
    with pytest.raises(KeyError, match="no_such_code"):
        refuse("no_such_code")


def test_words_that_need_a_value_are_not_shown_without_it() -> None:
    with pytest.raises(KeyError, match="least"):
        _unused = refuse("reason_needed").advice


def test_a_code_means_one_thing(catalogue: dict[str, Problem]) -> None:
    new = Problem(409, _("Taken."), _("Choose another."))
    declare({"test_taken": new})
    declare({"test_taken": new})

    with pytest.raises(ValueError, match="test_taken"):
        declare({"test_taken": Problem(404, _("Taken."), _("Choose another."))})
    assert catalogue["test_taken"] is new


def test_a_refusal_is_true_and_carries_its_code_out_of_nested_calls() -> None:
    refusal = refuse("conflict")

    with pytest.raises(Refused, match="conflict") as raised:
        raise Refused(refusal)

    assert raised.value.refusal is refusal
    assert refusal, "so that `if refusal := …` reads as it should"
    assert refusal == refuse("conflict") != refuse("conflict", number=1)


# --- who acts -------------------------------------------------------------------------------------------------------


def officer(*scopes: Scope, rights: str = "task.read board.read") -> Actor:
    return Actor(id=None, handle="o", role="street_officer", rights=frozenset(rights.split()), scopes=scopes)


XINJIEKOU = Scope(100, 200, "320102003", "新街口街道", "street")
MEIYUAN = Scope(300, 301, "320102002", "梅园新村街道", "street")


@pytest.mark.parametrize(
    ("position", "covered"),
    [(99, False), (100, True), (199, True), (200, False), (299, False), (300, True), (301, False)],
)
def test_an_actor_covers_each_of_his_ranges_without_its_end(position: int, covered: bool) -> None:
    assert officer(XINJIEKOU, MEIYUAN).covers(position) is covered


@pytest.mark.parametrize("nobody", [SYSTEM, ANONYMOUS, officer()])
def test_whoever_has_no_range_covers_nothing(nobody: Actor) -> None:
    assert not nobody.covers(0)
    assert nobody.area_name == ""


def test_a_right_is_had_whole_or_not_at_all() -> None:
    assert officer().may("task.read")
    assert not officer().may("task")
    assert not officer().may("task.read board.read")
    assert not ANONYMOUS.may("") and not SYSTEM.may("task.read")


def test_the_page_head_names_the_first_area() -> None:
    assert officer(MEIYUAN, XINJIEKOU).area_name == "梅园新村街道"
