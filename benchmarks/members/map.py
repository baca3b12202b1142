"""P6 under the common harness; `python -m benchmarks.map` prints every detail of it."""

from benchmarks.figures import Figure, Goal
from benchmarks.map.__main__ import chromium
from benchmarks.map.__main__ import measure as measure_map
from benchmarks.map.report import GOALS
from benchmarks.map.site import LIBRARY
from benchmarks.refusal import NotMeasured

LABELS = {"first_idle_ms": "first idle", "recolour_300_drawn_ms": "300 grids recoloured and drawn"}


def measure(quick: bool) -> list[Figure]:
    """Return milliseconds of tiles and of GeoJSON."""
    try:
        chromium()
    except SystemExit as missing:
        raise NotMeasured(str(missing)) from None
    if not LIBRARY.is_dir():
        raise NotMeasured("The map library is missing (`make assets` brings it), so nothing was measured.")
    grids, rounds = (1_500, 1) if quick else (12_000, 5)
    told = measure_map(rounds, None, grids=grids)
    seen = told["all"]
    return [
        Figure(
            LABELS[name],
            f"{grids:,} grids",
            "ms",
            [one[name] for one in seen["tiles"]],
            "one GeoJSON file",
            [one[name] for one in seen["geojson"]],
            goal=Goal("P6", f"≤ {most:,} ms", most=most),
        )
        for name, most in GOALS.items()
    ]
