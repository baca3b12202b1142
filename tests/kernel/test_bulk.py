"""Rows that never leave PostgreSQL: handed on as the question that yields them, with ids made on the spot."""

import gc
import time
from uuid import RFC_4122, UUID, uuid4

import pytest
from django.db import connection

from gridward.kernel import bulk
from gridward.kernel.bulk import Rows
from tests.people import as_owner

pytestmark = pytest.mark.django_db

MANY = """
select overlay('00000000-0000-4000-8000-000000000000' placing lpad(n::text, 12, '0') from 25)::uuid as source
  from generate_series(1, %(many)s) n
"""


def made(seed: UUID, many: int) -> list[UUID]:
    sources = Rows(MANY, {"many": many, "seed": seed})
    return [
        one
        for (one,) in bulk.answers(
            Rows(f"select kernel_new_id(%(seed)s, source) from ({sources.sql}) s", sources.params)
        )
    ]


def test_ids_made_by_the_database_are_of_the_seventh_kind_and_carry_their_millisecond() -> None:
    before = time.time_ns() // 1_000_000

    ids = made(uuid4(), 500)

    after = time.time_ns() // 1_000_000
    assert {(one.version, one.variant) for one in ids} == {(7, RFC_4122)}
    assert all(before <= one.int >> 80 <= after for one in ids)


def test_every_source_and_every_seed_makes_an_id_of_its_own() -> None:
    one, other = made(uuid4(), 5_000), made(uuid4(), 5_000)

    assert len({*one, *other}) == 10_000
    assert (
        len({value.int & ((1 << 56) - 1) for value in (*one, *other)}) == 10_000
    )  # by chance and not by time alone


def test_the_chance_in_an_id_comes_from_seed_and_source_alone() -> None:
    seed = uuid4()

    assert [one.int & ((1 << 80) - 1) for one in made(seed, 9)] == [
        one.int & ((1 << 80) - 1) for one in made(seed, 9)
    ]


def test_a_question_stands_inside_another_one_with_its_parameters() -> None:
    inner = Rows("select n from generate_series(1, %(most)s) n", {"most": 7})
    outer = Rows(f"select sum(n) from ({inner.sql}) q where n > %(least)s", {**inner.params, "least": 4})

    assert bulk.answers(outer) == [(5 + 6 + 7,)]


def test_a_statement_tells_how_many_rows_it_met() -> None:
    assert bulk.run("select * from generate_series(1, 3)") == 3
    assert bulk.run("select * from generate_series(1, %(most)s)", {"most": 0}) == 0


def test_the_collector_rests_until_the_last_of_several_lists_is_done() -> None:
    assert gc.isenabled()
    with bulk.collector_paused():
        with bulk.collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_runs_again_after_a_list_that_broke() -> None:
    with pytest.raises(ValueError, match="broken"), bulk.collector_paused():
        raise ValueError("broken")

    assert gc.isenabled()


def test_a_collector_that_somebody_else_stopped_is_not_started() -> None:
    gc.disable()
    try:
        with bulk.collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_rows_in_bytes_arrive_as_they_were_sent_whatever_their_length() -> None:
    edge = len(bulk.LENGTHS)
    values: list[bytes | None] = [None, b"", b"x", b"y" * (edge - 1), b"z" * edge, b"w" * 70_000]
    sent = [(number.to_bytes(4, "big"), value, b"behind") for number, value in enumerate(values)]

    with as_owner(), connection.cursor() as cursor:
        cursor.execute("create table sent (number int4, value bytea, behind bytea)")
        with cursor.copy("copy sent from stdin (format binary)") as copy:
            copy.write(bulk.binary_rows(sent))
        cursor.execute("select value, behind from sent order by number")
        arrived = [(value and bytes(value), bytes(behind)) for value, behind in cursor.fetchall()]

    assert arrived == [(value, b"behind") for value in values]


ARRAYS = "select %(ids)s::uuid[], %(keys)s::bytea[], %(texts)s::text[]"


def test_arrays_written_at_once_come_back_as_they_were() -> None:
    ids = [uuid4() for _ in range(50)]
    keys = [b"\x00\\\"'{},", None, bytes(range(256)), b""]
    texts = [
        "",
        "NULL",
        'a "quoted" one',
        "back\\slash",
        "{brace, comma}",
        "it's",
        "两\n行",
        "  spaces  ",
        "%s",
    ]

    asked = {"ids": bulk.ids_asked(ids), "keys": bulk.keys_asked(keys), "texts": bulk.texts_asked(texts)}
    ((found_ids, found_keys, found_texts),) = bulk.answers(Rows(ARRAYS, asked))

    assert found_ids == ids
    assert [None if key is None else bytes(key) for key in found_keys] == keys
    assert found_texts == texts


def test_an_array_of_nothing_is_empty() -> None:
    asked = {"ids": bulk.ids_asked([]), "keys": bulk.keys_asked([]), "texts": bulk.texts_asked([])}

    assert bulk.answers(Rows(ARRAYS, asked)) == [([], [], [])]
