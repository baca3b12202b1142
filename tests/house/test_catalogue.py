"""Every refusal is in words a clerk understands, and names what to do next."""

import pytest

from gridward.kernel.outbox import fact_kinds
from gridward.kernel.outcomes import CATALOGUE
from gridward.wiring.subscriptions import SUBSCRIPTIONS


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_a_refusal_says_what_is_wrong_and_what_to_do(code: str) -> None:
    problem = CATALOGUE[code]

    assert 400 <= problem.status < 500
    assert str(problem.title).rstrip().endswith((".", "!", "?"))
    assert str(problem.advice).rstrip().endswith((".", "!", "?", "%(why)s"))
    assert code == code.lower() and " " not in code


def test_every_subscription_hears_a_fact_that_exists() -> None:
    unknown = [kind for kind, _name, _listener in SUBSCRIPTIONS if kind not in fact_kinds()]

    assert unknown == []


def test_subscription_names_are_stable_and_unique() -> None:
    names = [name for _kind, name, _listener in SUBSCRIPTIONS]

    assert len(names) == len(set(names))
