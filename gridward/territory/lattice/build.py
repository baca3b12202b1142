"""
Preparing a lattice: painting the insides, collecting the border pieces of each cell that a border touches.

Owns: the arrays a lattice is made of. Refuses: answering questions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from gridward.territory.lattice.predicates import DOUBT, Floats, Indices, Keys, side

CELLS_PER_POLYGON = 700
FEWEST_CELLS, MOST_CELLS = 4_096, 12_000_000
MARGIN = 1e-6
PAINT = 2_000_000


@dataclass(frozen=True)
class Frame:
    """Where the lattice lies: its south-west corner, the size of a cell, how many cells."""

    west: float
    south: float
    step_x: float
    step_y: float
    columns: int
    rows: int

    def place(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Measure points in cells from the south-west corner."""
        return (x - self.west) / self.step_x, (y - self.south) / self.step_y

    def middle(self, column: Floats, row: Floats) -> tuple[Floats, Floats]:
        """Return the middles of cells, always the same numbers for the same cell."""
        return self.west + (column + 0.5) * self.step_x, self.south + (row + 0.5) * self.step_y


@dataclass(frozen=True)
class Built:
    """
    The arrays of a lattice; polygons stand in the order of their keys.

    `table` has for each cell 0 (nobody), a polygon number from 1, or -1-slot. The first slots are cells with
    one straight border: `line` and the polygon numbers right and left of it. The others have polygons in
    pair_polygon[pair_start[s]:pair_start[s+1]], for each whether it contains the cell's middle, and its
    border pieces with the side on which the middle lies.
    """

    frame: Floats
    keys: Keys
    table: NDArray[np.int32]
    edges: Floats
    edge_start: Indices
    line: Floats
    line_owner: NDArray[np.int32]
    pair_start: Indices
    pair_polygon: NDArray[np.int32]
    pair_inside: NDArray[np.bool_]
    piece_start: Indices
    piece_edge: NDArray[np.int32]
    piece_side: NDArray[np.int8]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Name the arrays, for a file."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Put arrays from a file together again."""
        return cls(**{field.name: arrays[field.name] for field in fields(cls)})

    def where(self) -> Frame:
        """Return the frame in words."""
        west, south, step_x, step_y, columns, rows = self.frame.tolist()
        return Frame(west, south, step_x, step_y, int(columns), int(rows))


def build(polygons: Sequence[object] | NDArray[np.object_], keys: Keys, *, cells: int | None) -> Built:
    """Prepare the lattice; what it asks of polygons and keys stands at `Lattice.build`."""
    shapes = np.asarray(polygons, dtype=object)
    _check(shapes, keys)
    order = np.argsort(keys, kind="stable")
    edges, edge_start = _edges_of(shapes[order])
    wish = min(max(FEWEST_CELLS, CELLS_PER_POLYGON * len(keys)), MOST_CELLS)
    frame = _frame_of(shapes, cells or wish)
    spans = _spans(frame, edges, np.repeat(np.arange(len(keys)), np.diff(edge_start)))
    table = _paint(frame, spans)
    piece_cell, piece_edge = _touched(frame, edges)
    slots = _Slots(frame, edges, edge_start, piece_cell, piece_edge, spans)
    table[slots.cells] = -1 - np.arange(len(slots.cells), dtype=np.int32)
    packed = np.array([frame.west, frame.south, frame.step_x, frame.step_y, frame.columns, frame.rows])
    return Built(packed, keys[order], table, edges, edge_start, *slots.arrays())


def _check(shapes: NDArray[np.object_], keys: Keys) -> None:
    if len(shapes) != len(keys) or not len(keys):
        raise ValueError("a lattice needs at least one polygon, and one key for each")
    if (keys <= 0).any() or len(np.unique(keys)) != len(keys):
        raise ValueError("keys must be whole numbers above 0, no two alike")
    if not np.isin(shapely.get_type_id(shapes), (3, 6)).all() or shapely.is_empty(shapes).any():
        raise ValueError("every area needs a polygon with an inside")
    if not np.isfinite(shapely.get_coordinates(shapes)).all():
        raise ValueError("a corner is not a finite number")


def _edges_of(shapes: NDArray[np.object_]) -> tuple[Floats, Indices]:
    parts, polygon_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    within = ring[1:] == ring[:-1]
    edges = np.concatenate([corners[:-1], corners[1:]], axis=1)[within]
    polygon = polygon_of_part[part_of_ring[ring[:-1][within]]]
    some = (edges[:, 0] != edges[:, 2]) | (edges[:, 1] != edges[:, 3])
    edges, polygon = edges[some], polygon[some]
    return edges, np.searchsorted(polygon, np.arange(len(shapes) + 1)).astype(np.int64)


