"""A line of the log says where and of which type an error was, never what it quoted."""

import logging
import sys
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from gridward.wiring.logs import WithoutValues

PERSON = "19900001111"


def quoted() -> None:
    raise KeyError(PERSON)


def caused() -> None:
    try:
        quoted()
    except KeyError as error:
        raise RuntimeError(f"nobody has {PERSON}") from error


def stumbled() -> None:
    try:
        quoted()
    except KeyError:
        raise RuntimeError(PERSON)  # noqa: B904 — a context without a cause is what is tried


def silenced() -> None:
    try:
        quoted()
    except KeyError:
        raise RuntimeError(PERSON) from None


def several() -> None:
    raise ExceptionGroup("listeners failed", [ValueError(PERSON)])


def logged(fails: Callable[[], None]) -> str:
    try:
        fails()
    except Exception:
        record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    return WithoutValues("%(levelname)s %(message)s").format(record)


@pytest.mark.parametrize(
    ("fails", "types"),
    [
        (quoted, ["builtins.KeyError"]),
        (caused, ["builtins.KeyError", "builtins.RuntimeError"]),
        (stumbled, ["builtins.KeyError", "builtins.RuntimeError"]),
        (silenced, ["builtins.RuntimeError"]),
        (several, ["builtins.ExceptionGroup"]),
    ],
)
def test_an_error_is_told_by_place_and_type_along_its_causes(
    fails: Callable[[], None], types: list[str]
) -> None:
    text = logged(fails)

    told = [line for line in text.splitlines() if line.startswith("builtins.")]
    assert text.startswith("ERROR failed\n")
    assert told == types
    assert f"in {fails.__name__}" in text
    assert PERSON not in text


@pytest.mark.django_db
def test_a_violated_key_does_not_tell_its_value() -> None:
    def twice() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set role gridward_owner")
            cursor.execute("create temp table people (phone text unique)")
            cursor.execute("insert into people values (%s), (%s)", [PERSON, PERSON])

    with pytest.raises(IntegrityError, match=PERSON):
        twice()

    text = logged(twice)

    assert "UniqueViolation" in text
    assert PERSON not in text


def test_a_line_without_an_error_is_the_message_alone() -> None:
    record = logging.LogRecord("x", logging.WARNING, __file__, 1, "slow: %s ms", (12,), None)

    assert WithoutValues("%(message)s").format(record) == "slow: 12 ms"
