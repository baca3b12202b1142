"""
Sharing a district's cells out to streets, and a street's to communities, so that each lies in one piece.

Owns: the recursive cut and the mending afterwards. Refuses: codes and shapes.
"""

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.cells.landscape import Floats, meander

Ints = NDArray[np.intp]


class Neighbourhood:
    """Who touches whom, and along how many kilometres."""

    def __init__(self, count: int, a: Ints, b: Ints, shared: Floats) -> None:
        """Take each touching pair once."""
        self.of: list[list[tuple[int, float]]] = [[] for _ in range(count)]
        for first, second, length in zip(a.tolist(), b.tolist(), shared.tolist(), strict=True):
            self.of[first].append((second, length))
            self.of[second].append((first, length))

    def pieces(self, members: Sequence[int]) -> list[list[int]]:
        """Split members into connected pieces, the largest first."""
        waiting, found = set(members), []
        for seed in members:
            if seed not in waiting:
                continue
            waiting.remove(seed)
            piece, queue = [seed], deque([seed])
            while queue:
                for other, _ in self.of[queue.popleft()]:
                    if other in waiting:
                        waiting.remove(other)
                        piece.append(other)
                        queue.append(other)
            found.append(piece)
        return sorted(found, key=lambda piece: (-len(piece), piece[0]))

    def touching(self, piece: Sequence[int], label: Ints, allowed: Ints) -> list[tuple[float, int]]:
        """Rank the other labels inside the same `allowed` parent by the border they share with a piece."""
        inside, border = set(piece), dict[int, float]()
        for member in piece:
            for other, length in self.of[member]:
                if (
                    other not in inside
                    and allowed[other] == allowed[member]
                    and label[other] != label[member]
                ):
                    border[int(label[other])] = border.get(int(label[other]), 0.0) + length
        return sorted(
            ((length, number) for number, length in border.items()), key=lambda item: (-item[0], item[1])
        )


def cut(points: Floats, counts: Sequence[int], near: Floats | None, rng: np.random.Generator) -> Ints:
    """
    Share points out to len(counts) parts with exactly these numbers, along turned principal axes.

    Where `near` is given, parts earlier in the list lie nearer to it.
    """
    part = np.empty(len(points), dtype=np.intp)
    bent = meander(points, 0.10 * float(np.ptp(points, axis=0).max(initial=0.1)) / 2, 4.0)
    todo: list[tuple[Ints, int, int]] = [(np.arange(len(points)), 0, len(counts))]
    while todo:
        members, first, last = todo.pop()
        if last - first == 1:
            part[members] = first
            continue
        sums = np.cumsum(counts[first:last])
        middle = first + 1 + int(np.argmin(np.abs(sums[:-1] - sums[-1] / 2)))
        spread = bent[members] - bent[members].mean(axis=0)
        _, axes = np.linalg.eigh(spread.T @ spread)
        turn = rng.normal(0.0, 0.2)
        axis = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ axes[:, 1]
        towards = (near - bent[members].mean(axis=0)) @ axis if near is not None else axis[1] - axis[0]
        order = members[np.argsort(-np.sign(towards) * (spread @ axis), kind="stable")]
        size = sum(counts[first:middle])
        todo += [(order[size:], middle, last), (order[:size], first, middle)]
    return part


def mend(label: Ints, parent: Ints, around: Neighbourhood, least: dict[int, int]) -> Ints:
    """
    Reassign stray pieces to the neighbour with the longest common border, then feed labels left below
    `least`.

    Works inside each parent only; a label keeps its largest piece. Gives up after a few rounds where a parent
    is itself torn, or too small.
    """
    label = label.copy()
    for _ in range(12):
        strays = _join_strays(label, parent, around)
        hungry = _feed(label, parent, around, least)
        if not strays and not hungry:
            break
    return label


def _groups(label: Ints) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for number, name in enumerate(label.tolist()):
        groups.setdefault(name, []).append(number)
    return groups


def _join_strays(label: Ints, parent: Ints, around: Neighbourhood) -> int:
    moved = 0
    for members in _groups(label).values():
        for piece in around.pieces(members)[1:]:
            choice = around.touching(piece, label, parent)
            if choice:
                label[piece] = choice[0][1]
                moved += 1
    return moved


def _feed(label: Ints, parent: Ints, around: Neighbourhood, least: dict[int, int]) -> int:
    groups, fed = _groups(label), 0
    for name, need in least.items():
        for _ in range(need - len(groups[name])):
            taken = _take_one(name, label, parent, around, groups, least)
            fed += taken
            if not taken:
                break
    return fed


def _take_one(
    name: int,
    label: Ints,
    parent: Ints,
    around: Neighbourhood,
    groups: dict[int, list[int]],
    least: dict[int, int],
) -> bool:
    """
    Move one cell from the roomiest neighbour whose rest stays in one piece.

    Where every such cell would tear its owner, the cell that tears off least comes with what it tears off.
    """
    edge = {other for member in groups[name] for other, _ in around.of[member]}
    ready = [c for c in sorted(edge) if label[c] != name and parent[c] == parent[groups[name][0]]]
    ready.sort(key=lambda c: least[int(label[c])] - len(groups[int(label[c])]))
    best: tuple[list[int], list[int]] | None = None
    for cell in ready:
        pieces = around.pieces([member for member in groups[int(label[cell])] if member != cell])
        if not pieces:
            continue
        torn = [cell, *(member for piece in pieces[1:] for member in piece)]
        if best is None or len(torn) < len(best[0]):
            best = (torn, pieces[0])
        if len(torn) == 1:
            break
    if best is None:
        return False
    groups[int(label[best[0][0]])] = best[1]
    groups[name] += best[0]
    label[best[0]] = name
    return True
