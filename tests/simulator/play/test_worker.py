"""A worker's day against a house in memory: pace, breaks, holes of the network, lost answers, what is refused."""

from collections import Counter
from collections.abc import Mapping

import pytest

from simulator.play.day import Duty, Home, Member
from simulator.play.doors import Answer
from simulator.play.sending import Weather
from simulator.play.worker import COME_AGAIN, TALK, WALK, Worker
from tests.simulator.play.fake_house import Asked, FakeHouse, Hand, Task, lived, world_of

EIGHT, NINE, TEN, NOON, TWO, FIVE = (hour * 3600 for hour in (8, 9, 10, 12, 14, 17))
PLACE = "某区某街道某社区"
ALL_DAY = ((EIGHT, FIVE),)
Sent = tuple[Answer, list[str]]


def home(
    number: int, *, door: str = "done", hours: tuple[int, int] = (EIGHT, FIVE), result: str = "answered"
) -> Home:
    member = Member(f"R{number}", "王**", f"154****{number:04d}", result, "verified_present")
    return Home(f"H{number}", *hours, door, (member,))


def task(number: int, building: int = 1) -> Task:
    return Task(f"珠江路{building}号1单元{number}室", [Asked("王**", f"154****{number:04d}")])


class Scene:
    """A worker, the doors of a building, and what the house holds."""

    def __init__(self, *homes: Home, stretches: tuple[tuple[int, int], ...] = ALL_DAY,
                 holes: tuple[tuple[int, int], ...] = (), seed: int = 1) -> None:  # fmt: skip
        self.hand = Hand()
        tasks = [task(int(home.ref[1:])) for home in homes]
        self.house = FakeHouse(*tasks)
        self.world = world_of(self.house, hand=self.hand)
        behind = {PLACE + one.address: [home] for one, home in zip(tasks, homes, strict=True)}
        self.worker = Worker(self.world, Duty("W1", "worker-1", stretches, holes), "secret", behind, seed)

    def live(self, until: int = FIVE) -> list[int]:
        return lived(self.worker.life(until), self.hand)

    def moments_of_sending(self) -> list[int]:
        """Return a list into which the moment of everything goes that is asked of the house or sent."""
        told: list[int] = []
        send = self.house.send

        def noted(method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str]) -> Sent:
            told.append(self.world.clock.now())
            return send(method, path, body=body, headers=headers)

        self.house.send = noted  # type: ignore[method-assign]
        return told

    @property
    def tasks(self) -> list[Task]:
        return list(self.house.tasks.values())


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that was away may be asked again at once: nobody waits in a test."""
    monkeypatch.setattr(Weather, "may_try", lambda self: True)


def test_every_household_is_visited_once_and_closed() -> None:
    scene = Scene(*(home(number) for number in range(101, 113)))

    scene.live()

    assert all(task.is_closed for task in scene.tasks)
    assert scene.house.visits() == 12 == len(scene.worker.closed)
    assert Counter(scene.worker.reported) == Counter(
        {(f"H{number} 王** 154****{number:04d}", "verified_present"): 1 for number in range(101, 113)}
    )


def test_a_visit_takes_its_time() -> None:
    scene = Scene(*(home(number) for number in range(101, 141)))

    scene.live(until=TEN)

    most = (TEN - EIGHT) / (WALK[0] + TALK)
    assert 0 < scene.house.visits() <= most
    assert not all(task.is_closed for task in scene.tasks)


def test_nobody_acts_in_a_break_or_after_duty() -> None:
    scene = Scene(*(home(number) for number in range(101, 199)), stretches=((EIGHT, NOON), (TWO, TWO + 3600)))
    told = scene.moments_of_sending()

    scene.live()

    assert told and not [second for second in told if NOON < second < TWO or second > TWO + 3600]
    assert [second for second in told if second >= TWO]


def test_what_is_done_in_a_hole_waits_and_goes_out_in_its_order_when_the_hole_ends() -> None:
    hole = (EIGHT + 60, NINE)
    scene = Scene(*(home(number) for number in range(101, 105)), holes=(hole,))
    told = scene.moments_of_sending()

    scene.live()

    assert not [second for second in told if hole[0] <= second < hole[1]]
    assert scene.world.journal.counts["waited for network"] == 4
    asked = [path.split("/")[2] for path, _form in scene.house.posts]
    assert asked == [task.task_id for task in scene.tasks]
    assert scene.house.visits() == 4


def test_a_hole_at_the_end_of_duty_loses_nothing() -> None:
    scene = Scene(home(101), home(102), stretches=((EIGHT, NINE),), holes=((EIGHT + 30, TEN),))

    scene.live()

    assert scene.house.visits() == 2
    assert not scene.worker.waiting


def test_who_is_not_at_home_is_visited_again_later_and_not_before() -> None:
    scene = Scene(home(101, hours=(NOON, FIVE)))
    moments: list[int] = []
    recorded = scene.house._recorded

    def noted(path: str, form: dict[str, str]) -> Answer:
        if path.endswith("/visit"):
            moments.append(scene.world.clock.now())
        return recorded(path, form)

    scene.house._recorded = noted  # type: ignore[method-assign]

    scene.live()

    results = [form["result"] for path, form in scene.house.posts if path.endswith("/visit")]
    assert results[:-1] == ["not_home"] * (len(results) - 1) and results[-1] == "done"
    assert len(results) >= 2
    assert all(later - earlier >= COME_AGAIN for earlier, later in zip(moments, moments[1:], strict=False))


@pytest.mark.parametrize("door", ["refused", "moved"])
def test_a_door_that_says_no_is_everybodys_outcome(door: str) -> None:
    scene = Scene(home(101, door=door, result="no_answer"))

    scene.live()

    assert [person.outcome for person in scene.tasks[0].people] == [door]


def test_a_stranger_gets_an_outcome_by_rule_and_is_reported_as_nobody_of_the_register() -> None:
    scene = Scene(home(101))
    scene.tasks[0].people = [Asked("欧**", "154****9999")]

    scene.live()

    assert scene.tasks[0].people[0].outcome in ("wrong_person", "verified_absent")
    assert [group for group, _outcome in scene.worker.reported] == ["stranger"]


@pytest.mark.parametrize("how", ["before", "after"])
def test_an_answer_that_was_lost_is_looked_for_and_nothing_is_doubled(how: str) -> None:
    scene = Scene(home(101, hours=(NOON, FIVE)), seed=3)  # not at home: a second post would count twice
    scene.house.loses.append(how)

    scene.live(until=TEN)

    counts = scene.world.journal.counts
    assert scene.house.visits() == 1
    assert counts["answers lost"] == 1
    assert counts["found by looking"] == (1 if how == "after" else 0)
    assert counts["sent again knowingly"] == (0 if how == "after" else 1)
    assert scene.worker.visits == {scene.tasks[0].task_id: 1}


def test_a_form_that_closed_its_task_before_its_answer_was_lost_is_known_by_its_name() -> None:
    scene = Scene(home(101), seed=3)
    scene.house.loses.append("after")

    scene.live(until=TEN)

    visits = [form["ask"] for path, form in scene.house.posts if path.endswith("/visit")]
    assert len(visits) == 2 and len(set(visits)) == 1
    assert scene.house.visits() == 1
    assert scene.worker.closed == {scene.tasks[0].task_id}


def test_many_lost_answers_lose_nothing_and_double_nothing() -> None:
    scene = Scene(*(home(number) for number in range(101, 121)))
    scene.house.loses.extend(["after", "before", "", "before", "after", "after"] * 5)

    scene.live()

    assert scene.house.visits() == 20
    assert all(task.is_closed for task in scene.tasks)
    assert scene.worker.visits == {task.task_id: 1 for task in scene.tasks}


def test_a_household_asked_too_often_is_left_alone_for_the_day() -> None:
    scene = Scene(home(101), seed=3)
    scene.house.refuses.append("contact_budget")

    scene.live()

    assert len(scene.house.posts) == 1
    assert scene.world.journal.refused == {"visit: contact_budget": 1}
    assert scene.worker.visits == {}


def test_quiet_hours_are_taken_for_an_answer_and_asked_again_only_much_later() -> None:
    scene = Scene(home(101), seed=3)
    scene.house.refuses.extend(["quiet_hours"] * 2)

    scene.live()

    assert scene.world.journal.refused == {"visit: quiet_hours": 2}
    assert scene.house.visits() == 1


def test_a_house_that_is_away_is_waited_for() -> None:
    scene = Scene(home(101))
    scene.house.is_away = True
    life = scene.worker.life(FIVE)
    for _turn in range(20):
        scene.hand.seconds = max(scene.hand.seconds, next(life) - EIGHT)
    assert scene.house.posts == []

    scene.house.is_away = False
    lived(life, scene.hand)

    assert scene.house.visits() == 1


def test_a_session_that_ended_is_opened_again_and_the_form_is_not_lost() -> None:
    scene = Scene(home(101), seed=3)
    life = scene.worker.life(FIVE)
    while not scene.worker._opened and not scene.house.posts:
        scene.hand.seconds = max(scene.hand.seconds, next(life) - EIGHT)
    scene.worker.caller.cookies.pop("sessionid")

    lived(life, scene.hand)

    assert scene.house.visits() == 1
    assert scene.world.journal.counts["accepted sign in"] == 2


def test_a_telephone_call_settles_who_has_moved_and_nobody_goes_there() -> None:
    moved = Member("R101", "王**", "154****0101", "answered", "moved")
    for seed in range(20):
        scene = Scene(Home("H101", EIGHT, FIVE, "done", (moved,)), seed=seed)
        scene.live()
        assert scene.tasks[0].is_closed and scene.tasks[0].people[0].outcome == "moved"
        if scene.worker.calls:
            assert scene.house.visits() == 0
            assert scene.worker.closed == {scene.tasks[0].task_id}
            return
    pytest.fail("nobody was called in twenty days")
