"""
What every answer of the site carries, and what it says when it cannot do what was asked: headers, languages, codes,
never a stack trace, never a person.
"""

import json
import logging
import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import clear_url_caches, path, set_urlconf

from gridward.kernel.endpoint import PUBLIC, endpoint
from gridward.wiring import urls
from gridward.wiring.headers import POLICY, headers_at
from gridward.wiring.logs import WithoutValues

pytestmark = pytest.mark.slow

PERSON = "19900001111"
CHINESE = re.compile(r"[\u4e00-\u9fff]")

ALWAYS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Content-Security-Policy": POLICY,
}


def test_the_handheld_alone_may_compile_webassembly_and_is_held_to_everything_else() -> None:
    policy = headers_at("/handheld/")["Content-Security-Policy"]

    assert policy.replace(" 'wasm-unsafe-eval'", "") == POLICY
    assert "'wasm-unsafe-eval'" in policy
    assert headers_at("/handheld") == headers_at("/tasks")
    assert headers_at("/tasks")["Content-Security-Policy"] == POLICY


def directives() -> dict[str, list[str]]:
    return {name: sources for name, *sources in (part.split() for part in POLICY.split(";"))}


# --- headers --------------------------------------------------------------------------------------------------------

#: What is asked -> the status, and what a cache may do with the answer.
ANSWERS = [
    ("GET", "/login", 200, "no-store"),
    ("GET", "/healthz", 200, "no-store"),
    ("GET", "/", 302, "no-store"),
    ("GET", "/tasks", 401, "no-store"),
    ("GET", "/nowhere", 404, "no-store"),
    ("POST", "/healthz", 405, "no-store"),
    ("GET", "/static/gridward/css/tokens.css", 200, "max-age=3600, public"),
    ("GET", "/static/nothing.css", 404, "no-store"),
]


@pytest.mark.parametrize(("method", "place", "status", "kept"), ANSWERS)
@pytest.mark.django_db
def test_every_answer_carries_the_walls_of_the_browser(
    method: str, place: str, status: int, kept: str
) -> None:
    answer = Client().generic(method, place)

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    # A page has no word for caches but ours; a static file nobody's secret is in.
    assert (
        "no-store" in answer.headers["Cache-Control"]
        if kept == "no-store"
        else answer.headers["Cache-Control"] == kept
    )
    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers


@pytest.mark.parametrize("name", sorted(directives()))
def test_the_policy_names_no_other_host_and_allows_nothing_inline(name: str) -> None:
    assert set(directives()[name]) <= {"'none'", "'self'", "data:"}
    assert "data:" not in directives()[name] or name == "img-src", (
        "a picture may be inside a page, a program never"
    )


def test_what_the_policy_does_not_name_is_forbidden() -> None:
    assert directives()["default-src"] == ["'none'"]
    assert directives()["frame-ancestors"] == ["'none'"]
    assert directives()["base-uri"] == ["'none'"]


@pytest.mark.parametrize("role", ["city_officer", "intake_officer", "auditor", "system_administrator"])
def test_the_pages_of_a_role_have_nothing_that_the_policy_would_stop(
    role: str, actor_of: Callable[..., object], client_of: Callable[..., Client]
) -> None:
    client = client_of(actor_of(role, "3201" if role.endswith("officer") else ""))

    page = client.get("/", follow=True)

    text = page.content.decode()
    assert page.status_code == 200
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", text), (
        "a script inside the page"
    )
    assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", text)
    for address in re.findall(r"""(?:src|href|action)=["']([^"']+)""", text):
        assert not re.match(r"(?:https?:)?//", address), address


# --- the health page ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_health_says_that_all_is_well_without_a_cookie_or_a_word_about_the_city() -> None:
    answer = Client().get("/healthz")

    assert answer.status_code == 200
    assert answer.json().keys() == {"status", "version", "at"}
    assert answer.json()["status"] == "ok"
    assert not answer.cookies


@pytest.mark.django_db
def test_health_says_nothing_good_when_the_database_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def cursor(self) -> object:
            raise RuntimeError(PERSON)

    monkeypatch.setattr("gridward.wiring.pages.connection", Gone())
    client = Client(raise_request_exception=False)

    answer = client.get("/healthz")

    assert answer.status_code == 500
    assert "ok" not in re.findall(r"\w+", answer.content.decode())
    assert PERSON not in answer.content.decode()


# --- when it cannot be done -----------------------------------------------------------------------------------------


@endpoint(right=PUBLIC, methods=("GET", "POST"))
def breaks(request: object) -> object:
    """Fail the way a mistake of ours does: deep inside, with a person's number in hand."""
    raise ValueError(f"no task for {PERSON}")


