"""The map's benchmark without a browser: its arithmetic, its little server, and its honesty when it cannot measure."""

import gzip
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.map import __main__ as command
from benchmarks.map.report import GOALS, medians, ratios, report
from benchmarks.map.serve import serve

TILES = [
    {"first_idle_ms": 1200.04, "recolour_300_drawn_ms": 40.0, "grids_shown": 12_000.0},
    {"first_idle_ms": 900.0, "recolour_300_drawn_ms": 70.0, "grids_shown": 12_000.0},
    {"first_idle_ms": 5000.0, "recolour_300_drawn_ms": 60.0, "grids_shown": 12_000.0},
]
GEOJSON = [{"first_idle_ms": 3600.0, "recolour_300_drawn_ms": 120.0, "grids_shown": 12_000.0}]


# --- arithmetic -----------------------------------------------------------------------------------------------------


def test_the_middle_round_counts_and_one_slow_one_does_not() -> None:
    assert medians(TILES) == {"first_idle_ms": 1200.0, "recolour_300_drawn_ms": 60.0, "grids_shown": 12_000.0}


@given(st.lists(st.floats(0, 10_000), min_size=1, max_size=9), st.randoms())
def test_the_order_of_the_rounds_does_not_matter(times: list[float], chance) -> None:
    rounds = [{"first_idle_ms": time} for time in times]
    shuffled = chance.sample(rounds, len(rounds))

    middle = medians(shuffled)["first_idle_ms"]

    assert middle == medians(rounds)["first_idle_ms"]
    assert min(times) - 0.05 <= middle <= max(times) + 0.05


@pytest.mark.parametrize("rounds", [[], [{"a_ms": 1.0}, {"b_ms": 1.0}], [{"a_ms": 1.0}, {}]])
def test_rounds_that_measured_nothing_or_different_things_have_no_middle(rounds) -> None:
    with pytest.raises(ValueError, match="same figures"):
        medians(rounds)


def test_a_ratio_says_how_much_longer_the_yardstick_takes_and_counts_times_only() -> None:
    ours = {"first_idle_ms": 1200.0, "recolour_all_ms": 0.0, "only_ours_ms": 5.0, "grids_shown": 10.0}
    yardstick = {"first_idle_ms": 3600.0, "recolour_all_ms": 10.0, "grids_shown": 20.0}

    assert ratios(ours, yardstick) == {"first_idle_ms": 3.0, "recolour_all_ms": None}


def test_the_report_says_which_goals_are_met_and_keeps_every_round() -> None:
    told = report({"tiles": TILES, "geojson": GEOJSON}, {"grids": 12_000}, 1.26)

    assert told["rounds"] == 3
    assert told["load"] == 1.3
    assert told["met"] == {"first_idle_ms": True, "recolour_300_drawn_ms": False}
    assert told["ratio"] == {"first_idle_ms": 3.0, "recolour_300_drawn_ms": 2.0}
    assert told["all"] == {"tiles": TILES, "geojson": GEOJSON}
    assert json.loads(json.dumps(told)) == told


def test_a_figure_exactly_on_its_goal_meets_it() -> None:
    on_goal = [{name: float(goal) for name, goal in GOALS.items()}]

    assert report({"tiles": on_goal, "geojson": on_goal}, {}, 0.0)["met"] == dict.fromkeys(GOALS, True)


def test_figures_without_a_goal_s_own_are_no_report() -> None:
    with pytest.raises(KeyError, match="recolour_300_drawn_ms"):
        report({"tiles": [{"first_idle_ms": 1.0}], "geojson": GEOJSON}, {}, 0.0)


# --- honesty --------------------------------------------------------------------------------------------------------


def test_without_a_browser_nothing_is_measured_and_no_figure_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "CHROMIUMS", (str(tmp_path / "chromium"),))

    with pytest.raises(SystemExit, match="nothing was measured"):
        command.main(["--rounds", "1"])

    assert capsys.readouterr().out == ""


def test_the_first_browser_that_is_there_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    second = tmp_path / "chromium-browser"
    second.touch()
    monkeypatch.setattr(command, "CHROMIUMS", (str(tmp_path / "chromium"), str(second)))

    assert command.chromium() == str(second)


@pytest.mark.parametrize("rounds", ["0", "-1", "many", "2.5", ""])
def test_a_number_of_rounds_that_is_none_is_a_mistake_of_use(
    rounds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--rounds", rounds])

    assert ended.value.code == 2
    assert "is no number of rounds" in capsys.readouterr().err


# --- the server -----------------------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    folder = tmp_path / "site"
    (folder / "tiles" / "7").mkdir(parents=True)
    (folder / "page.html").write_text("<p>map</p>")
    (folder / "tiles" / "7" / "1.mvt").write_bytes(gzip.compress(b"tile"))
    (tmp_path / "secret.html").write_text("not ours")
    with serve(folder) as address:
        yield folder, address


def test_pages_are_zipped_once_and_tiles_are_served_as_they_lie(site: tuple[Path, str]) -> None:
    _folder, address = site

    for path, kind, content in (
        ("page.html?kind=tiles", "text/html; charset=utf-8", b"<p>map</p>"),
        ("tiles/7/1.mvt", "application/vnd.mapbox-vector-tile", b"tile"),
    ):
        with urllib.request.urlopen(f"{address}/{path}") as answer:
            body = answer.read()
        assert (answer.headers["Content-Type"], answer.headers["Content-Encoding"]) == (kind, "gzip")
        assert answer.headers["Cache-Control"] == "no-store"
        assert gzip.decompress(body) == content


def test_a_tile_that_is_not_there_is_empty_and_a_page_is_missing(site: tuple[Path, str]) -> None:
    _folder, address = site

    with urllib.request.urlopen(f"{address}/tiles/7/2.mvt") as answer:
        assert (answer.status, answer.read()) == (204, b"")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{address}/nothing.html")


@pytest.mark.parametrize("path", ["../secret.html", "tiles/../../secret.html", "/../secret.html"])
def test_nothing_outside_the_folder_is_served(site: tuple[Path, str], path: str) -> None:
    _folder, address = site

    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{address}/{path}")


def test_the_server_is_reached_from_this_machine_only_and_ends_with_its_block(tmp_path: Path) -> None:
    with serve(tmp_path) as address:
        assert address.startswith("http://127.0.0.1:")

    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}/page.html", timeout=2)
