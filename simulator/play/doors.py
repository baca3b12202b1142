"""
A person with a browser: addresses, cookies, forms with their tokens, one answer at a time.

Owns the wire. Refuses to guess: when no answer came, or one that does not say whether the house took what was sent,
it raises `Lost`, and whoever sent must look before sending again.
"""

import http.client
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

PATIENCE_SECONDS = 30.0
#: A browser in English: the few words that are read from a page are those of the program itself.
LANGUAGE = "en"
MOST_REDIRECTS = 4


class Lost(Exception):
    """No answer, or one that says nothing: a cut line, a silent house, an error of its own."""


class Unusable(Exception):
    """The address is none a player may use, the house is none to play in, or nobody may sign in with these words."""


@dataclass(frozen=True)
class Answer:
    """What came back for one request."""

    status: int
    location: str
    content: bytes
    seconds: float

    @property
    def text(self) -> str:
        """The page."""
        return self.content.decode("utf-8", "replace")


@dataclass(frozen=True)
class Upload:
    """A file in a form: its name and what is in it."""

    filename: str
    content: bytes


Fields = Mapping[str, "str | Upload"]


class House:
    """The address of a running house, with one open line for each thread that talks to it."""

    def __init__(self, url: str, *, patience: float = PATIENCE_SECONDS) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname or parts.path not in ("", "/"):
            raise Unusable(f"{url} is no address of a house; give one like http://127.0.0.1:8420")
        self.host, self.port = parts.hostname, parts.port or 80
        self._patience = patience
        self._own = threading.local()

    def send(self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str]) -> tuple[
        Answer, list[str]
    ]:  # fmt: skip
        """Send one request and return its answer and the cookies it sets; raises Lost."""
        reused = getattr(self._own, "line", None) is not None
        try:
            return self._sent(method, path, body, headers)
        except Lost:
            # A line that was closed while it lay idle says nothing about the house; asking again is no sending twice.
            if not reused or method != "GET":
                raise
        return self._sent(method, path, body, headers)

    def _sent(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[Answer, list[str]]:
        line: http.client.HTTPConnection | None = getattr(self._own, "line", None)
        if line is None:
            line = http.client.HTTPConnection(self.host, self.port, timeout=self._patience)
            self._own.line = line
        began = time.monotonic()
        try:
            line.request(method, path, body=body or None, headers=dict(headers))
            response = line.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.hang_up()
            raise Lost(type(error).__name__) from None
        answer = Answer(
            response.status, response.getheader("Location", ""), content, time.monotonic() - began
        )
        if response.will_close:
            self.hang_up()
        if answer.status >= 500:
            raise Lost(f"status {answer.status}")
        return answer, response.headers.get_all("Set-Cookie") or []

    def hang_up(self) -> None:
        """Close this thread's line."""
        line: http.client.HTTPConnection | None = getattr(self._own, "line", None)
        self._own.line = None
        if line is not None:
            line.close()


@dataclass
class Caller:
    """One account at the house's doors: keeps its cookies, signs its forms, follows where it is sent."""

    house: House
    handle: str
    password: str
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def is_signed_in(self) -> bool:
        """Whether a session is open, as far as this side knows."""
        return "sessionid" in self.cookies

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._send("GET", path)

    def post(self, path: str, fields: Fields) -> Answer:
        """Send a form; where the house sends us next is in the answer and is not followed."""
        # The session's own token: the one in the form may be of a session that has ended meanwhile.
        signed = {**fields, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        if any(isinstance(value, Upload) for value in signed.values()):
            boundary = f"gridward-{uuid4().hex}"
            return self._send(
                "POST", path, _multipart(signed, boundary), f"multipart/form-data; boundary={boundary}"
            )
        plain = urlencode({name: str(value) for name, value in signed.items()})
        return self._send("POST", path, plain.encode(), "application/x-www-form-urlencoded")

    def sign_in(self) -> Answer:
        """Open a session as the sign-in page does it. Raises Unusable when the house does not want these words."""
        self.cookies.clear()
        self.get("/login")
        answer = self.post("/login", {"handle": self.handle, "password": self.password, "next": "/"})
        if answer.status != 302:
            raise Unusable(f"the house does not let {self.handle} in (status {answer.status})")
        return answer

    def _send(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
        headers = {"Accept": "text/html", "Accept-Language": LANGUAGE}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if kind:
            headers["Content-Type"] = kind
        answer, set_cookies = self.house.send(method, path, body=body, headers=headers)
        for line in set_cookies:
            self._keep(line)
        return answer

    def _keep(self, line: str) -> None:
        try:
            morsels = SimpleCookie(line).values()
        except CookieError:
            return
        for morsel in morsels:
            if morsel.value and morsel["max-age"] != "0":
                self.cookies[morsel.key] = morsel.value
            else:
                self.cookies.pop(morsel.key, None)


def _multipart(fields: Fields, boundary: str) -> bytes:
    parts: list[bytes] = []
    for name, value in fields.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
        if isinstance(value, Upload):
            quoted = json.dumps(value.filename, ensure_ascii=False)
            head += f"; filename={quoted}\r\nContent-Type: application/octet-stream"
            parts.append(f"{head}\r\n\r\n".encode() + value.content + b"\r\n")
        else:
            parts.append(f"{head}\r\n\r\n{value}\r\n".encode())
    return b"".join(parts) + f"--{boundary}--\r\n".encode()
