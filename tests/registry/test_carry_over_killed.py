"""A carry-over that is killed at random moments and started again: everybody inside is there exactly once."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections, transaction

from gridward.governance import api as governance
from gridward.kernel.outcomes import Refusal
from gridward.registry.models import CarryRun, Household, PersonKey
from tests import people
from tests.registry.carries import signed_carry_over, successor_of, turn_of, who
from tests.registry.test_register_resumed import SCRIPT as IMPORT_SCRIPT
from tests.registry.test_register_resumed import population
from tests.registry.town import CITY, imported

pytestmark = pytest.mark.own_order

SCRIPT = (
    IMPORT_SCRIPT.split("from gridward.kernel import clock")[0]
    + """
from gridward.kernel import clock, sealing
from gridward.kernel.actor import SYSTEM
from gridward.registry import api, carrying, lanes
carrying.CHUNK, lanes.LANES_FROM = int(sys.argv[4]), int(sys.argv[5])
print(api.register_carry(from_order=UUID(sys.argv[1]), to_order=UUID(sys.argv[2]), by=SYSTEM, now=clock.now(),
                         progress=lambda *_: print(*_, flush=True)), flush=True)
"""
)


def start(
    source: governance.OrderView, successor: governance.OrderView, chunk: int, lanes_from: int
) -> subprocess.Popen[str]:
    """Carry over in a process of its own; with as many people to go as `lanes_from`, in lanes."""
    entry = {
        key: value for key, value in settings.DATABASES["default"].items()
        if key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS", "ENGINE")
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(source.id), str(successor.id), repr(entry), str(chunk),
         str(lanes_from)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=dict(os.environ),
    )  # fmt: skip


@pytest.mark.heavy
@pytest.mark.usefixtures("fresh_database")
def test_killed_at_random_moments_everybody_inside_is_there_exactly_once(tmp_path: Path) -> None:
    with transaction.atomic():
        order = people.signed_order()
    lines = population(6_000)
    assert not isinstance(imported(tmp_path, order, lines), Refusal)
    with transaction.atomic():
        successor = successor_of(order, area_code=CITY.xuanwu)
        signed_carry_over(order, successor)
        turn_of(order, successor)
    draw = random.Random(int.from_bytes(os.urandom(4), "big"))
    kills = 0
    for lanes_from in (1, 20_000, 1):
        process = start(order, successor, 60, lanes_from)
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("carrying"):
                break
        time.sleep(draw.uniform(0.0, 0.2))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
    last = start(order, successor, 500, 1)
    told, _nothing = last.communicate(timeout=120)

    assert last.returncode == 0, told[-2_000:]
    assert kills >= 1
    inside = [row for row in who(order.domain) if successor.covers(row[2])]
    assert 3_000 < len(inside) < len(lines)
    assert who(successor.domain) == inside
    run = CarryRun.objects.get()
    assert (run.state, run.residents_count, run.known_count) == ("done", len(inside), 0)
    assert run.starts_count == kills + 1
    with people.as_owner():
        keyed = PersonKey.objects.filter(area_pos__gte=successor.area_pos, area_pos__lt=successor.area_end)
        assert (
            keyed.filter(domain=successor.domain).count() == keyed.filter(domain=order.domain).count() > 3_000
        )
        assert run.households_count == Household.objects.filter(domain=successor.domain).count()
    connections.close_all()
