"""P8: how long the server takes over a page, at the size of a street and enlarged, over HTTP through granian."""

import http.client
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlencode

from django.conf import settings
from django.db import connections

from benchmarks.figures import Figure, Goal, quantile
from benchmarks.house.filled import CHANNELS, PASSWORD, actor_made, found_city, register, send, signed_order
from benchmarks.house.town import Town
from benchmarks.turns import timed
from gridward.wiring.cli.environment import environment_read
from gridward.wiring.cli.foreground import programs
from gridward.wiring.cli.processes import Child

STREET = "320102003"
DISTRICT = "320102"
MOST_MS = 100
READY_SECONDS = 60
BLOCK = 20
FLOOR = "/healthz"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Visitor:
    """Somebody signed in, on one kept connection, whose cookies are those of his browser."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> str:
        """Return the page; anything but 200 ends the run."""
        return self._ask("GET", path, 200)

    def sign_in(self, handle: str) -> None:
        """Go through the form."""
        found = TOKEN.search(self.get("/login"))
        if found is None:
            raise RuntimeError("the sign-in page has no token")
        form = {"handle": handle, "password": PASSWORD, "csrfmiddlewaretoken": found[1]}
        self._ask("POST", "/login", 302, urlencode(form))

    def _ask(self, method: str, path: str, wanted: int, body: str | None = None) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if answer.status != wanted:
            raise RuntimeError(f"{method} {path} answered {answer.status}")
        return text


def measure(quick: bool) -> list[Figure]:
    """Return middle and 95th percentile of every page at both sizes."""
    small, large, lists, rows, rounds = (60, 200, 1, 30, 1) if quick else (1_000, 20_000, 9, 4_000, 5)
    town = Town(large, within=STREET if quick else DISTRICT)
    folder = settings.DATA
    found_city(town, folder)
    order = signed_order()
    officer = actor_made("intake", "intake_officer", "3201")
    actor_made("street", "street_officer", STREET)
    ours = dict.fromkeys(one.household for one in town.people if one.door.grid.startswith(STREET))
    chosen = set(list(ours)[:small])
    first = [one for one in town.people if one.household in chosen]
    rest = [one for one in town.people if one.household not in chosen]
    figures: list[Figure] = []
    for stage, (news, about, count) in enumerate(((first, first, 1), (rest, town.people, lists))):
        register(town, news, folder / f"residents-{stage}.csv", order.id)
        for turn in range(count):
            path = folder / f"list-{stage}-{turn}.csv"
            town.write_list(path, min(rows, len(about) // 4), seed=stage * 100 + turn, about=about)
            send(path, CHANNELS[turn % len(CHANNELS)], officer)
        size = f"{len(about):,} people, {counted('dispatch_task'):,} tasks, {counted('intake_clue'):,} rows"
        figures += at_size(size, rounds)
    return figures


def counted(table: str) -> int:
    """Return how many rows a table has, as its owner sees it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("set role gridward_owner")
        cursor.execute(f"select count(*) from {table}")
        return int(cursor.fetchone()[0])


def at_size(size: str, rounds: int) -> list[Figure]:
    """Serve what is there and visit every page."""
    connections.close_all()
    with site() as port:
        centre, street = Visitor(port), Visitor(port)
        centre.sign_in("intake")
        street.sign_in("street")
        pages = {
            "/board": centre, "/areas": centre, "/lists": centre, linked(centre, "/lists"): centre,
            "/review": street, "/tasks": street, linked(street, "/tasks"): street,
        }  # fmt: skip
        return [figure for path, visitor in pages.items() for figure in visit(visitor, path, size, rounds)]


def linked(visitor: Visitor, path: str) -> str:
    """Return the first page that a list of things leads to."""
    found = re.search(rf'href="({path}/[0-9a-f-]{{36}})', visitor.get(path))
    if found is None:
        raise RuntimeError(f"{path} shows nothing to open: the benchmark's data is wrong")
    return found[1]


def visit(visitor: Visitor, path: str, size: str, rounds: int) -> list[Figure]:
    """Ask for the page and for the floor in turn, twenty of each a round."""
    visitor.get(path)
    seconds: dict[str, list[list[float]]] = {path: [], FLOOR: []}
    for _ in range(rounds):
        for each in (path, FLOOR):
            seconds[each].append([timed(partial(visitor.get, each)) for _ in range(BLOCK)])
    name = re.sub(r"/[0-9a-f-]{36}$", "/…", path)
    goal = Goal("P8", f"≤ {MOST_MS} ms", most=MOST_MS, decisive=False)
    return [
        Figure(
            f"{name} {label}",
            size,
            "ms",
            [quantile(block, part) * 1000 for block in seconds[path]],
            f"{FLOOR} {label}",
            [quantile(block, part) * 1000 for block in seconds[FLOOR]],
            goal=goal,
        )
        for label, part in (("p50", 0.5), ("p95", 0.95))
    ]


@contextmanager
def site() -> Iterator[int]:
    """Run the site as `gridward serve` does, on this house's port, and stop it."""
    environment = environment_read()
    program = next(one for one in programs(environment) if one.name == "site")
    child = Child(program, print)  # it dies with us, whatever ends us
    child.start()
    try:
        for _ in range(READY_SECONDS * 10):
            if answers(environment.port):
                break
            child.tend()
            time.sleep(0.1)
        else:
            raise RuntimeError(f"the site did not answer within {READY_SECONDS} s")
        yield environment.port
    finally:
        child.stop()


def answers(port: int) -> bool:
    """Say whether the site is there."""
    try:
        Visitor(port).get(FLOOR)
    except (OSError, http.client.HTTPException, RuntimeError):
        return False
    return True
