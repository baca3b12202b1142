"""The wire: kept lines, cookies, form tokens, uploads, and the difference between no and no answer."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from simulator.play.day import Day
from simulator.play.doors import Caller, House, Lost, Unusable, Upload
from simulator.play.play import Accounts, Plan, play

SEEN: list[tuple[str, str, dict[str, str], bytes]] = []
#: What stands on the house's pages: the words of a demonstration, or nothing.
BANNER = ""


class Door(BaseHTTPRequestHandler):
    """Signs everybody in who says `secret`; may be told to misbehave by the path."""

    protocol_version = "HTTP/1.1"

    def answer(self, status: int, text: str = "", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self) -> None:
        SEEN.append(("GET", self.path, dict(self.headers), b""))
        match self.path:
            case "/login":
                self.answer(200, BANNER or "form", Set_Cookie="csrftoken=token-1; Path=/")
            case "/broken":
                self.answer(500, "sorry")
            case "/silent":
                threading.Event().wait(0.6)
                with suppress(BrokenPipeError):  # nobody waits for it any more
                    self.answer(200)
                self.close_connection = True
            case "/closes":
                self.answer(200, "once", Connection="close")
            case "/drops":
                self.close_connection = True
            case _:
                self.answer(200, "页面")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        SEEN.append(("POST", self.path, dict(self.headers), body))
        if self.path == "/login" and b"password=secret" in body:
            self.answer(302, Location="/", Set_Cookie="sessionid=mine; HttpOnly; Path=/")
        elif self.path == "/logout/":
            self.answer(302, Location="/login", Set_Cookie='sessionid=""; Max-Age=0; Path=/')
        elif self.path == "/drops":
            self.close_connection = True
        else:
            self.answer(401 if self.path == "/login" else 200)

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def house() -> Iterator[House]:
    SEEN.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield House(f"http://127.0.0.1:{server.server_port}", patience=0.3)
    server.shutdown()
    server.server_close()


@pytest.fixture
def caller(house: House) -> Caller:
    return Caller(house, "worker-1", "secret")


def test_signing_in_keeps_the_session_and_signs_every_form_with_its_token(caller: Caller) -> None:
    caller.sign_in()
    caller.post("/visit", {"result": "done", "csrfmiddlewaretoken": "an old one"})

    _method, _path, headers, body = SEEN[-1]
    assert caller.is_signed_in
    assert headers["Cookie"] == "csrftoken=token-1; sessionid=mine"
    assert body == b"result=done&csrfmiddlewaretoken=token-1"


def test_a_wrong_password_is_an_end_and_no_loss(house: House) -> None:
    stranger = Caller(house, "worker-1", "guessed")

    with pytest.raises(Unusable, match="worker-1"):
        stranger.sign_in()
    assert not stranger.is_signed_in


def test_signing_out_lets_go_of_the_session(caller: Caller) -> None:
    caller.sign_in()

    caller.post("/logout/", {})

    assert not caller.is_signed_in


def test_a_file_goes_out_as_it_is_under_its_own_name(caller: Caller) -> None:
    content = bytes(range(256)) + "姓名".encode("gb18030")

    caller.post("/lists/new", {"channel": "health", "file": Upload("卫健委-返宁人员.csv", content)})

    _method, _path, headers, body = SEEN[-1]
    assert headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert content in body and "卫健委-返宁人员.csv".encode() in body
    assert body.count(b"Content-Disposition") == 3


@pytest.mark.parametrize("path", ["/broken", "/silent", "/drops"])
def test_what_says_nothing_is_lost_and_not_a_no(caller: Caller, path: str) -> None:
    with pytest.raises(Lost):
        caller.get(path)

    assert caller.get("/page").text == "页面", "the line is usable again"


def test_a_post_is_never_sent_twice_by_the_wire_itself(caller: Caller) -> None:
    caller.get("/page")

    with pytest.raises(Lost):
        caller.post("/drops", {"result": "not_home"})

    assert [path for method, path, *_rest in SEEN if method == "POST"] == ["/drops"]


def test_a_page_is_asked_for_again_when_the_line_was_closed_meanwhile(caller: Caller) -> None:
    assert caller.get("/closes").text == "once"
    assert caller.get("/page").status == 200


def test_a_house_nobody_lives_in_is_lost_at_once() -> None:
    with pytest.raises(Lost):
        House("http://127.0.0.1:9", patience=1).send("GET", "/", headers={})


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8420", "https://127.0.0.1", "http://", "http://127.0.0.1/board"]
)
def test_what_is_no_address_of_a_house_is_refused(url: str) -> None:
    with pytest.raises(Unusable, match="give one like"):
        House(url)


@pytest.mark.parametrize(
    ("banner", "refused"),
    [("", "is no demonstration"), ('<p class="gw-demo">Synthetic people</p>', "does not let intake in")],
    ids=["a house at work", "a demonstration"],
)
def test_a_day_is_played_in_a_demonstration_only(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, banner: str, refused: str
) -> None:
    monkeypatch.setitem(globals(), "BANNER", banner)
    day = Day(homes={}, arrivals=[], duties=[], truth={}, groups_of={})
    plan = Plan(
        f"http://{house.host}:{house.port}",
        Accounts("intake", (), (), "guessed"),
        journal=tmp_path / "day.jsonl",
    )

    with pytest.raises(Unusable, match=refused):
        play(day, plan, say=lambda _words: None)

    assert any(path == "/login" and method == "POST" for method, path, *_rest in SEEN) is bool(banner)
