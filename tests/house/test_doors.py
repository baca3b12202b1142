"""A room is entered through its api and its events; the staircase itself is held by import-linter."""

import grimp
import pytest

from tests.house.rooms import BUILT, STEP

OPEN_ROOMS = ("kernel",)
DOORS = ("api", "events")
#: What wiring may fetch from inside a room, because Django wants it by place: URLs, listeners to subscribe.
FETCHED_BY_WIRING = ("web.urls", "listeners", "web")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("gridward", cache_dir=None)


def room_of(module: str) -> str:
    return module.split(".")[1] if module.count(".") else ""


def may_enter(importer: str, imported: str) -> bool:
    inside = imported.split(".", 2)[2] if imported.count(".") > 1 else ""
    if inside.split(".")[0] in DOORS:
        return True
    return room_of(importer) == "wiring" and inside.startswith(FETCHED_BY_WIRING)


@pytest.mark.parametrize("room", [room for room in BUILT if room not in (*OPEN_ROOMS, "wiring")])
def test_a_room_is_entered_through_its_doors_only(graph: grimp.ImportGraph, room: str) -> None:
    inside = {module for module in graph.modules if module.startswith(f"gridward.{room}.")}

    broken = [
        f"{importer} imports {module}"
        for module in sorted(inside)
        for importer in sorted(graph.find_modules_that_directly_import(module))
        if room_of(importer) != room and not may_enter(importer, module)
    ]

    assert broken == []


def test_no_room_imports_a_room_above_it(graph: grimp.ImportGraph) -> None:
    broken = [
        f"{importer} imports {imported}"
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
        if room_of(importer) in STEP and room_of(imported) in STEP
        and STEP[room_of(importer)] < STEP[room_of(imported)]
    ]  # fmt: skip

    assert broken == []


def test_there_is_no_import_cycle_between_rooms(graph: grimp.ImportGraph) -> None:
    pairs = {
        (room_of(importer), room_of(imported))
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if room_of(importer) and room_of(imported) and room_of(importer) != room_of(imported)
    }

    assert [pair for pair in sorted(pairs) if pair[::-1] in pairs] == []
