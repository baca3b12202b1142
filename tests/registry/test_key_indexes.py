"""The indexes of the blind keys: dropped for the first load alone, and there again whatever becomes of it."""

from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from tests import people
from tests.registry.test_lanes import KEY_INDEXES, key_indexes, register
from tests.registry.test_register_resumed import population
from tests.registry.town import written


@pytest.mark.usefixtures("fresh_database")
def test_where_people_are_registered_a_load_waits_for_no_reader_of_their_keys(tmp_path: Path) -> None:
    with transaction.atomic():
        order = people.signed_order()
    register(written(tmp_path, population(20)), order)

    with transaction.atomic(using="owner"), connections["owner"].cursor() as reader:
        reader.execute("select count(*) from registry_personkey")
        with transaction.atomic(), people.as_owner(), connection.cursor() as cursor:
            cursor.execute("set local lock_timeout = '1s'")
            cursor.execute("select registry_keys_unindex()")
            assert cursor.fetchone() == (False,)

    assert key_indexes() == KEY_INDEXES
    connections.close_all()


@pytest.mark.usefixtures("fresh_database")
def test_the_indexes_of_the_keys_go_only_while_nobody_is_registered_and_it_can_be_told() -> None:
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select registry_keys_missing()")
        before = cursor.fetchone()
        cursor.execute("select registry_keys_unindex()")
        dropped = cursor.fetchone()
        cursor.execute("select registry_keys_missing()")
        after = cursor.fetchone()

    assert (before, dropped, after) == ((False,), (True,), (True,))
    assert key_indexes() == set()
    connections.close_all()