@pytest.fixture
def broken_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address whose page has a mistake in it."""
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, path("breaks", breaks)])
    clear_url_caches()
    set_urlconf(None)
    yield
    clear_url_caches()


def strict(language: str = "en") -> Client:
    return Client(
        enforce_csrf_checks=True, raise_request_exception=False, headers={"accept-language": language}
    )


def too_many_fields(client: Client) -> object:
    token = client.get("/login").cookies["csrftoken"].value
    return client.post(
        "/login", {"csrfmiddlewaretoken": token} | {f"f{number}": "1" for number in range(300)}
    )


#: What went wrong -> how it is asked for, the status, and the code or word on the page.
FAILURES: dict[str, tuple[Callable[[Client], object], int, str]] = {
    "a host that is not ours": (
        lambda client: client.get("/login", headers={"host": "evil.example"}), 400, "bad_request"
    ),
    "more fields than a form has": (too_many_fields, 400, "bad_request"),
    "nobody is signed in": (lambda client: client.get("/tasks"), 401, "login"),
    "a form without its token": (lambda client: client.post("/login", {"handle": PERSON}), 403, "csrf"),
    "an address that leads nowhere": (lambda client: client.get(f"/{PERSON}/x"), 404, "not_found"),
    "a static file that is not there": (lambda client: client.get(f"/static/{PERSON}.css"), 404, "not_found"),
    "a method the page does not take": (lambda client: client.options("/healthz"), 405, "method"),
    "a mistake of ours": (lambda client: client.get("/breaks"), 500, "server_error"),
}  # fmt: skip


@pytest.mark.parametrize(("ask", "status", "word"), FAILURES.values(), ids=FAILURES.keys())
@pytest.mark.django_db
def test_a_failure_is_told_in_both_languages_without_a_person_or_our_inside(
    broken_page: None, caplog: pytest.LogCaptureFixture,
    ask: Callable[[Client], object], status: int, word: str,
) -> None:  # fmt: skip
    with caplog.at_level(logging.WARNING):
        english, chinese = (ask(strict(language)) for language in ("en", "zh-cn"))

    for answer in (english, chinese):
        text = answer.content.decode()
        assert answer.status_code == status
        assert word in text
        assert not re.search(r"Traceback|ValueError|gridward[/.]wiring|\.py\b|DEBUG", text)
        assert PERSON not in text
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    heading = [
        re.search(r"<h1>(.*?)</h1>", answer.content.decode(), re.DOTALL) for answer in (english, chinese)
    ]
    assert heading[0] is not None
    assert heading[1] is not None
    assert not CHINESE.search(heading[0][1])
    assert CHINESE.search(heading[1][1])


@pytest.mark.django_db
def test_a_file_that_is_too_large_is_refused_before_anything_is_kept(
    actor_of: Callable[..., object], client_of: Callable[..., Client], order: object, settings: object
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    client = client_of(actor_of("intake_officer", "3201"))
    client.raise_request_exception = False

    answer = client.post("/lists/new", b"x" * 5_000, content_type="application/x-www-form-urlencoded")

    assert answer.status_code in (400, 413)
    assert "Traceback" not in answer.content.decode()
    assert client.get("/lists").status_code == 200, "the site goes on"


@pytest.mark.django_db
def test_a_mistake_is_logged_for_us_and_what_was_typed_is_not(
    broken_page: None, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(raise_request_exception=False)

    with caplog.at_level(logging.DEBUG):
        answer = client.post("/breaks", {"phone": PERSON, "file": SimpleUploadedFile("王小明.csv", b"x")})

    (ours,) = [
        one.formatter for one in logging.getLogger().handlers if isinstance(one.formatter, WithoutValues)
    ]
    lines = [ours.format(record) for record in caplog.records]
    assert answer.status_code == 500
    assert any("/breaks" in line and "in breaks" in line and "ValueError" in line for line in lines)
    assert not any(PERSON in line or "王小明" in line for line in lines)


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("application/json", True),
        ("text/html", False),
        ("*/*", False),
        ("application/json;q=0.1, text/html", False),
    ],
)
@pytest.mark.django_db
def test_a_program_gets_the_refusal_as_json_and_a_person_as_a_page(accept: str, is_json: bool) -> None:
    answer = Client().get("/tasks", headers={"accept": accept, "accept-language": "en"})

    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith("application/json" if is_json else "text/html")
    if is_json:
        body = json.loads(answer.content)
        assert body.keys() == {"code", "title", "advice", "fields"}
        assert body["code"] == "login_required"
