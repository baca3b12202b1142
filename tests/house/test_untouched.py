"""What R3 rests on: a write is seen wherever it is made, and one that was taken back is none."""

import pytest
from django.db import connection, transaction

from tests import people
from tests.house.untouched import state, untouched
from tests.house.world import World

pytestmark = pytest.mark.django_db
WRITES = ("update dispatch_task set priority = 'P4'", "delete from workforce_absence")


@pytest.mark.parametrize("statement", WRITES)
def test_a_write_is_seen_and_one_that_was_taken_back_is_none(statement: str, world: World) -> None:
    before = state()
    assert untouched(before)

    taken_back = transaction.savepoint()
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount > 0
    assert not untouched(before)
    transaction.savepoint_rollback(taken_back)

    assert untouched(before)


def test_a_trace_of_looking_is_no_write(world: World) -> None:
    client = people.client_of(world.worker)
    before = state()

    client.get("/today")

    assert untouched(before)
