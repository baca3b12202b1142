"""Plots as SVG, drawn by little code: bars of ours and yardstick with their spread, a course over runs. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

WIDTH, LABEL, VALUE = 1000, 270, 330
BAR, GAP = 13, 16
OURS, THEIRS, INK = "#206bc4", "#adb5bd", "#1d273b"


def bars(rows: Sequence[Mapping[str, Any]], title: str) -> str:
    """Return a plot of the rows of one record; each row has a scale of its own, for their units differ."""
    parts: list[str] = []
    top = 34
    for row in rows:
        sides = [("ours", OURS, row["ours"])]
        if "yardstick" in row:
            sides.append((row["yardstick"]["what"], THEIRS, row["yardstick"]))
        most = max(side["q3"] for _name, _colour, side in sides) or 1
        parts.append(_text(8, top + 10, f"{row['name']} · {row['unit']}", weight="600"))
        parts.append(_text(8, top + 24, row["size"], size=10))
        for name, colour, side in sides:
            parts += _bar(top, colour, side, most, name)
            top += BAR + 3
        top += GAP if len(sides) > 1 else GAP + BAR
    return _sheet(parts, top + 4, title)


def course(points: Sequence[tuple[str, float]], title: str) -> str:
    """Return a line over the runs of one figure, commits below it. Raises ValueError for fewer than two runs."""
    if len(points) < 2:
        raise ValueError("a course needs two runs")
    most = max(value for _commit, value in points) or 1
    step = (WIDTH - 120) / (len(points) - 1)
    spots = [(60 + place * step, 150 - value / most * 100) for place, (_commit, value) in enumerate(points)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    parts = [f'<polyline points="{line}" fill="none" stroke="{OURS}" stroke-width="2"/>']
    for (x, y), (commit, value) in zip(spots, points, strict=True):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{OURS}"/>')
        parts.append(_text(x - 20, y - 8, number(value), size=10))
        parts.append(_text(x - 20, 172, commit[:7], size=9))
    return _sheet(parts, 184, title)


def number(value: float) -> str:
    """Return a number as a reader wants it: thousands apart, no false digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _bar(top: float, colour: str, side: Mapping[str, Any], most: float, name: str) -> list[str]:
    span = WIDTH - LABEL - VALUE
    length, low, high = (side[mark] / most * span for mark in ("median", "q1", "q3"))
    middle = top + BAR / 2
    return [
        f'<rect x="{LABEL}" y="{top}" width="{max(length, 1):.1f}" height="{BAR}" fill="{colour}">'
        f"<title>{escape(name)}</title></rect>",
        f'<line x1="{LABEL + low:.1f}" x2="{LABEL + high:.1f}" y1="{middle}" y2="{middle}" stroke="{INK}"/>',
        _text(LABEL + max(length, high) + 6, top + 10, f"{number(side['median'])} {name}", size=10),
    ]


def _text(x: float, y: float, words: str, *, size: int = 11, weight: str = "400") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}">{escape(words)}</text>'


def _sheet(parts: Sequence[str], height: float, title: str) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}" role="img" font-family="system-ui, sans-serif" fill="{INK}">'
    )
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    body = "\n".join([head, f"<title>{escape(title)}</title>", ground, _text(8, 18, title, size=13), *parts])
    return f"{body}\n</svg>\n"
