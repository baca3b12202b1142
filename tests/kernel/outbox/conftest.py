"""Only the listeners of the test listen, and the clock can be moved."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from gridward.kernel import clock, outbox


@pytest.fixture(autouse=True)
def only_our_ears() -> Iterator[None]:
    before = {kind: list(listeners) for kind, listeners in outbox.LISTENERS.items()}
    outbox.LISTENERS.clear()
    yield
    outbox.LISTENERS.clear()
    outbox.LISTENERS.update(before)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], datetime]:
    """Move the clock on."""
    real = clock.now
    moved = timedelta(0)

    def move(by: timedelta) -> datetime:
        nonlocal moved
        moved += by
        monkeypatch.setattr(clock, "now", lambda: real() + moved)
        return clock.now()

    return move
