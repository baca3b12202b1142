"""Runs the site of a benchmark's house and visits it over HTTP, signed in through the form as anybody would be."""

import http.client
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from benchmarks.house.filled import PASSWORD
from gridward.wiring.cli.environment import environment_read
from gridward.wiring.cli.foreground import programs
from gridward.wiring.cli.processes import Child

READY_SECONDS = 60
FLOOR = "/healthz"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Visitor:
    """Somebody signed in, on one kept connection, whose cookies are those of his browser."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        """Return the header that says who this is."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def get(self, path: str) -> str:
        """Return the page; anything but 200 ends the run."""
        return self._ask("GET", path, 200)

    def sign_in(self, handle: str) -> "Visitor":
        """Go through the form."""
        found = TOKEN.search(self.get("/login"))
        if found is None:
            raise RuntimeError("the sign-in page has no token")
        form = {"handle": handle, "password": PASSWORD, "csrfmiddlewaretoken": found[1]}
        self._ask("POST", "/login", 302, urlencode(form))
        return self

    def post(self, path: str, form: dict[str, str], *, page: str) -> str:
        """Send a form that stands on a page of this site, and return the page that answers."""
        found = TOKEN.search(self.get(page))
        if found is None:
            raise RuntimeError(f"{page} has no token")
        return self._ask("POST", path, 200, urlencode(form | {"csrfmiddlewaretoken": found[1]}))

    def _ask(self, method: str, path: str, wanted: int, body: str | None = None) -> str:
        headers = {"Cookie": self.cookie}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._answer(method, path, body, headers)
        text = answer.read().decode("utf-8", "replace")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if answer.status != wanted:
            raise RuntimeError(f"{method} {path} answered {answer.status}")
        return text

    def _answer(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        try:
            self._connection.request(method, path, body, headers)
            return self._connection.getresponse()
        except http.client.RemoteDisconnected:  # the site closes a line that was silent for a while
            self._connection.close()
            self._connection.request(method, path, body, headers)
            return self._connection.getresponse()


@contextmanager
def site() -> Iterator[tuple[int, int]]:
    """Run the site as `gridward serve` does, on this house's port; yield port and process id, and stop it."""
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
        yield environment.port, child.pid or 0
    finally:
        child.stop()


def answers(port: int) -> bool:
    """Say whether the site is there."""
    try:
        Visitor(port).get(FLOOR)
    except (OSError, http.client.HTTPException, RuntimeError):
        return False
    return True
