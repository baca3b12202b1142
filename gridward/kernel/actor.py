"""Owns the picture of who acts. Refuses personal data: an actor is an account, a role and a scope."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Scope:
    """One piece of the area line an actor answers for: `[pos, end)`, with its code and name for the screen."""

    pos: int
    end: int
    code: str
    name: str
    level: str


@dataclass(frozen=True)
class Actor:
    """Who acts: an account in one role, with exactly the rights of that role inside its scopes."""

    id: UUID | None
    handle: str
    role: str
    role_label: str = ""
    rights: frozenset[str] = field(default_factory=frozenset)
    scopes: tuple[Scope, ...] = ()
    agency: str = ""
    db_role: str = ""
    session_key: str = ""

    def may(self, right: str) -> bool:
        """Tell whether the role carries this right."""
        return right in self.rights

    def covers(self, area_pos: int) -> bool:
        """Tell whether a position on the area line lies inside one of the actor's scopes."""
        return any(scope.pos <= area_pos < scope.end for scope in self.scopes)

    @property
    def ledger_name(self) -> str:
        """Return how the ledger names this actor: the account's id, or the handle of a system actor."""
        return str(self.id) if self.id else self.handle

    @property
    def area_name(self) -> str:
        """Return the name of the actor's first area, for the page head."""
        return self.scopes[0].name if self.scopes else ""


#: Drains, schedules and imports act as SYSTEM; they enter a scope by basis and purpose, never by a session.
SYSTEM = Actor(id=None, handle="SYSTEM", role="system", db_role="gridward_job")

#: Nobody has signed in. Carries no right and no scope.
ANONYMOUS = Actor(id=None, handle="anonymous", role="anonymous")
