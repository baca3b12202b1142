"""The files of the browser: kept by it for an hour, asked about again with a mark, and nothing else of the disk."""

import json

import pytest
from django.test import Client

from gridward.wiring import settings as house_settings

STATIC = house_settings.ROOT / "wiring" / "static"
CSS = "/static/gridward/css/tokens.css"
SCRIPT = "/static/gridward/js/live.js"


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        (CSS, "text/css"),
        (SCRIPT, "text/javascript"),
        ("/static/gridward/favicon.svg", "image/svg+xml"),
    ],
)
def test_a_file_comes_with_its_kind_and_may_be_kept_for_an_hour(place: str, kind: str) -> None:
    answer = Client().get(place)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].split(";")[0] == kind
    assert answer.headers["Cache-Control"] == "max-age=3600, public"
    assert b"".join(answer.streaming_content) == (STATIC / place.removeprefix("/static/")).read_bytes()


def test_who_has_the_file_already_is_told_so_and_not_sent_it_again() -> None:
    first = Client().get(CSS)

    again = Client().get(CSS, headers={"if-modified-since": first.headers["Last-Modified"]})

    assert again.status_code == 304
    assert b"".join(again.streaming_content) == b""


def test_a_part_of_a_file_can_be_asked_for() -> None:
    answer = Client().get(CSS, headers={"range": "bytes=0-9"})

    assert answer.status_code == 206
    assert b"".join(answer.streaming_content) == (STATIC / "gridward/css/tokens.css").read_bytes()[:10]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nobody_writes_there(method: str) -> None:
    answer = getattr(Client(), method)(CSS)

    assert answer.status_code == 405


@pytest.mark.parametrize(
    "place",
    [
        "/static/",
        "/static/gridward/",
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/static/gridward/../../settings.py",
        "/static//etc/passwd",
        "/static/gridward/css/tokens.css/",
        "/static/gridward/css/tokens.css%00.txt",
    ],
)
@pytest.mark.django_db
def test_nothing_else_of_the_disk_is_given(place: str) -> None:
    answer = Client(raise_request_exception=False).get(place)

    assert answer.status_code in (400, 404)
    assert b"SECRET_KEY" not in answer.content


@pytest.mark.skipif(
    not (STATIC / "vendor" / "manifest.json").exists(), reason="the browser files are not set up"
)
def test_what_others_wrote_is_given_as_it_was_locked() -> None:
    manifest = json.loads((STATIC / "vendor" / "manifest.json").read_text(encoding="utf-8"))

    for name, entry in manifest["files"].items():
        answer = Client().get(f"/static/vendor/{name}")
        assert answer.status_code == 200, name
        assert entry["licence"], name


def test_a_module_of_the_browser_is_a_program_for_it() -> None:
    answer = Client().get("/static/vendor/maplibre-gl/maplibre-gl.mjs")

    # A browser refuses a module of any other kind, because of nosniff.
    assert answer.status_code == 404 or answer.headers["Content-Type"].split(";")[0] == "text/javascript"
