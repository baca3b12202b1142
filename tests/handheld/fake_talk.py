"""
What the fake house and its worker tell each other: instructions, whistles, calls for help, the duty clock.

It counts each id, and can misbehave: lose an answer after it took everything in, fail, refuse, be slow to be asked
again, or be so old that it knows nothing of all this.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

TALKS = ("/api/v1/sync/receipts", "/api/v1/sync/help", "/api/v1/sync/duty", "/api/v1/sync/raise")
REFUSED = {"code": "duty_running", "title": "Your duty has begun already.", "advice": "End it first."}
BUSY = {"code": "slow_down", "title": "Too many at once.", "advice": "Try again in a minute."}
FAILED = {"code": "failed", "title": "Something went wrong.", "advice": "Try again."}
MISSING = {"code": "not_found", "title": "There is nothing here.", "advice": "Open the list again."}


def instruction(number: int, text: str, **more: Any) -> dict[str, Any]:
    """Return something the centre told its workers; a higher number is newer."""
    at = datetime.now(UTC) - timedelta(minutes=60 - number)
    until = at + timedelta(hours=9)
    when = {"at": at.isoformat(), "until": until.isoformat(), "received_at": None, "done_at": None}
    told = {"urgent": False, "text": text, "from": "梅园新村社区", **more}
    return {"id": str(UUID(int=700 + number)), **when, **told}


def called(number: int, agency: str, state: str = "waiting", **more: Any) -> dict[str, Any]:
    """Return a department that a whistle calls, and what it said."""
    now = datetime.now(UTC)
    answered_at = None if state == "waiting" else (now - timedelta(minutes=4)).isoformat()
    when = {"reply_by": (now + timedelta(hours=2)).isoformat(), "answered_at": answered_at}
    said = {"is_lead": number == 1, "state": state, "words": "" if state == "waiting" else "两人已出发。"}
    return {"id": str(UUID(int=800 + number)), "agency": agency, **when, **said, "received_at": None, **more}


def whistle(number: int, *calls: dict[str, Any], task: int | None = None, **more: Any) -> dict[str, Any]:
    """Return a whistle about one of the day's households, or about none; a higher number is newer."""
    at = (datetime.now(UTC) - timedelta(minutes=60 - number)).isoformat()
    about = {"task_id": None if task is None else str(UUID(int=task)), "from": "梅园新村街道"}
    asked = {"question": "repair", "words": "电梯停了，老人下不了楼。", "priority": "P2"}
    came = {"at": at, "closed_at": None, "closing": "", "calls": list(calls)}
    return {"id": str(UUID(int=850 + number)), **about, **asked, **came, **more}


@dataclass
class FakeTalk:
    """What was told and what came back."""

    instructions: list[dict[str, Any]] = field(default_factory=list)
    whistles: list[dict[str, Any]] = field(default_factory=list)
    help: dict[str, Any] | None = None
    duty: dict[str, Any] = field(default_factory=lambda: {"since": None, "hours": 0, "advice": ""})
    advised: list[dict[str, Any]] = field(default_factory=list)
    own_hours: list[dict[str, Any]] = field(default_factory=list)
    is_old: bool = False
    #: A house from before whistles were told says nothing of them.
    tells_whistles: bool = True
    #: One word for each of the next acts: lose, fail, refuse, busy; `gone` refuses receipts, each on its own.
    faults: list[str] = field(default_factory=list)
    #: (what it is, id) -> how often it was counted; more than once would be wrong.
    stored: dict[tuple[str, str], int] = field(default_factory=dict)
    #: Everything that came, each as often as it came.
    came: list[dict[str, Any]] = field(default_factory=list)

    def beside(self) -> dict[str, Any]:
        """Return what is said beside the day."""
        if self.is_old:
            return {}
        told: dict[str, Any] = {"instructions": self.instructions, "help": self.help}
        if self.tells_whistles:
            told["whistles"] = self.whistles
        return {**told, "duty": self.duty, "advised": self.advised, "own_hours": self.own_hours}

    def kinds(self) -> list[str]:
        """Return what was counted, in the order in which it came."""
        return [kind for kind, _id in self.stored]

    def answer(self, path: str, said: dict[str, Any], *, now: datetime) -> tuple[int, object, bool]:
        """Answer one request: the status, what is said, and whether the answer is lost."""
        fault = self.faults.pop(0) if self.faults else ""
        wrong = {"fail": (500, FAILED), "busy": (429, BUSY), "refuse": (409, REFUSED)}.get(fault)
        if self.is_old:
            wrong = (404, MISSING)
        if wrong:
            return (*wrong, False)
        if path.endswith("receipts"):
            taken = [{**one, "status": self._count(one), "title": ""} for one in said["receipts"]]
            about = [{"code": "", "advice": "", **one} for one in taken]
            if fault == "gone":
                about = [{**one, **MISSING, "status": "refused"} for one in about]
            return 201, {"results": about}, fault == "lose"
        status = self._count(said)
        if status == "stored":
            self._hear(path, said, now)
        return 201, {"status": status}, fault == "lose"

    def _count(self, said: dict[str, Any]) -> str:
        self.came.append(said)
        key = (said["kind"], said["id"])
        status = "known" if key in self.stored else "stored"
        self.stored.setdefault(key, 1)
        for one in self.instructions:
            if one["id"] == said["id"]:
                one["received_at"] = one["received_at"] or said["at"]
                one["done_at"] = said["at"] if said["kind"] == "done" else one["done_at"]
        for one in [call for blown in self.whistles for call in blown["calls"]]:
            if one["id"] == said["id"] and one["state"] == said["kind"]:
                one["received_at"] = one["received_at"] or said["at"]
        return status

    def _hear(self, path: str, said: dict[str, Any], now: datetime) -> None:
        if path.endswith("help"):
            self.help = {"id": said["id"], "at": now.isoformat(), "taken_by": "", "closed_at": None}
        elif path.endswith("duty"):
            since = now.isoformat() if said["kind"] == "begin" else None
            self.duty = {"since": since, "hours": 0, "advice": ""}
