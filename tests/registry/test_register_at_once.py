"""Two imports at the same moment, each on a connection of its own: everybody is registered once."""

import threading
from pathlib import Path

from django.db import connections, transaction

from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from tests import people
from tests.people import date
from tests.registry.town import Line, counted, number, phone
from tests.registry.town import written as file_of

FATHER = Line("R1", "王建国", "01", number(date(1960, 1, 1), 1), phone(1))
MOTHER = FATHER.but(resident_ref="R2", name="李秀英", id_number="", phone=phone(2))
NEIGHBOUR = Line("R3", "赵六", phone=phone(3), household_ref="H2")


def test_two_imports_of_one_file_at_once_register_everybody_once(fresh_database: str, tmp_path: Path) -> None:
    with transaction.atomic():
        order = people.signed_order()
    path = file_of(tmp_path, [FATHER, MOTHER, NEIGHBOUR])
    start = threading.Barrier(2)
    reports: list[registry.RegisterReport | Refusal | BaseException] = []

    def run() -> None:
        try:
            start.wait(10)
            reports.append(
                registry.register_import(
                    path=path, filename=path.name, order_id=order.id, by=SYSTEM, now=clock.now()
                )
            )
        except BaseException as error:
            reports.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    made = sorted(one.residents for one in reports if isinstance(one, registry.RegisterReport))
    assert made == [0, 3], reports
    assert counted()[:2] == (2, 3)
