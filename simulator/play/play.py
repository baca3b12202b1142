"""
Plays a day into a running house, and looks afterwards whether everything is there once. The steps in their order.

Owns who takes part. Refuses to begin where the house does not answer or does not let the cast in.
"""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from simulator.play.centre import Centre, Desk, Intake, Liaison
from simulator.play.checks import Before, Cast, check, look
from simulator.play.clock import DAY, DayClock
from simulator.play.day import Day
from simulator.play.doors import Caller, House, Lost, Unusable
from simulator.play.journal import Journal
from simulator.play.report import report_of
from simulator.play.sending import Weather, World
from simulator.play.stage import Stage
from simulator.play.worker import Worker

Result = TypeVar("Result")
Say = Callable[[str], None]
#: The banner under which every page of a demonstration stands: elsewhere, outcomes of a play would count.
DEMONSTRATION = 'class="gw-demo"'
TELL_EVERY = 15.0
HANDS = 8


@dataclass(frozen=True)
class Accounts:
    """Who plays whom; every account has the same password, as in a drill."""

    intake: str
    centres: tuple[str, ...]
    liaisons: tuple[str, ...]
    password: str


@dataclass(frozen=True)
class Plan:
    """How a day is played."""

    url: str
    accounts: Accounts
    rate: float = 60.0
    start: int = 0
    until: int = DAY
    seed: int = 1
    releases: bool = False
    order: str = ""
    hands: int = HANDS
    journal: Path | None = None


def _nothing() -> None:
    """Do nothing."""


def play(
    day: Day, plan: Plan, *, say: Say, journal: Journal | None = None, begins: Callable[[], None] = _nothing
) -> dict[str, Any]:
    """
    Play a day and return its report; `journal` is one that somebody else reads meanwhile.

    `begins` is called when the cast is there and its clock starts.

    Raises Lost when nobody answers, Unusable where the house is no demonstration or an account is not let in.
    """
    house = House(plan.url)
    if DEMONSTRATION not in Caller(house, "", "").get("/login").text:
        raise Unusable(f"{plan.url} is no demonstration; a day is played with invented people only")
    journal, weather = journal or Journal(plan.journal), Weather()
    try:
        # The cast is there before its clock starts.
        before = _driven(
            _introduced(_cast(day, plan, World(house, DayClock(plan.start, 1), journal, weather)))
        )
        world = World(house, DayClock(plan.start, plan.rate), journal, weather)
        cast = _cast(day, plan, world)
        say(
            f"playing {len(day.arrivals)} lists and {len(cast.workers)} workers on duty,"
            f" {(plan.until - plan.start) / plan.rate:.0f} seconds"
        )
        begins()
        _played(cast, day, plan, world, say)
        say("looking from outside")
        checks = _driven(check(cast, day, before), world.clock)
        return report_of(world.clock, plan.until, journal, weather, cast.desk, checks)
    finally:
        journal.close()


def _cast(day: Day, plan: Plan, world: World) -> Cast:
    password = plan.accounts.password
    return Cast(
        intake=Intake(world, plan.accounts.intake, password, Desk(), order=plan.order),
        centres=[Centre(world, handle, password) for handle in plan.accounts.centres],
        liaisons=[Liaison(world, handle, password) for handle in plan.accounts.liaisons],
        workers=[Worker(world, duty, password, day.homes, plan.seed) for duty in day.duties],
    )


def _introduced(cast: Cast) -> Generator[float, None, Before]:
    """Let everybody at a desk in once, so that a wrong password ends here, and look what the house holds."""
    for person in (cast.intake, *cast.centres, *cast.liaisons):
        person.sign_in()
    return (yield from look(cast))


def _played(cast: Cast, day: Day, plan: Plan, world: World, say: Say) -> None:
    lives = [
        cast.intake.life(day.arrivals, plan.until),
        *(liaison.life(plan.until) for liaison in cast.liaisons),
        *(worker.life(plan.until) for worker in cast.workers),
    ]
    if plan.releases:
        lives += [centre.life(plan.until) for centre in cast.centres]
    Stage(world.clock, hands=plan.hands, tell=_teller(world, say)).run(lives)


def _teller(world: World, say: Say) -> Callable[[], None]:
    told = [time.monotonic()]

    def tell() -> None:
        if time.monotonic() - told[0] >= TELL_EVERY:
            told[0] = time.monotonic()
            say(world.journal.line(world.clock.now()))

    return tell


def _driven(life: "Generator[float, None, Result]", clock: DayClock | None = None) -> Result:
    """Live through something alone, without a stage."""
    while True:
        try:
            second = next(life)
        except StopIteration as ended:
            return ended.value  # type: ignore[no-any-return]  # what the generator returns
        if clock is None:
            raise Lost("the house does not answer")
        time.sleep(clock.wait_for(second))
