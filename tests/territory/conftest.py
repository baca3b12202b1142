"""
What the tests of the territory share: importing files as an import does, squares as shapes, a few doors.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from gridward.kernel import clock, scope
from gridward.kernel.actor import SYSTEM
from gridward.territory import api as territory
from gridward.territory.models import Address, Area, AreaAlias, GeometryVersion, Shape

SYNTHETIC_GRIDS = sorted(
    f"{community}{number:03d}"
    for community in ("320102003015", "320102003011", "320102003001", "320104001001")
    for number in (1, 2, 3)
)
DOORS = """area_code,road,number,compound,building,unit,room,longitude,latitude
320102003015001,珠江路,273,,1,1,101,118.79,32.05
320102003015001,珠江路,273,,1,1,102,118.79,32.05
320102003015001,成贤街,43,,2,1,201,,
320102003015002,珠江路,275,丹凤花园,1,1,101,,
320102003015002,珠江路,275,丹凤花园,2,1,101,,
320102003015003,珠江路,275,丹凤花园,3,1,101,,
320102003011001,珠江路,301,学府公寓,1,1,101,,
320102003001001,中山路,18,,1,1,101,,
320104001001001,中山路,18,,1,1,101,,
"""


@pytest.fixture(autouse=True)
def data(settings: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory for this test alone: tiles and lattices are files."""
    settings.DATA = tmp_path_factory.mktemp("data")
    return settings.DATA


@pytest.fixture
def import_text(city: object, tmp_path: Path) -> Callable[..., object]:
    """Import the given content in the scope an import runs in: `import_text(api.areas_import, "code,…")`."""

    def run(
        action: Callable[..., object], content: str | bytes, filename: str = "file.csv", **more: object
    ) -> object:
        path = tmp_path / filename
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with transaction.atomic(), scope.as_role("gridward_job"):
            return action(path=path, filename=filename, by=SYSTEM, now=clock.now(), **more)

    return run


@pytest.fixture
def doors(import_text: Callable[..., object]) -> None:
    """A small address book."""
    assert import_text(territory.addresses_import, DOORS).imported


def square(
    code: str, west: float, south: float, size: float = 0.01, **properties: object
) -> dict[str, object]:
    """Return a GeoJSON feature: a square in the flat."""
    east, north = round(west + size, 6), round(south + size, 6)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"code": code, "synthetic": True, **properties},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def squares() -> list[dict[str, object]]:
    """Return one square for each grid of the small city, side by side."""
    return [square(code, round(118.7 + 0.01 * n, 6), 32.0) for n, code in enumerate(SYNTHETIC_GRIDS)]


def collection(features: list[dict[str, object]]) -> str:
    """Return the features as a GeoJSON file."""
    return json.dumps({"type": "FeatureCollection", "features": features})


def everything() -> tuple[object, ...]:
    """Return all that imports could have changed, to compare before and after."""
    return (
        sorted(Area.objects.values_list("code", "pos", "end_pos", "name", "kind")),
        Address.objects.count(),
        AreaAlias.objects.count(),
        Shape.objects.count(),
        GeometryVersion.objects.count(),
    )
