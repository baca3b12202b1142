"""
Importing shapes: every level is dissolved, published once, and a file that does not fit changes nothing.
"""

import pytest
import shapely

from gridward.kernel.outcomes import Refusal
from gridward.territory import api as territory
from gridward.territory.models import Area, GeometryVersion, Shape
from tests.territory.conftest import SYNTHETIC_GRIDS, collection, everything, square, squares


def test_grids_are_dissolved_upward_and_published(import_text, data):
    report = import_text(territory.shapes_import, collection(squares()), "grids.geojson")

    # 12 grids in 4 communities, 2 streets, 2 districts and the city.
    assert (report.rows, report.added, report.problems) == (12, 21, ())
    version = territory.geometry_version()
    assert (data / "tiles" / version / "manifest.json").is_file()
    assert (data / "lattice" / f"{version}.npz").is_file()
    assert territory.get_bounds("320102003015") == pytest.approx((118.76, 32.0, 118.79, 32.01))
    whole = shapely.from_wkb(bytes(Shape.objects.get(area__code="3201").wkb))
    parts = [
        shapely.from_wkb(bytes(wkb))
        for wkb in Shape.objects.filter(area__level="grid").values_list("wkb", flat=True)
    ]
    assert whole.area == pytest.approx(sum(part.area for part in parts))


def test_every_point_of_a_shape_table_lies_inside_and_says_whether_it_is_invented(import_text):
    features = squares()
    features[0]["properties"]["synthetic"] = False
    import_text(territory.shapes_import, collection(features), "grids.geojson")

    for shape in Shape.objects.all():
        assert shapely.from_wkb(bytes(shape.wkb)).contains(shapely.Point(shape.longitude, shape.latitude))
    assert not Shape.objects.get(area__code=SYNTHETIC_GRIDS[0]).synthetic
    assert Shape.objects.get(area__code="3201").synthetic


def test_the_same_shapes_again_are_the_same_version(import_text):
    import_text(territory.shapes_import, collection(squares()), "grids.geojson")
    version = territory.geometry_version()

    report = import_text(territory.shapes_import, collection(list(reversed(squares()))), "grids.geojson")

    assert (report.added, report.unchanged) == (0, 21)
    assert territory.geometry_version() == version
    assert GeometryVersion.objects.count() == 1


def test_a_moved_border_is_another_version(import_text):
    import_text(territory.shapes_import, collection(squares()), "grids.geojson")
    version = territory.geometry_version()
    features = squares()
    features[0] = square(SYNTHETIC_GRIDS[0], 118.69, 32.0)

    import_text(territory.shapes_import, collection(features), "grids.geojson")

    assert territory.geometry_version() != version
    assert GeometryVersion.objects.count() == 2


def test_progress_is_told(import_text):
    steps = []

    import_text(
        territory.shapes_import,
        collection(squares()),
        "grids.geojson",
        progress=lambda step, done, total: steps.append(step),
    )

    assert steps[0] == "reading"
    assert steps[-1] == "done"
    assert len(steps) >= 5


def test_points_are_located_by_the_published_shapes_and_borders_have_one_owner(import_text):
    import_text(territory.shapes_import, collection(squares()), "grids.geojson")

    inside, border, outside = territory.locate_points([118.705, 118.71, 100.0], [32.005, 32.005, 10.0])

    assert (inside.status, inside.area_code) == ("found", SYNTHETIC_GRIDS[0])
    assert (border.status, border.area_code) == ("found", SYNTHETIC_GRIDS[0])
    assert (outside.status, outside.area_code) == ("unknown", "")


def test_without_shapes_no_point_is_located(city):
    (located,) = territory.locate_points([118.705], [32.005])

    assert located.status == "unknown"


def _changed(number, change):
    features = squares()
    change(features[number])
    return features


BAD = {
    "a grid without shape": (squares()[1:], "grid_missing"),
    "a grid nobody knows": ([*squares(), square("320102003015099", 119.0, 32.0)], "grid_unknown"),
    "a community instead of a grid": ([*squares(), square("320102003015", 119.0, 32.0)], "grid_unknown"),
    "the same grid twice": ([*squares(), square(SYNTHETIC_GRIDS[0], 119.0, 32.0)], "code_duplicate"),
    "two grids on one spot": ([*squares()[1:], square(SYNTHETIC_GRIDS[0], 118.715, 32.0)], "overlap"),
    "a feature without code": (_changed(0, lambda one: one["properties"].pop("code")), "code_missing"),
    "a feature without shape": (_changed(0, lambda one: one.update(geometry=None)), "no_geometry"),
    "a point": (
        _changed(0, lambda one: one.update(geometry={"type": "Point", "coordinates": [118, 32]})),
        "not_a_polygon",
    ),
    "an open ring": (_changed(0, lambda one: one["geometry"]["coordinates"][0].pop()), "ring_open"),
    "a bow tie": (
        _changed(
            0,
            lambda one: one["geometry"].update(
                coordinates=[[[118, 32], [119, 33], [119, 32], [118, 33], [118, 32]]]
            ),
        ),
        "self_intersection",
    ),
    "coordinates off the earth": (
        _changed(
            0, lambda one: one["geometry"].update(coordinates=[[[400, 32], [401, 32], [401, 33], [400, 32]]])
        ),
        "out_of_range",
    ),
    "words as coordinates": (
        _changed(0, lambda one: one["geometry"].update(coordinates=[[["a", "b"]] * 4])),
        "malformed_coordinates",
    ),
    "a line as area": (
        _changed(
            0, lambda one: one["geometry"].update(coordinates=[[[118, 32], [119, 32], [118, 32], [118, 32]]])
        ),
        "no_area",
    ),
    "an entry that is a number": ([*squares(), 7], "not_a_feature"),
}


@pytest.mark.parametrize("case", BAD)
def test_shapes_that_do_not_fit_are_named_and_nothing_changes(import_text, case):
    features, code = BAD[case]
    before = everything()

    report = import_text(territory.shapes_import, collection(features), "grids.geojson")

    assert not report.imported
    assert code in {problem.code for problem in report.problems}
    assert all(str(problem.message) for problem in report.problems)
    assert everything() == before
    assert territory.geometry_version() is None


BAD_FILES = {
    "nothing": (b"", "not_json"),
    "a table": (b"code,level\n1,2\n", "not_json"),
    "zeros": (b"\x00" * 1_000_000, "not_json"),
    "half a file": (collection(squares()).encode()[:-40], "not_json"),
    "another encoding": (collection(squares()).encode("utf-16"), "not_json"),
    "a single feature": (b'{"type":"Feature"}', "not_a_collection"),
    "brackets without end": (b"[" * 100_000, "file_too_deep"),
    "another coordinate system": (
        collection(squares()).replace("{", '{"crs": {"properties": {"name": "EPSG:3857"}}, ', 1).encode(),
        "foreign_coordinates",
    ),
    "no features": (collection([]).encode(), "grid_missing"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_what_is_no_set_of_shapes_is_reported(import_text, case):
    content, code = BAD_FILES[case]
    before = everything()

    report = import_text(territory.shapes_import, content, "grids.geojson")

    assert not report.imported
    assert code in {problem.code for problem in report.problems}
    assert everything() == before


def test_shapes_before_grids_are_refused(import_text, owner):
    with owner():
        Area.objects.filter(level="grid").delete()

    outcome = import_text(territory.shapes_import, collection(squares()), "grids.geojson")

    assert isinstance(outcome, Refusal)
    assert outcome.code == "territory_no_grids"
