"""Strangers' shapes are read safely, children melt into parents, and a bad fit is found."""

import json
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridward.territory.geometry import (
    PROBLEM_CODES,
    Limits,
    area_m2,
    bounds_of,
    coverage_problems,
    dissolve,
    from_wkb,
    read_geojson,
    representative_point,
    to_wkb,
)
from tests.examples import examples

SQUARE = [[118.0, 32.0], [118.1, 32.0], [118.1, 32.1], [118.0, 32.1], [118.0, 32.0]]


def feature(rings: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": rings}}


def collection(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


def codes(content: bytes, limits: Limits | None = None) -> list[tuple[int, str]]:
    return [(problem.feature, problem.code) for problem in read_geojson(content, limits=limits)[1]]


def test_sound_features_come_back_with_their_numbers_and_properties() -> None:
    island = [[[118.3, 32.0], [118.4, 32.0], [118.4, 32.1], [118.3, 32.0]]]

    features, problems = read_geojson(
        b"\xef\xbb\xbf"
        + collection(feature([SQUARE], code="1"), feature([[SQUARE], island][:2], "MultiPolygon"))
    )

    assert problems == []
    assert [one.number for one in features] == [1, 2]
    assert features[0].properties == {"code": "1"}
    assert features[0].shape.equals(shapely.Polygon(SQUARE))
    assert features[1].shape.geom_type == "MultiPolygon"


def test_a_third_dimension_is_left_out() -> None:
    features, _ = read_geojson(collection(feature([[[*corner, 5.0] for corner in SQUARE]])))

    assert not features[0].shape.has_z


BOW = [[118.0, 32.0], [118.1, 32.1], [118.1, 32.0], [118.0, 32.1], [118.0, 32.0]]
BAD_FEATURES = [
    ("just words", "not_a_feature"),
    ({"type": "Feature", "properties": [], "geometry": None}, "not_a_feature"),
    ({"type": "Feature", "properties": {}, "geometry": None}, "no_geometry"),
    (feature([118, 32], "Point"), "not_a_polygon"),
    (feature("x"), "malformed_coordinates"),
    (feature([5]), "malformed_coordinates"),
    (feature([]), "no_area"),
    (feature([[]]), "too_few_corners"),
    (feature([[[118, 32], [118, "32"], [119, 32], [118, 32]]]), "malformed_coordinates"),
    (feature([[[118, 32], [True, 32], [119, 32], [118, 32]]]), "malformed_coordinates"),
    (feature([[[118], [118], [119], [118]]]), "malformed_coordinates"),
    (feature([SQUARE[:2] + SQUARE[-1:]]), "too_few_corners"),
    (feature([SQUARE[:-1]]), "ring_open"),
    (feature([[[118, 32], [118, float("nan")], [119, 32], [118, 32]]]), "not_finite"),
    (feature([[[118, 32], [118, float("inf")], [119, 32], [118, 32]]]), "not_finite"),
    (feature([[[118, 32], [118, 91], [119, 32], [118, 32]]]), "out_of_range"),
    (feature([[[13_000_000, 32], [118, 3], [119, 32], [13_000_000, 32]]]), "out_of_range"),
    (feature([[[10**400, 32], [118, 3], [119, 32], [10**400, 32]]]), "out_of_range"),
    (feature([BOW]), "self_intersection"),
    (feature([[SQUARE], [SQUARE]], "MultiPolygon"), "self_intersection"),
    (feature([[[118, 32], [118.1, 32], [118.2, 32], [118, 32]]]), "no_area"),
    (feature([[]], "MultiPolygon"), "no_area"),
]


@pytest.mark.parametrize(("bad", "code"), BAD_FEATURES)
def test_a_bad_feature_is_reported_by_number_and_the_good_one_beside_it_read(bad: Any, code: str) -> None:
    features, problems = read_geojson(collection(feature([SQUARE]), bad))

    assert [(one.feature, one.code) for one in problems] == [(2, code)]
    assert [one.number for one in features] == [1]
    assert code in PROBLEM_CODES


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_json"),
        (b"\x00" * 5000, "not_json"),
        (b"{", "not_json"),
        (b"code,name\n1,x\n", "not_json"),
        ('{"name": "南"}'.encode("gb18030"), "not_json"),
        (b'{"NaN": NaN', "not_json"),
        (b"[" * 200_000, "file_too_deep"),
        (b'{"NaN":' * 200_000, "file_too_deep"),
        (b"[]", "not_a_collection"),
        (b'{"type": "Feature"}', "not_a_collection"),
        (b'{"type": "FeatureCollection", "features": {}}', "not_a_collection"),
        (collection(crs={"properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}), "foreign_coordinates"),
    ],
)
def test_a_bad_file_is_one_problem_and_no_features(content: bytes, code: str) -> None:
    assert read_geojson(content)[0] == []
    assert codes(content)[0] == (0, code)
    assert code in PROBLEM_CODES


def test_limits_stop_a_file_before_it_costs_anything() -> None:
    content = collection(feature([SQUARE]), feature([SQUARE]))

    assert codes(content, Limits(bytes=10)) == [(0, "file_too_large")]
    assert codes(content, Limits(features=1)) == [(0, "too_many_features")]
    assert codes(content, Limits(corners=4)) == [(1, "too_many_corners"), (2, "too_many_corners")]
    assert codes(collection(feature([SQUARE, SQUARE])), Limits(rings=1)) == [(1, "too_many_corners")]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5) | st.just(SQUARE),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "coordinates"]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=examples(200), deadline=None)
