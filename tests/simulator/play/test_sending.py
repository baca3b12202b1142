"""How somebody sends: written down first, never blindly twice, and never hammering a house that is away."""

import pytest

from simulator.play.doors import Lost
from simulator.play.sending import Parcel, Person, Weather
from tests.simulator.play.fake_house import Asked, FakeHouse, Hand, Task, lived, world_of

EIGHT = 8 * 3600


class Scene:
    """One account, one household, and a parcel that records a visit there."""

    def __init__(self) -> None:
        self.task = Task("珠江路1号1单元101室", [Asked("王**", "154****0001")])
        self.house = FakeHouse(self.task)
        self.hand = Hand()
        self.world = world_of(self.house, hand=self.hand)
        self.person = Person(self.world, "worker-1", "secret")
        self.looks = 0

    def parcel(self) -> Parcel:
        fields = {"ask": "11111111-1111-1111-1111-111111111111", "result": "not_home"}
        return Parcel("visit", f"/today/{self.task.task_id}/visit", fields, self.took)

    def took(self) -> bool:
        self.looks += 1
        return bool(self.task.trail)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_what_is_taken_is_taken_once_and_nobody_looks(scene: Scene) -> None:
    told = scene.person.send(scene.parcel())

    assert told.is_accepted and told.answer is not None
    assert scene.house.visits() == 1
    assert scene.looks == 0


def test_a_no_comes_back_with_its_code_and_is_not_sent_again(scene: Scene) -> None:
    scene.house.refuses.append("contact_budget")

    told = scene.person.send(scene.parcel())

    assert (told.code, told.is_accepted) == ("contact_budget", False)
    assert len(scene.house.posts) == 1
    assert scene.world.journal.refused == {"visit: contact_budget": 1}


@pytest.mark.parametrize(("how", "posts"), [("before", 1), ("after", 1)])
def test_after_a_lost_answer_somebody_looks_before_anything_else(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, how: str, posts: int
) -> None:
    monkeypatch.setattr(Weather, "may_try", lambda self: True)
    scene.house.loses.append(how)
    parcel = scene.parcel()
    with pytest.raises(Lost):
        scene.person.send(parcel)
    assert scene.looks == 0

    assert scene.person.send(parcel).is_accepted

    assert scene.looks == 1
    assert scene.house.visits() == 1
    assert len(scene.house.posts) == posts


def test_while_the_house_is_away_one_in_a_second_tries_and_the_others_write_nothing(scene: Scene) -> None:
    scene.person.sign_in()
    scene.house.is_away = True
    parcels = [scene.parcel() for _ in range(20)]
    for parcel in parcels:
        with pytest.raises(Lost):
            scene.person.send(parcel)

    counts = scene.world.journal.counts
    assert counts["sent"] == 2, "the sign-in, and the one that found out"
    assert counts["answers lost"] == 1
    assert [parcel.is_lost for parcel in parcels] == [True] + [False] * 19


def test_an_outage_is_as_long_as_it_was_for_whoever_waited() -> None:
    weather = Weather()
    weather.answered()
    assert weather.outages == []

    weather.lost()
    weather.lost()
    assert not weather.may_try()
    weather.answered()

    (outage,) = weather.outages
    assert 0 <= outage.ended - outage.began < 1
    assert weather.may_try()


def test_whoever_waits_sends_as_soon_as_the_house_is_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Weather, "may_try", lambda self: True)
    scene.house.is_away = True
    life = scene.person.sent(scene.parcel())
    for _turn in range(5):
        scene.hand.seconds = next(life) - EIGHT
    assert scene.house.posts == []
    scene.house.is_away = False

    def whole():  # type: ignore[no-untyped-def]
        told = yield from life
        assert told.is_accepted

    lived(whole(), scene.hand)

    assert scene.house.visits() == 1


def test_a_session_the_house_has_ended_is_opened_again_and_counted(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.person.sign_in()
    page = scene.house._page
    ended = [scene.house._answer(401, "<main><code>login_required</code></main>")]
    monkeypatch.setattr(scene.house, "_page", lambda path: ended.pop() if ended else page(path))

    assert scene.person.get("/today").status == 200

    assert scene.world.journal.counts["sessions ended by the house"] == 1
    assert scene.world.journal.counts["accepted sign in"] == 2
