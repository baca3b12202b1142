"""An id says when it was made, sorts by it, and tells nothing else."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.kernel import clock, ids

At = Callable[[int], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Stop the machine's clock at a millisecond."""
    return lambda milliseconds: monkeypatch.setattr(
        time, "time_ns", lambda: milliseconds * 1_000_000 + 999_999
    )


def made_at(value: int) -> int:
    return value >> 80


def test_an_id_is_a_uuid_of_the_seventh_kind_and_carries_its_millisecond(at: At) -> None:
    at(1_645_557_742_000)  # the example of RFC 9562, A.6

    made = ids.new_id()

    assert (made.version, made.variant) == (7, RFC_4122)
    assert str(made).startswith("017f22e2-79b0-7")


@given(st.integers(0, (1 << 48) - 1), st.integers(0, (1 << 48) - 1))
def test_later_ids_sort_behind_earlier_ones_as_values_as_text_and_as_bytes(one: int, other: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: one * 1_000_000)
        first = ids.new_id()
        patch.setattr(time, "time_ns", lambda: other * 1_000_000)
        second = ids.new_id()

    if one != other:
        assert (first < second) == (str(first) < str(second)) == (first.bytes < second.bytes) == (one < other)
    assert first != second


def test_a_clock_set_back_makes_ids_that_sort_before_and_none_twice(at: At) -> None:
    at(2_000)
    before = ids.new_ids(100)
    at(1_000)
    after = ids.new_ids(100)
    at(2_000)
    again = ids.new_ids(100)

    assert max(after) < min(before)
    assert len({*before, *after, *again}) == 300


def test_ids_for_bulk_rows_ascend_and_are_as_many_as_asked_for() -> None:
    made = ids.new_ids(5_000)

    assert made == sorted(set(made))
    assert len(made) == 5_000
    assert ids.new_ids(0) == []


def test_many_threads_in_one_millisecond_make_no_id_twice(at: At) -> None:
    at(1_000)
    with ThreadPoolExecutor(4) as pool:
        made = [one for batch in pool.map(ids.new_ids, [2_000] * 4) for one in batch]

    assert len(set(made)) == 8_000


def test_every_random_bit_is_used(at: At) -> None:
    at(0)
    once, always = 0, (1 << 128) - 1
    for made in ids.new_ids(400):
        once |= made.int
        always &= made.int

    fixed = always | (~once & ((1 << 128) - 1))
    assert always == (0x7 << 76) | (0b10 << 62)
    assert bin(fixed).count("1") == 48 + 4 + 2  # the time (all zero here), the version, the variant


def test_a_time_beyond_the_field_wraps_instead_of_breaking_version_and_variant(at: At) -> None:
    at((1 << 48) + 5)

    made = ids.new_id()

    assert (made.version, made.variant, made_at(made.int)) == (7, RFC_4122, 5)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/St_Johns", "UTC"])
def test_the_clock_is_utc_wherever_the_machine_stands(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        now = clock.now()
    finally:
        monkeypatch.undo()
        time.tzset()

    assert now.utcoffset() == timedelta(0)
    assert abs(now.timestamp() - time.time()) < 5
    assert datetime.fromtimestamp(now.timestamp(), UTC) == now
