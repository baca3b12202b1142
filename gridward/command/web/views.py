"""The pages of the centres. Counts only: nobody's name can be reached from here."""

from typing import Any

import orjson
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from gridward.command import queries
from gridward.command.web import covered, show
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.web.templatetags.look import MAP_FIGURES
from gridward.territory.api import AreaView

#: A page that is open asks for its live parts only, by their ids; it keeps its head, its navigation and its map.
PARTS = "X-Gridward-Parts"


def _board(request: Request, code: str, name: str) -> Answer:
    area = queries.access_area(code, by=request.actor)
    if isinstance(area, Refusal):
        return area
    if PARTS in request.headers:
        return _parts(request, area, name)
    board = queries.get_board(area, now=request.now)
    page = show.page_of(board, by=request.actor) | _live(name, board, request)
    return render(request, f"command/{name}.html", page)


def _parts(request: Request, area: AreaView, name: str) -> HttpResponse:
    """Answer with the live parts; the map's figures come along where the page shows a map, from the same count."""
    figures = {}
    if MAP_FIGURES in request.headers[PARTS].split() and request.actor.may("board.read"):
        board, status = queries.get_board_and_status(area, now=request.now)
        figures = {"map_figures": show.map_figures(status)}
    else:
        board = queries.get_board(area, now=request.now)
    parts = _live(name, board, request) | figures
    return HttpResponse(render_to_string(f"command/{name}_parts.html", parts))


def _live(name: str, board: queries.Board, request: Request) -> dict[str, Any]:
    """Return what the live parts of a page draw; only a board has the hours of the day, which cost as much again."""
    if name == "area":
        return show.area_parts(board, by=request.actor)
    return show.board_parts(board, queries.get_hours(board), by=request.actor)


@endpoint(right="board.read")
def board(request: Request) -> Answer:
    """Show the board of the actor's own area, or of one inside it."""
    return _board(request, request.GET.get("area", "")[:24], "board")


@endpoint(right="board.read")
def coverage(request: Request) -> Answer:
    """Show the three coverage ratios of an area and of each area below, with what counts."""
    found = queries.access_area(request.GET.get("area", "")[:24], by=request.actor)
    if isinstance(found, Refusal):
        return found
    page = covered.coverage_page(queries.get_coverage(found, now=request.now), by=request.actor)
    return render(request, "command/coverage.html", page)


@endpoint(right="area.read")
def areas(request: Request) -> Answer:
    """Show the tree from the actor's own area."""
    return _board(request, "", "area")


@endpoint(right="area.read")
def area(request: Request, code: str) -> Answer:
    """Show one area: where it lies, what is below it, what is open there."""
    return _board(request, code, "area")


@endpoint(right="board.read")
def status(request: Request) -> Answer:
    """Return the counts of every grid in an area for the map, as bytes."""
    found = queries.access_area(request.GET.get("area", "")[:24], by=request.actor)
    if isinstance(found, Refusal):
        return found
    return HttpResponse(
        orjson.dumps(queries.get_status(found, now=request.now)), content_type="application/json"
    )


@endpoint(right="board.read")
def why(request: Request, measure: str) -> Answer:
    """Show how a number came about: the named steps, and the same count for each area below."""
    found = queries.access_area(request.GET.get("area", "")[:24], by=request.actor)
    if isinstance(found, Refusal):
        return found
    shown = queries.get_board(found, now=request.now)
    steps = (
        queries.risen_steps(found, orders=shown.orders)
        if measure == queries.ESCALATED
        else queries.count_steps(found, now=request.now, orders=shown.orders)
    )
    page = show.why_page(shown, measure, steps)
    if page is None:
        return refuse("not_found")
    return render(request, "command/why.html", page)
