"""
S2 as a property, read from what the doors show and nothing else: whatever seventeen departments send in on three days,
and however often a worker calls and visits by page and by machine, no household is asked and no worker is given more
than the profile says; where P1 goes over, each time is counted on the page of budgets.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from gridward.dispatch.api import tasks_release_due
from gridward.governance.models import Profile
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from tests import people
from tests.dispatch.desk import ACROSS, MOTHER, NANJING, STUDENT, Desk, moment

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ATTEMPTS_A_DAY, HOUSEHOLDS_A_DAY, BATCHES_A_DAY = 2, 1, 2
CHANNELS = 17


@dataclass
class Street:
    """The street as it is seen from outside, and what was seen there."""

    desk: Desk
    random: Random
    page: Client
    machine: Client
    centre: Client
    refusals: Counter[str] = field(default_factory=Counter)
    #: Day -> tasks that were in the worker's hand and never urgent, those that were urgent.
    given: dict[date, set[str]] = field(default_factory=lambda: defaultdict(set))
    urgent: set[str] = field(default_factory=set)

    def hour_passes(self, now: datetime, *, urgent: bool) -> None:
        """Let a list come, or none; let the clock's work be done; let the worker try every kind of contact."""
        if self.random.random() < 0.5:
            asked = self.random.sample((STUDENT, MOTHER, ACROSS), self.random.randint(1, 3))
            # The last department is the urgent one.
            number = CHANNELS - 1 if urgent else self.random.randrange(CHANNELS - 1)
            channel = f"department-{number}"
            self.desk.list_comes(channel, *asked, at=now, out=False)
        tasks_release_due(now=now)
        for row in self.seen(now):
            task = self.machine.get(f"/api/v1/today/{row['id']}").json()
            if task["priority"] == "P1":
                self.urgent.add(row["id"])
            attempts = [self.by_page_call, self.by_page_visit, self.by_machine_visit]
            self.random.shuffle(attempts)
            for attempt in attempts:
                attempt(row["id"], task["people"])

    def seen(self, now: datetime) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.machine.get("/api/v1/today").json()["items"]
        self.given[now.astimezone(NANJING).date()] |= {row["id"] for row in rows}
        return rows

    def why(self) -> str:
        return self.random.choice(("", "", "danger", "asked_for", "because I say so"))

    def by_page_call(self, task: str, asked: list[dict[str, Any]]) -> None:
        said = {
            "person": self.random.choice(asked)["person_id"], "result": "no_answer", "reason": "a reason of my own",
            "excess": self.why(), "ask": str(uuid4()),
        }  # fmt: skip
        answer = self.page.post(f"/today/{task}/phone", said, headers={"accept": "application/json"})
        self.refusals[str(answer.status_code)] += 1

    def by_page_visit(self, task: str, asked: list[dict[str, Any]]) -> None:
        said = {
            "result": "not_home",
            "reason": "a reason of my own",
            "excess": self.why(),
            "ask": str(uuid4()),
        }
        answer = self.page.post(f"/today/{task}/visit", said, headers={"accept": "application/json"})
        self.refusals[str(answer.status_code)] += 1

    def by_machine_visit(self, task: str, asked: list[dict[str, Any]]) -> None:
        done = self.random.random() < 0.05
        said = {
            "ask": str(uuid4()), "result": "done" if done else "not_home", "excess": self.why(),
            "outcomes": {one["person_id"]: "verified_absent" for one in asked if not one["outcome"]} if done else {},
        }  # fmt: skip
        answer = self.machine.post(f"/api/v1/today/{task}/visit", said, content_type="application/json")
        self.refusals[answer.json().get("code", "ok")] += 1

    def attempts(self) -> dict[tuple[str, date], int]:
        """Return how often each task's household was asked on each day, from the trails the centre is shown."""
        found: Counter[tuple[str, date]] = Counter()
        for state in ("open", "closed"):
            for line in self.centre.get(f"/api/v1/tasks?state={state}").json()["items"]:
                task = self.centre.get(f"/api/v1/tasks/{line['id']}").json()
                if task["priority"] == "P1":
                    self.urgent.add(line["id"])
                tried = {
                    step["at"] for step in task["trail"]
                    if step["pass_kind"] in ("phone", "visit") and step["result"] != "skipped"
                }  # fmt: skip
                for at in tried:
                    found[line["id"], datetime.fromisoformat(at).astimezone(NANJING).date()] += 1
        return dict(found)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", [3, 17])
def test_the_budgets_hold_at_every_door_for_three_days(
    desk: Desk, actor_of: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    for number in range(CHANNELS):
        desk.channel(f"department-{number}", priority="P1" if number == 16 else f"P{2 + number % 3}")
    with people.as_owner():
        for profile in Profile.objects.all():
            profile.parameters["worker_households_a_day"]["value"] = HOUSEHOLDS_A_DAY
            profile.save()
    officer = actor_of("community_officer", people.city().chengxianjie)
    street = Street(
        desk, Random(seed), people.client_of(desk.worker), people.machine_of(desk.worker), people.machine_of(officer)
    )  # fmt: skip
    over: dict[date, int] = {}
    # Read before the clock is set: moments are of the days after today.
    days = [
        (
            [moment(hour, street.random.randrange(60), day=day) for hour in range(8, 21, 2)],
            moment(21, day=day),
        )
        for day in (1, 2, 3)
    ]
    for hours, today in days:
        for now in hours:
            monkeypatch.setattr(clock, "now", lambda now=now: now)
            street.hour_passes(now, urgent=today == days[-1][1])
        monkeypatch.setattr(clock, "now", lambda now=today: now)
        over[today.date()] = street.centre.get("/api/v1/budgets").json()["counts"]["exceeded_household"]
        plans = street.centre.get(f"/api/v1/plans?day={today.date()}").json()["items"]
        sent = Counter(plan["worker"] for plan in plans if plan["batch_hour"] >= 0 and plan["fresh_count"])
        assert max(sent.values(), default=0) <= BATCHES_A_DAY

    attempts = street.attempts()
    asked_over: Counter[date] = Counter()
    for (task, day), count in attempts.items():
        if task not in street.urgent:
            assert count <= ATTEMPTS_A_DAY, (task, day)
        asked_over[day] += max(0, count - ATTEMPTS_A_DAY)
    for day, tasks in street.given.items():
        assert len(tasks - street.urgent) <= HOUSEHOLDS_A_DAY, day
        assert over[day] >= asked_over[day], "each time P1 went over is counted"
    print(f"\nseed {seed}: {len(attempts)} days of a household, {dict(street.refusals)}, over {dict(over)}")
    assert street.refusals["contact_budget"] and attempts, "the budgets were tried"
    assert sum(over.values()) > 0 and street.urgent, "P1 came and went over"