def _frame_of(shapes: NDArray[np.object_], cells: int) -> Frame:
    west, south, east, north = shapely.total_bounds(shapes)
    width, height = max(east - west, 1e-9), max(north - south, 1e-9)
    narrow = float(np.cos(np.radians(min(abs(south + north) / 2, 80.0))))
    columns = max(1, round(float(np.sqrt(cells * width * narrow / height))))
    rows = max(1, round(cells / columns))
    # A little wider than the polygons, so that points on the outermost border lie inside the frame.
    step_x, step_y = width * (1 + 1e-6) / columns, height * (1 + 1e-6) / rows
    return Frame(
        float(west - width * 4e-7), float(south - height * 4e-7), float(step_x), float(step_y), columns, rows
    )


@dataclass(frozen=True)
class _Spans:
    """
    Along the middle line of a row a polygon is inside from cell `first` up to, not including, cell `last`.
    """

    polygon: Indices
    row: Indices
    first: Indices
    last: Indices


def _spans(frame: Frame, edges: Floats, polygon: Indices) -> _Spans:
    """Cut every polygon with the middle line of every row."""
    _, tail = frame.place(edges[:, 0], edges[:, 1])
    _, head = frame.place(edges[:, 2], edges[:, 3])
    low = np.maximum(np.floor(np.minimum(tail, head) - 0.5), 0).astype(np.int64)
    high = np.minimum(np.ceil(np.maximum(tail, head) + 0.5), frame.rows - 1).astype(np.int64)
    edge, row = _each(low, high)
    ax, ay, bx, by = edges[edge].T
    _, middle = frame.middle(np.zeros(len(row)), row.astype(np.float64))
    meets = (ay > middle) != (by > middle)
    edge, row, ax, ay, bx, by, middle = (column[meets] for column in (edge, row, ax, ay, bx, by, middle))
    x = ax + (middle - ay) * ((bx - ax) / (by - ay))
    order = np.lexsort((x, row, polygon[edge]))
    column = np.ceil((x[order] - frame.west) / frame.step_x - 0.5).astype(np.int64)
    column = np.clip(column, 0, frame.columns)
    pair = order[::2]
    return _Spans(polygon[edge[pair]], row[pair], column[::2], column[1::2])


def _each(low: Indices, high: Indices) -> tuple[Indices, Indices]:
    """List every whole number from low to high (both included) and beside it the place it comes from."""
    length = np.maximum(high - low + 1, 0)
    source = np.repeat(np.arange(len(low)), length)
    return source, low[source] + np.arange(len(source)) - np.repeat(np.cumsum(length) - length, length)


def _paint(frame: Frame, spans: _Spans) -> NDArray[np.int32]:
    """Write each polygon's number into the cells it is inside of, the lowest last so that it stays."""
    table = np.zeros(frame.columns * frame.rows, dtype=np.int32)
    length = spans.last - spans.first
    stop = len(length)
    total = np.concatenate([[0], np.cumsum(length)])
    while stop > 0:
        start = min(int(np.searchsorted(total, total[stop] - PAINT)), stop - 1)
        part = np.arange(stop - 1, start - 1, -1)
        source, column = _each(spans.first[part], spans.last[part] - 1)
        table[spans.row[part[source]] * frame.columns + column] = spans.polygon[part[source]] + 1
        stop = start
    return table


def _touched(frame: Frame, edges: Floats) -> tuple[Indices, Indices]:
    """
    List the cells each border piece touches, a hair generously: pairs of cell and piece, sorted by cell.
    """
    ax, ay = frame.place(edges[:, 0], edges[:, 1])
    bx, by = frame.place(edges[:, 2], edges[:, 3])
    low = np.maximum(np.floor(np.minimum(ay, by) - MARGIN), 0).astype(np.int64)
    high = np.minimum(np.floor(np.maximum(ay, by) + MARGIN), frame.rows - 1).astype(np.int64)
    edge, row = _each(low, high)
    x, y, dx, dy = ax[edge], ay[edge], (bx - ax)[edge], (by - ay)[edge]
    flat = np.abs(dy) < 1e-3
    slope = np.where(flat, 1.0, dy)
    enter = np.where(flat, 0.0, np.clip((row - MARGIN - y) / slope, 0, 1))
    leave = np.where(flat, 1.0, np.clip((row + 1 + MARGIN - y) / slope, 0, 1))
    one, other = x + enter * dx, x + leave * dx
    first = np.maximum(np.floor(np.minimum(one, other) - MARGIN), 0).astype(np.int64)
    last = np.minimum(np.floor(np.maximum(one, other) + MARGIN), frame.columns - 1).astype(np.int64)
    source, column = _each(first, last)
    cell, piece = row[source] * frame.columns + column, edge[source]
    order = np.lexsort((piece, cell))
    return cell[order], piece[order]


def _distinct(numbers: Indices) -> Indices:
    """Return the numbers in order, each once: nearly sorted as they are here, forty times as fast as `np.unique`."""
    ordered = np.sort(numbers, kind="stable")
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return np.asarray(ordered[first])


