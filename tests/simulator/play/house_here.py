"""The house of this process behind a player's wire: its own pages and forms; answers may be lost on their way."""

import random
from collections import deque
from collections.abc import Mapping

from django.test import Client

from simulator.play.doors import Answer, House, Lost

SEED = 7


class HouseHere(House):
    """The house of this process behind the player's wire; of every so many answers one is lost."""

    def __init__(self, lost_each: int = 0) -> None:
        super().__init__("http://127.0.0.1:9")
        self.lost = {"before": 0, "after": 0}
        #: "before" or "after" for the posts to come, in order; it goes before what is lost by chance.
        self.loses: deque[str] = deque()
        self._lost_each = lost_each
        self._draw = random.Random(SEED)

    def send(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str]
    ) -> tuple[Answer, list[str]]:
        loses = bool(self._lost_each) and method == "POST" and self._draw.randrange(self._lost_each) == 0
        how = self._draw.choice(("before", "after")) if loses else ""
        if method == "POST" and self.loses:
            how = self.loses.popleft()
        if how == "before":
            self.lost[how] += 1
            raise Lost("ConnectionResetError")
        given = {name.lower(): value for name, value in headers.items()}
        client = Client(enforce_csrf_checks=True)
        answer = client.generic(method, path, body, given.pop("content-type", ""), headers=given)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if how == "after":
            self.lost[how] += 1
            raise Lost("TimeoutError")
        cookies = [morsel.OutputString() for morsel in answer.cookies.values()]
        return Answer(answer.status_code, answer.headers.get("Location", ""), content, 0.01), cookies
