"""The files of published shapes: the version in force and the one before it, and nothing that nobody needs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction

from gridward.kernel import clock, scope
from gridward.kernel.actor import SYSTEM
from gridward.territory import api as territory
from gridward.territory.actions.files import LOCK
from gridward.territory.actions.versions import past_versions_remove
from gridward.territory.models import GeometryVersion
from tests.territory.conftest import SYNTHETIC_GRIDS, collection, square, squares

WEST, SOUTH = 118.7, 32.012


def _moved(step: int) -> str:
    """All grids, the first of them a little elsewhere: another version."""
    return collection([square(SYNTHETIC_GRIDS[0], round(WEST + 0.015 * step, 6), SOUTH), *squares()[1:]])


def _there(data: Path) -> tuple[set[str], set[str]]:
    return {path.name for path in (data / "tiles").iterdir()}, {
        path.name for path in (data / "lattice").iterdir()
    }


def _files_of(*versions: str) -> tuple[set[str], set[str]]:
    return set(versions), {f"{version}.npz" for version in versions}


@pytest.fixture
def publish(
    import_text: Callable[..., object], django_capture_on_commit_callbacks: Callable[..., object]
) -> Callable[..., str]:
    """Publish shapes; `killed` is a process that died right after its commit."""

    def run(content: str, *, killed: bool = False) -> str:
        with django_capture_on_commit_callbacks(execute=not killed):
            report = import_text(territory.shapes_import, content, "grids.geojson")
        assert report.imported, report.problems
        version = territory.geometry_version()
        assert version
        return version

    return run


def test_the_version_in_force_and_the_one_before_it_are_kept(publish, data, client_of, actor_of):
    client = client_of(actor_of("district_officer", "320102"))
    versions = []
    for step in range(3):
        versions.append(publish(_moved(step)))
        # Points are answered by the newest shapes at once.
        lons, lats = [WEST + 0.015 * n + 0.005 for n in range(3)], [SOUTH + 0.005] * 3
        answers = [one.status == "found" for one in territory.locate_points(lons, lats)]
        assert answers == [n == step for n in range(3)]

    assert _there(data) == _files_of(*versions[1:])
    # What was published and when is still known; only the files are gone.
    assert GeometryVersion.objects.count() == 3
    # The page that was open when the third came keeps its map.
    tile = sorted((data / "tiles" / versions[2]).glob("*/*/*.mvt"))[0].relative_to(
        data / "tiles" / versions[2]
    )
    statuses = [client.get(f"/tiles/{version}/{tile}").status_code for version in versions]
    assert statuses == [404, 200, 200]


def test_going_back_to_the_version_before_writes_no_tiles_anew_and_keeps_both(publish, data):
    first, second = publish(_moved(0)), publish(_moved(1))
    inode = (data / "tiles" / first).stat().st_ino

    assert publish(_moved(0)) == first

    assert (data / "tiles" / first).stat().st_ino == inode
    assert _there(data) == _files_of(first, second)


def test_what_a_process_killed_after_its_commit_left_is_removed_by_the_next_import(publish, data):
    versions = [publish(_moved(step), killed=True) for step in range(3)]
    assert _there(data) == _files_of(*versions)

    again = publish(_moved(2))

    assert again == versions[-1]
    assert _there(data) == _files_of(*versions[-2:])


def test_drafts_of_killed_imports_go_and_what_somebody_else_put_there_stays(publish, data):
    first = publish(_moved(0))
    draft, past = data / "tiles" / f".{first}.x7_k2", data / "tiles" / ".0123456789abcdef.past"
    for folder in (draft, past, data / "tiles" / "water", data / "tiles" / ".keep"):
        (folder / "7").mkdir(parents=True)
        (folder / "7" / "1.mvt").write_bytes(b"x")
    for name in (f"{first}.npz.part", "0123456789abcdef.npz", "notes.txt"):
        (data / "lattice" / name).write_bytes(b"x")

    second = publish(_moved(1))

    tiles, lattices = _files_of(first, second)
    assert _there(data) == (tiles | {"water", ".keep"}, lattices | {"notes.txt"})


def test_an_import_that_is_rolled_back_or_has_problems_removes_nothing(publish, import_text, data):
    first, second = publish(_moved(0)), publish(_moved(1))
    with pytest.raises(RuntimeError, match="power"), transaction.atomic():
        import_text(territory.shapes_import, _moved(2), "grids.geojson")
        raise RuntimeError("power cut")

    assert not import_text(territory.shapes_import, collection(squares()[1:]), "grids.geojson").imported

    tiles, _ = _there(data)
    assert {first, second} < tiles
    assert territory.geometry_version() == second
    # The files of the version that never was go with the next one that is.
    third = publish(_moved(3))
    assert _there(data) == _files_of(second, third)


@contextmanager
def _another_import() -> Iterator[None]:
    """Hold what an import holds, on a connection of its own."""
    place = connection.get_connection_params()
    with psycopg.connect(
        **{k: v for k, v in place.items() if k in ("host", "port", "dbname", "user", "password")}
    ) as other:
        other.execute("select pg_advisory_lock(%s)", [LOCK])
        yield


def _import(path: Path) -> None:
    with transaction.atomic(), scope.as_role("gridward_job"):
        report = territory.shapes_import(path=path, filename=path.name, by=SYSTEM, now=clock.now())
        assert report.imported


def test_while_another_import_writes_nothing_is_removed(fresh_database, data, tmp_path):
    path = tmp_path / "grids.geojson"
    for step in range(2):
        path.write_text(_moved(step), encoding="utf-8")
        _import(path)
    written = data / "tiles" / "fedcba9876543210"  # by the other one, not yet committed
    with _another_import():
        written.mkdir()
        past_versions_remove()
        assert written.is_dir()

    _import(path)

    assert not written.exists()
    assert len(_there(data)[0]) == 2
