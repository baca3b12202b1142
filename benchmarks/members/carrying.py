"""P12, of carrying a register over to a successor order: opened, sealed anew and indexed, against loading its file."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from django.conf import settings

from benchmarks.figures import Figure, Goal
from benchmarks.house.filled import actor_made, found_city, load, order_signed, settled, signers_made
from benchmarks.house.town import Town
from benchmarks.house.weighing import processor_seconds
from benchmarks.turns import timed
from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.registry import api as registry

YARDSTICK = "the same rows loaded from their file"
#: Two orders of a kind never cover one place at a time; the successor here is of another kind, and both are in force.
KINDS = ("epidemic", "flood")
#: The processor time of a process is told in ticks; nothing takes less than one.
TICK = 1 / os.sysconf("SC_CLK_TCK")
STEADY = Goal("P12", "≤ 1.2× the cost of a row", most=1.2)


@dataclass
class Way:
    """One way at one size: rows a second, and processor time of a row in µs, of each round."""

    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)

    def goes(self, do: Callable[[], object], rows: int) -> None:
        """Do it, and keep what it cost; the processor time is that of all processes."""
        before = busy()
        self.rates.append(rows / timed(do))
        self.costs.append(1e6 * max(TICK, busy() - before) / rows)


def measure(quick: bool) -> list[Figure]:
    """Return rows a second and processor time a row at two sizes, and how a row's cost grows."""
    small, large, rounds, within = (200, 600, 1, "320102003") if quick else (10_000, 40_000, 3, "3201")
    sizes = [small, large] * rounds
    town = Town(sum(sizes) * 2 // 5 + 100, within=within)
    found_city(town, settings.DATA)
    officer, signers = actor_made("city", "city_officer", "3201"), signers_made()
    ways = {size: (Way(), Way()) for size in (small, large)}
    for number, (size, people) in enumerate(zip(sizes, town.slices(sizes), strict=True)):
        path = town.write_residents(settings.DATA / f"residents-{number}.csv", people)
        source, successor = (
            order_signed(f"BENCH-{number}-{kind}", by=officer, signers=signers, kind=kind) for kind in KINDS
        )
        _signed(source.id, successor.id, officer, signers)
        carried, loaded = ways[size]
        loaded.goes(partial(load, path, source.id, len(people)), len(people))
        carried.goes(partial(carry, source.id, successor.id, len(people)), len(people))
        for order in (source, successor):
            why = "the next pair comes"
            settled(governance.order_end(order_id=order.id, reason=why, by=signers[0], now=clock.now()))
    return told(ways)


def told(ways: Mapping[int, tuple[Way, Way]]) -> list[Figure]:
    """Return rates and costs as figures, and what a row costs in the larger registers."""
    figures = []
    for size, (carried, loaded) in ways.items():
        words = f"register of {size:,}"
        figures += [
            Figure("residents carried over", words, "rows/s", carried.rates, YARDSTICK, loaded.rates, True),
            Figure("processor time of a row", words, "µs", carried.costs, YARDSTICK, loaded.costs),
        ]
    small, large = ways
    pairs = zip(ways[small][0].costs, ways[large][0].costs, strict=True)
    grown = [many / few for few, many in pairs]
    words = f"{large:,} against {small:,}"
    return [*figures, Figure("processor time of a row: growth", words, "×", grown, goal=STEADY)]


def busy() -> float:
    """Return the processor time so far: of this process, and of the database's and whatever else it has started."""
    own = os.times()
    return own.user + own.system + processor_seconds()


def carry(source: UUID, successor: UUID, count: int) -> None:
    """Carry a register over; everybody must have gone along."""
    report = settled(
        registry.register_carry(from_order=source, to_order=successor, by=SYSTEM, now=clock.now())
    )
    if report.residents != count:
        raise RuntimeError(f"not everybody went along: {report}")


def _signed(source: UUID, successor: UUID, officer: Actor, signers: tuple[Actor, ...]) -> None:
    """Have the carry-over proposed and signed by two."""
    decided = settled(
        governance.carry_over_propose(
            from_order=source,
            to_order=successor,
            reason="a benchmark of carrying over",
            by=officer,
            now=clock.now(),
        )
    )
    for signer in signers:
        settled(governance.carry_over_sign(carry_over_id=decided.id, by=signer, now=clock.now()))