@given(JSON)
def test_whatever_stands_in_a_geometry_is_read_or_reported(geometry: Any) -> None:
    content = collection({"type": "Feature", "properties": {}, "geometry": geometry}, feature(geometry))

    features, problems = read_geojson(content)

    assert len(features) + len(problems) == 2


def boxes(*bounds: tuple[float, float, float, float]) -> list[shapely.Geometry]:
    return [
        shapely.box(*(118 + x / 1000 if i % 2 == 0 else 32 + x / 1000 for i, x in enumerate(b)))
        for b in bounds
    ]


def test_children_melt_into_one_polygon_and_apart_into_several() -> None:
    left, right, far = boxes((0, 0, 1, 1), (1, 0, 2, 1), (5, 5, 6, 6))

    assert dissolve([left, right]).equals(shapely.union(left, right))
    assert dissolve([left, right]).geom_type == "Polygon"
    assert dissolve([left, right, far]).geom_type == "MultiPolygon"


def test_children_that_do_not_share_corners_melt_too() -> None:
    wide, first, second = boxes((0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 2, 2))

    melted = dissolve([wide, first, second])

    assert melted.geom_type == "Polygon"
    assert melted.area == pytest.approx(4e-6, rel=1e-6)


def test_no_children_make_no_parent() -> None:
    with pytest.raises(ValueError, match="child"):
        dissolve([])


def test_a_tidy_coverage_has_no_problems() -> None:
    children = boxes((0, 0, 1, 1), (1, 0, 2, 1))

    assert coverage_problems(children) == []
    assert coverage_problems(children, dissolve(children)) == []


def test_an_overlap_of_more_than_a_square_metre_is_found_and_placed() -> None:
    found = coverage_problems(boxes((0, 0, 1, 1), (0.9, 0, 2, 1), (3, 3, 4, 4)))

    assert [(one.code, one.members) for one in found] == [("overlap", (0, 1))]
    assert found[0].area_m2 == pytest.approx(0.1 * 1 * 111.195**2 * 0.848, rel=0.01)
    assert 118.0009 < found[0].at[0] < 118.001


def test_an_overlap_thinner_than_a_millimetre_is_none() -> None:
    assert coverage_problems(boxes((0, 0, 1, 1), (1 - 1e-6, 0, 2, 1))) == []


def test_a_hole_is_a_gap_and_so_is_what_the_parent_has_more() -> None:
    ring = boxes((0, 0, 3, 1), (0, 2, 3, 3), (0, 1, 1, 2), (2, 1, 3, 2))
    parent = boxes((0, 0, 3, 3))[0]

    assert [one.code for one in coverage_problems(ring)] == ["gap"]
    assert [one.code for one in coverage_problems(ring, parent)] == ["gap"]
    assert [one.code for one in coverage_problems(ring[:3], parent)] == ["gap"]
    assert [one.code for one in coverage_problems([], parent)] == ["gap"]
    assert coverage_problems([]) == []


def test_what_reaches_beyond_the_parent_is_named() -> None:
    children = boxes((0, 0, 1, 1), (1, 0, 3, 1))

    found = coverage_problems(children, boxes((0, 0, 2, 1))[0])

    assert [(one.code, one.members) for one in found] == [("outside", (1,))]


def test_shapes_survive_their_bytes() -> None:
    shape = shapely.Polygon(SQUARE)

    assert from_wkb(to_wkb(shape)).equals_exact(shape, 0)
    assert from_wkb(memoryview(to_wkb(shape))).equals_exact(shape, 0)
    assert to_wkb(shapely.force_3d(shape)) == to_wkb(shape)


@pytest.mark.parametrize("content", [b"", b"\x00\x01", shapely.to_wkb(shapely.Point(1, 2)), b"\xff" * 64])
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"shape"):
        from_wkb(content)


def test_a_point_inside_and_the_bounds_of_a_bent_shape() -> None:
    bent = shapely.union_all(boxes((0, 0, 9, 1), (0, 0, 1, 9)))

    assert bent.contains(shapely.Point(representative_point(bent)))
    assert bounds_of([bent]) == pytest.approx((118, 32, 118.009, 32.009))
    assert area_m2(shapely.Polygon()) == 0
    with pytest.raises(ValueError, match="bound"):
        bounds_of(np.array([], dtype=object))
