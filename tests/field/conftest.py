"""The desk of the small street, a clock that the tests set, and a worker's phone."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from gridward.forms import actions
from gridward.kernel import clock
from tests.dispatch.conftest import desk, founded
from tests.dispatch.desk import Desk
from tests.field.phone import Phone, code_for, moment

__all__ = ["desk", "founded"]

SetClock = Callable[[datetime], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Sets the clock of the house; it stands at noon of the day after today until then."""
    shown = [moment(12)]
    monkeypatch.setattr(clock, "now", lambda: shown[0])

    def set_clock(now: datetime) -> None:
        shown[0] = now

    return set_clock


_CONVERTED: dict[bytes, object] = {}


@pytest.fixture(autouse=True)
def converted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a form that many tests publish be converted once: the converter takes a second, and is tried elsewhere."""
    convert = actions.form_convert

    def once(path: Path, *, filename: str) -> object:
        content = path.read_bytes()
        if content not in _CONVERTED:
            _CONVERTED[content] = convert(path, filename=filename)
        return _CONVERTED[content]

    monkeypatch.setattr(actions, "form_convert", once)


@pytest.fixture
def phone(desk: Desk, at: SetClock) -> Phone:
    """The worker's phone, enrolled."""
    made = Phone()
    assert made.enrols(code_for(desk.worker)).status_code == 201
    return made
