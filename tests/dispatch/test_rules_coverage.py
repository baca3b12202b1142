"""What is evidence of what: the rules that the coverage ratios rest on, as tables."""

import pytest

from gridward.dispatch import asking, rules

#: (result of the visit, how it was found out) -> whether the household counts as visited.
MET = {
    ("done", "person"): True,
    ("done", "document"): True,
    ("moved", "neighbour"): True,
    ("refused", "person"): True,
    ("done", ""): False,
    ("moved", ""): False,
    ("refused", ""): False,
    ("not_home", "neighbour"): False,
    ("unsafe", "family"): False,
    ("postponed", "person"): False,
    ("skipped", "person"): False,
}


@pytest.mark.parametrize("visit", MET)
def test_a_household_is_visited_when_somebody_was_met_and_it_says_how(visit: tuple[str, str]) -> None:
    result, found_by = visit

    assert rules.is_met(result, {"found_by": found_by} if found_by else {}) is MET[visit]


#: (result of the call, what was said) -> whether it is evidence of what it settles.
HEARD = {
    ("answered", "lives_elsewhere"): True,
    ("answered", "unknown_here"): True,
    ("answered", "lives_here"): False,
    ("answered", "lives_here_away"): False,
    ("answered", ""): False,
    ("no_answer", "lives_elsewhere"): False,
    ("hung_up", "unknown_here"): False,
    ("skipped", "lives_elsewhere"): False,
}


@pytest.mark.parametrize("call", HEARD)
def test_a_call_settles_with_evidence_what_somebody_said(call: tuple[str, str]) -> None:
    result, said = call

    assert rules.is_heard(result, {"said": said} if said else {}) is HEARD[call]


#: (outcome, kind of clue) -> how many of its questions are answered, if there is evidence.
PROVED = {
    ("verified_present", "returnee"): 1,
    ("verified_present", "close_contact"): 2,
    ("verified_absent", "close_contact"): 1,
    ("moved", "returnee"): 1,
    ("wrong_person", "fever_clinic"): 2,
    ("referred_medical", "secondary"): 2,
    ("unreachable", "returnee"): 0,
    ("refused", "close_contact"): 0,
    ("out_of_scope", "returnee"): 0,
    ("verified_present", "nobody knows"): 2,
}


@pytest.mark.parametrize("answer", PROVED)
def test_an_outcome_answers_what_was_asked_and_without_evidence_nothing(answer: tuple[str, str]) -> None:
    outcome, kind = answer

    assert asking.proved_count(outcome, kind, is_evidenced=True) == PROVED[answer]
    assert asking.proved_count(outcome, kind, is_evidenced=False) == 0


@pytest.mark.parametrize("kind", [*asking.ASKED_BY, "nobody knows"])
@pytest.mark.parametrize("outcome", rules.OUTCOMES)
def test_no_outcome_answers_more_than_was_asked(outcome: str, kind: str) -> None:
    proved = asking.proved_count(outcome, kind, is_evidenced=True)

    assert 0 <= proved <= len(asking.asked_by(kind))
    assert (proved > 0) is (outcome in asking.HOLDS), "what answers anything verifies the clue"
