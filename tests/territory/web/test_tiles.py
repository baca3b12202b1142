"""Tiles: for whoever is signed in, unchanging, and nothing but tiles."""

import gzip
import json

import pytest
from django.test import Client

from gridward.territory import api as territory
from tests.territory.conftest import collection, squares


@pytest.fixture
def published(import_text, data):
    import_text(territory.shapes_import, collection(squares()), "grids.geojson")
    version = territory.geometry_version()
    folder = data / "tiles" / version
    path = sorted(folder.glob("*/*/*.mvt"))[0]
    z, x, y = path.relative_to(folder).with_suffix("").parts
    return version, f"/tiles/{version}/{z}/{x}/{y}.mvt", path.read_bytes()


@pytest.fixture
def client(client_of, actor_of):
    return client_of(actor_of("street_officer", "320102003"))


def test_whoever_is_signed_in_gets_a_tile_that_never_changes(published, client):
    _version, url, content = published

    answer = client.get(url, headers={"accept-encoding": "gzip"})

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert "immutable" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert answer["Content-Encoding"] == "gzip"
    assert answer.content == content


def test_a_client_that_cannot_unzip_gets_it_plain(published, client):
    _version, url, content = published

    answer = client.get(url, headers={"accept-encoding": "identity"})

    assert "Content-Encoding" not in answer
    assert answer.content == gzip.decompress(content)


def test_nobody_else_gets_one(published):
    assert Client().get(published[1]).status_code == 401


def test_where_the_city_has_nothing_there_is_no_content(published, client):
    answer = client.get(f"/tiles/{published[0]}/9/0/0.mvt")

    assert answer.status_code == 204
    assert "immutable" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/00000000deadbeef/9/0/0.mvt",
        "/tiles/%2e%2e/9/0/0.mvt",
        "/tiles/{version}/9/600/0.mvt",
        "/tiles/{version}/40/0/0.mvt",
        "/tiles/{version}/manifest.json",
        "/tiles/{version}/9/0/..%2f..%2fmanifest.mvt",
    ],
)
def test_nothing_but_tiles_of_a_version_is_handed_out(published, client, path):
    assert client.get(path.format(version=published[0])).status_code == 404


def test_the_manifest_tells_what_was_published(published, data):
    manifest = json.loads((data / "tiles" / published[0] / "manifest.json").read_text())

    assert manifest["layers"]["grid"] == 12
    assert manifest["layers"]["city"] == 1
