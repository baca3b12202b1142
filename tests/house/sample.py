"""How a URL is asked by the proofs of R3: one line of a table each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from gridward.kernel.endpoint import OPENROSA
from tests.house.world import World

#: An id and an area code that nobody ever had.
NO_ID = str(UUID(int=7))
NO_AREA = "320102003999999"
Fill = Callable[[World], str]


@dataclass(frozen=True)
class Sample:
    """How a URL is asked: its parameters filled from the world, and what is posted to it."""

    path: str
    own: Fill | None = None
    none: str = NO_ID
    posted: Callable[[World], dict[str, object]] = field(default=lambda _world: {})
    #: Everybody with the right may see it, wherever it is: orders are public inside the house.
    is_public: bool = False

    @property
    def unknown(self) -> int:
        """Return what somebody unknown gets. ODK Collect would ask for a name and a password on a 401."""
        return 403 if OPENROSA in self.path else 401
