"""
Owns refusals: a closed catalogue of stable codes, each in words a clerk understands.

A refusal is an expected answer and is returned, not raised. Only the endpoint and the command line turn it into
a status, a page or an exit code. What no code describes is an error and is raised.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text: TypeAlias = str | Promise


@dataclass(frozen=True)
class Problem:
    """One entry of the catalogue: the HTTP status, what is wrong, and what to do next."""

    status: int
    title: Text
    advice: Text


CATALOGUE: dict[str, Problem] = {}


def declare(problems: Mapping[str, Problem]) -> None:
    """Add a room's refusals to the catalogue. A code belongs to one room and is never reused."""
    for code, problem in problems.items():
        if CATALOGUE.get(code, problem) != problem:
            raise ValueError(f"refusal code declared twice: {code}")
        CATALOGUE[code] = problem


@dataclass(frozen=True)
class Refusal:
    """An expected no: a code of the catalogue and the values its words need (never personal ones)."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def problem(self) -> Problem:
        """Return the catalogue entry."""
        return CATALOGUE[self.code]

    @property
    def status(self) -> int:
        """Return the HTTP status that answers it."""
        return self.problem.status

    @property
    def title(self) -> str:
        """Return what is wrong, in the reader's language."""
        return str(self.problem.title) % self.params

    @property
    def advice(self) -> str:
        """Return what to do next, in the reader's language."""
        return str(self.problem.advice) % self.params

    def __bool__(self) -> bool:
        return True


def refuse(code: str, /, **params: object) -> Refusal:
    """Return the refusal with this code; a code that nobody declared is an error in the program."""
    if code not in CATALOGUE:
        raise KeyError(f"undeclared refusal: {code}")
    return Refusal(code, params)


class Refused(Exception):
    """Carries a refusal out of nested code to the endpoint or command that rolls back and answers."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal

    def __reduce__(self) -> tuple[type["Refused"], tuple[Refusal]]:
        # What an exception says of itself is its words; a refusal that comes from another process comes whole.
        return type(self), (self.refusal,)


declare(
    {
        "login_required": Problem(401, _("You are not signed in."), _("Sign in and try again.")),
        "forbidden": Problem(
            403, _("Your role does not include this."), _("Ask your centre if you need it for your work.")
        ),
        "not_found": Problem(
            404,
            _("There is nothing here that you may open."),
            _("Check the address, or open it from your own list."),
        ),
        "method": Problem(405, _("This page does not accept that."), _("Go back and use the form.")),
        "form_invalid": Problem(
            422,
            _("Something on the form is missing or wrong."),
            _("Correct the marked fields and send again."),
        ),
        "reason_needed": Problem(
            422, _("A reason is needed."), _("Write a short reason, at least %(least)s characters.")
        ),
        "too_large": Problem(413, _("This is too large."), _("Send at most %(limit)s.")),
        "conflict": Problem(
            409, _("Somebody changed this meanwhile."), _("Open it again and repeat what is still needed.")
        ),
    }
)