class _Slots:
    """The cells that borders touch, first those with a single straight border, and what lies in each."""

    def __init__(
        self, frame: Frame, edges: Floats, edge_start: Indices, cell: Indices, piece: Indices, spans: _Spans
    ) -> None:
        """
        Sort border pieces by cell and polygon, and add polygons that merely cover a touched cell's middle.
        """
        many = len(edge_start) - 1
        polygon = np.searchsorted(edge_start, piece, side="right") - 1
        inner = self._covering(frame, spans, _distinct(cell), many)
        pair = _distinct(np.concatenate([cell * many + polygon, inner]))
        self._inside = np.isin(pair, inner, assume_unique=True)
        self._pair_cell, self._pair_polygon = pair // many, pair % many
        self._piece = piece
        self._piece_pair = np.searchsorted(pair, cell * many + polygon)
        column, row = cell % frame.columns, cell // frame.columns
        middle_x, middle_y = frame.middle(column.astype(np.float64), row.astype(np.float64))
        line = edges[piece]
        turn, _ = side(line[:, 0], line[:, 1], line[:, 2], line[:, 3], middle_x, middle_y)
        # The spans round more than the side does: a middle this near to a border may be painted wrongly.
        near = (
            np.hypot(line[:, 2] - line[:, 0], line[:, 3] - line[:, 1])
            * (frame.step_x + frame.step_y)
            * MARGIN
        )
        self._side = np.where(np.abs(turn) <= near, DOUBT, np.sign(turn)).astype(np.int8)
        self._edges = edges
        self._choose_plain(cell)

    @staticmethod
    def _covering(frame: Frame, spans: _Spans, cells: Indices, many: int) -> Indices:
        """List, as cell * many + polygon, which polygons contain the middles of the given cells."""
        start = np.searchsorted(cells, spans.row * frame.columns + spans.first)
        stop = np.searchsorted(cells, spans.row * frame.columns + spans.last)
        source, place = _each(start, stop - 1)
        return _distinct(cells[place] * many + spans.polygon[source])

    def _choose_plain(self, cell: Indices) -> None:
        """
        Find the cells whose pieces are one and the same straight line, with one polygon or two beside it.
        """
        cells, slot = np.unique(self._pair_cell, return_inverse=True)
        pairs = np.bincount(slot)
        pieces_of_pair = np.bincount(self._piece_pair, minlength=len(slot))
        single = np.minimum.reduceat(pieces_of_pair == 1, np.cumsum(pairs) - pairs)
        first = np.searchsorted(cell, cells)
        last = np.searchsorted(cell, cells, side="right") - 1
        one, two = self._edges[self._piece[first]], self._edges[self._piece[last]]
        same = (one == two).all(axis=1) | (one == two[:, [2, 3, 0, 1]]).all(axis=1)
        plain = single & same & (pairs <= 2) & (self._side[first] != DOUBT)
        order = np.argsort(~plain, kind="stable")
        self.cells = cells[order]
        self._plain = int(plain.sum())
        chosen = order[: self._plain]
        self._line = one[chosen]
        self._line_owner = self._owners(first[chosen], np.cumsum(pairs)[chosen], pairs[chosen])
        self._keep_rest(order[self._plain :], pairs)

    def _owners(self, piece: Indices, stop: Indices, pairs: Indices) -> NDArray[np.int32]:
        """
        Name the polygon right (column 0) and left (column 1) of each plain cell's line, from 1; 0 for
        nobody.
        """
        first, last = stop - pairs, stop - 1
        here, there = np.zeros(len(piece), dtype=np.int32), np.zeros(len(piece), dtype=np.int32)
        # The lowest key last, so that it stays.
        for pair in (last, first):
            number = (self._pair_polygon[pair] + 1).astype(np.int32)
            here, there = (
                np.where(self._inside[pair], number, here),
                np.where(self._inside[pair], there, number),
            )
        left = self._side[piece] > 0
        return np.stack([np.where(left, there, here), np.where(left, here, there)], axis=1)

    def _keep_rest(self, slots: Indices, pairs: Indices) -> None:
        stop = np.cumsum(pairs)[slots]
        source, pair = _each(stop - pairs[slots], stop - 1)
        self._pair_start = np.searchsorted(source, np.arange(len(slots) + 1))
        by_pair = np.argsort(self._piece_pair, kind="stable")
        low = np.searchsorted(self._piece_pair[by_pair], pair)
        high = np.searchsorted(self._piece_pair[by_pair], pair, side="right")
        owner, place = _each(low, high - 1)
        self._kept_pair = pair
        self._piece_start = np.searchsorted(owner, np.arange(len(pair) + 1))
        self._kept_piece = by_pair[place]

    def arrays(self) -> tuple[NDArray[Any], ...]:
        """Return the arrays of `Built` from `line` on."""
        return (
            self._line,
            self._line_owner,
            self._pair_start.astype(np.int64),
            self._pair_polygon[self._kept_pair].astype(np.int32),
            self._inside[self._kept_pair],
            self._piece_start.astype(np.int64),
            self._piece[self._kept_piece].astype(np.int32),
            self._side[self._kept_piece],
        )
