"""The centres in the JSON API: the three coverage ratios. Counts only."""

from datetime import datetime

from ninja import P, QueryEx, Router, Schema

from gridward.command import queries
from gridward.command.web import covered
from gridward.kernel.endpoint import Request
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.operations import operation

router = Router()


class RatioOut(Schema):
    """What was asked (`due`), reached with evidence (`done`), ended without, is open; `percent` rounded down."""

    due: int
    done: int
    ended: int
    open: int
    percent: float | None


class CoverageOut(Schema):
    """Questions collected, clues verified, households visited."""

    coverage_collect: RatioOut
    coverage_verify: RatioOut
    coverage_visit: RatioOut


class CoveragePart(CoverageOut):
    """The ratios of one area right below."""

    area: str


class CoverageTold(CoverageOut):
    """The ratios of an area at a moment, what is in no area below yet, and the areas right below: they add up."""

    area: str
    level: str
    as_of: datetime
    unplaced: CoverageOut
    parts: list[CoveragePart]


@operation(router, "GET", "/coverage", right="board.read", answers=CoverageTold)
def coverage(request: Request, area: QueryEx[str, P(max_length=24)] = "") -> object:
    """Give the three coverage ratios of an area (the own one by default) and of each area right below."""
    found = queries.access_area(area, by=request.actor)
    return found if isinstance(found, Refusal) else covered.told(queries.get_coverage(found, now=request.now))
