"""
Places people go to and gates they pass: premises and checkpoints.

Owns their kinds and sizes, heavy-tailed: a few see most of the people. Refuses who goes there; that is a day's
timeline.
"""

from dataclasses import dataclass

import numpy as np

from simulator.city.doors import COMPOUND, HOUSES, Sites
from simulator.city.draw import Floats, Ints, stream, unrolled
from simulator.city.ground import Ground
from simulator.city.points import points_within

#: Kind, how it is called, how often.
PREMISES = (
    ("shop", "便利店", 34), ("restaurant", "餐饮店", 22), ("office", "商务服务公司", 14), ("workshop", "加工厂", 8),
    ("pharmacy", "药店", 5), ("market", "农贸市场", 3), ("hotel", "旅馆", 4), ("school", "培训学校", 4),
    ("gym", "健身馆", 3), ("logistics", "快递站", 3),
)  # fmt: skip
PREMISES_EACH, PREMISES_MOST = 3.0, 40
#: 9,038 checkpoints for 12,000 grids.
CHECKPOINTS_A_GRID = 9_038 / 12_000
GATES = ("东门", "南门", "西门", "北门")
POSTS = 2
#: A gate with so many passages a day never closes; the others have no night shift.
ROUND_THE_CLOCK = 1_000
DAYTIME = ("06:00", "22:00")


@dataclass(frozen=True)
class Premises:
    """Premises in the order of the grids, each beside one site of its grid."""

    site: Ints
    kind: Ints
    staff: Ints
    visitors: Ints
    points: Floats

    def __len__(self) -> int:
        return len(self.site)


@dataclass(frozen=True)
class Checkpoints:
    """Gates of sites, each site at most one a side; `passages` is what a day brings."""

    site: Ints
    gate: Ints
    passages: Ints
    points: Floats

    def __len__(self) -> int:
        return len(self.site)


def make_premises(ground: Ground, sites: Sites, seed: int) -> Premises:
    """Return about three premises a grid: many grids have one, some have dozens."""
    rng = stream(seed, "premises")
    counts = np.minimum(rng.lognormal(np.log(PREMISES_EACH) - 0.4, 0.9, len(ground)), PREMISES_MOST).astype(
        np.int64
    )
    grid, _ = unrolled(np.maximum(counts, 1))
    share = np.array([weight for *_, weight in PREMISES])
    heavy = np.minimum(rng.pareto(1.1, len(grid)), 2_000)
    return Premises(
        site=_some_site(sites, grid, rng),
        kind=rng.choice(len(PREMISES), len(grid), p=share / share.sum()),
        staff=(1 + 3 * heavy).astype(np.int64),
        visitors=(20 + 60 * np.minimum(rng.pareto(1.1, len(grid)), 1_000)).astype(np.int64),
        points=points_within(ground.polygons, grid, rng),
    )


def _some_site(sites: Sites, grid: Ints, rng: np.random.Generator) -> Ints:
    grids = np.arange(int(grid.max()) + 1)
    first = np.searchsorted(sites.grid, grids)
    last = np.searchsorted(sites.grid, grids, side="right")
    return first[grid] + (rng.random(len(grid)) * (last - first)[grid]).astype(np.int64)


def make_checkpoints(ground: Ground, sites: Sites, seed: int) -> Checkpoints:
    """Return the checkpoints: at the gates of the largest compounds first, the others spread by chance."""
    rng = stream(seed, "checkpoints")
    count = round(len(ground) * CHECKPOINTS_A_GRID)
    # A compound of a thousand doors is sooner guarded than one of ten; houses along a road have no gate.
    draw = rng.exponential(1.0, len(sites.grid)) / sites.doors
    draw[sites.kind == HOUSES] *= 20
    draw[sites.kind == COMPOUND] /= 4
    gates = np.argsort(np.concatenate([draw * (side + 1) ** 3 for side in range(len(GATES))]), kind="stable")[
        :count
    ]
    gates = np.sort(gates)
    site, gate = gates % len(draw), gates // len(draw)
    order = np.lexsort((gate, site))
    site, gate = site[order], gate[order]
    people = 4.0 * sites.doors[site]
    passages = np.minimum(people * (0.5 + rng.pareto(1.3, len(site))), 60_000).astype(np.int64)
    return Checkpoints(site, gate, passages, points_within(ground.polygons, sites.grid[site], rng))
