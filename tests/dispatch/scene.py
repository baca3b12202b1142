"""A scene of what rises, of whistles and of supervision, and everybody who may knock at its doors."""

from copy import copy
from typing import Any

from django.test import Client

from gridward.dispatch import actions
from gridward.dispatch.models import Escalation, Supervision, Task, Whistle, WhistleCall
from gridward.dispatch.rising import tasks_rise
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from tests import people
from tests.dispatch.desk import STUDENT, Desk, moment

CITY = people.city()
WORDS = "go there with the property staff"
NOBODY = "01a00000-0000-7000-8000-000000000000"
PLACES = {
    "community": ("community_officer", CITY.chengxianjie),
    "street": ("street_officer", CITY.xinjiekou),
    "district": ("district_officer", CITY.xuanwu),
    "city": ("city_officer", CITY.city),
    "supervisor": ("supervisor", CITY.xuanwu),
}


class Scene:
    """A task that lies with its community, a whistle about it, a check of it; and everybody who may knock."""

    def __init__(self, desk: Desk) -> None:
        desk.list_comes("health-list", STUDENT, at=moment(12))
        self.task = desk.task()
        self._actors = {"worker": desk.worker}
        self._clients: dict[str, Client] = {}
        tasks_rise(now=moment(20))
        with people.as_owner():
            self.escalation = Escalation.objects.get(state="open")
            self.check = Supervision.objects.create(
                id=new_id(),
                task=self.task,
                order_id=self.task.order_id,
                area_pos=self.task.area_pos,
                kind="check",
                state="waiting",
                at=clock.now(),
            )
        street = self._actors["street"] = self.actor("street")
        with people.acting(street):
            blown = actions.whistle_blow(
                agencies=["health", "police"],
                lead="health",
                question="advice",
                words=WORDS,
                priority="",
                task_id=self.task.id,
                by=street,
                now=clock.now(),
            )
        assert isinstance(blown, Whistle)
        self.whistle = blown
        with people.as_owner():
            self.call = WhistleCall.objects.get(agency_code="health")

    def entered(self) -> "Scene":
        """The same scene at which nobody has signed in."""
        fresh = copy(self)
        fresh._clients = {}
        return fresh

    def actor(self, who: str) -> Actor:
        """One of them, made when first asked for; whoever made the scene is always the same."""
        if who in self._actors:
            return self._actors[who]
        if who in ("health", "police", "transport"):
            return people.actor_of("agency_liaison", agency=who)
        role, area = PLACES[who]
        return people.actor_of(role, area)

    def client(self, who: str) -> Client:
        if who not in self._clients:
            self._clients[who] = people.client_of(self.actor(who))
        return self._clients[who]

    def path(self, template: str) -> str:
        return template.format(
            task=self.task.id,
            lies=self.escalation.id,
            whistle=self.whistle.id,
            call=self.call.id,
            check=self.check.id,
            nobody=NOBODY,
        )


def state_of(scene: Scene) -> list[Any]:
    with people.as_owner():
        return [
            list(Escalation.objects.order_by("id").values_list("id", "state", "level")),
            list(Whistle.objects.order_by("id").values_list("id", "state", "level")),
            list(WhistleCall.objects.order_by("id").values_list("id", "state", "is_open")),
            list(Supervision.objects.order_by("id").values_list("id", "state", "by")),
            list(Task.objects.values_list("state", "due_at")),
        ]
