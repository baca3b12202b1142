"""What boards and area pages show: figures that open their count, empty states, both languages, nobody's name."""

import html
import re
from pathlib import Path

import pytest
from django.test import Client

from gridward.command.web.show import measures
from gridward.governance.api import OrderView
from gridward.kernel import clock
from tests import people
from tests.command.desk import CITY, LEVELS, OFFICERS, Case, area, expected, put

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LANGUAGES = ("en", "zh-hans", "zh-hant")
TAGS = re.compile(r"<[^>]+>")
CASES = [
    Case(CITY.grid),
    Case(CITY.grid, due=-5),
    Case(CITY.next_grid, closed=0, opened=-30),
    Case(CITY.other_community_grid, due=-600),
    Case(CITY.chengxianjie, due=-1),
    Case(CITY.xinjiekou),
    Case(CITY.other_district_grid, closed=-3 * 24 * 60, opened=-4 * 24 * 60),
]


def text_of(client: Client, url: str, language: str = "en") -> str:
    answer = client.get(url, headers={"accept-language": language})
    assert answer.status_code == 200, (url, answer.status_code)
    return html.unescape(answer.content.decode())


def rows_of(page: str, table: str) -> dict[str, list[str]]:
    """Return the rows of a table as text, by the first cell."""
    body = page.split(f'id="{table}"', 1)[1].split("</table>", 1)[0]
    cells = [
        [TAGS.sub("", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", body.split("<tbody", 1)[1], re.DOTALL)
    ]
    return {row[0]: row[1:] for row in cells}


def signed_in(role: str = "city_officer") -> Client:
    return people.client_of(people.actor_of(role, OFFICERS[role]))


@pytest.mark.parametrize("role", OFFICERS)
def test_the_figures_of_a_board_are_those_of_the_tasks_and_each_opens_its_count(
    role: str, order: OrderView
) -> None:
    now, client, code = clock.now(), signed_in(role), OFFICERS[role]
    put(CASES, order_id=order.id, now=now)
    counts = expected(CASES, code, now)

    board = text_of(client, f"/board?area={code}")

    links = dict.fromkeys(re.findall(r'href="(/board/why/[a-z_]+\?area=\d+)"', board))
    assert [link.split("?")[0].rsplit("/", 1)[1] for link in links] == ["open", "late", "done_today", "done"]
    for link in links:
        measure = link.split("?")[0].rsplit("/", 1)[1]
        shown = text_of(client, link)
        heading = TAGS.sub("", shown.split("<h1", 1)[1].split("</h1>")[0].split(">", 1)[1]).strip()
        assert heading == f"{measures()[measure][0]}: {getattr(counts, measure)}"
        parts = [int(cells[0]) for cells in rows_of(shown, "parts").values()] if code != CITY.grid else []
        assert sum(parts) == getattr(counts, measure), (
            "the parts below add up to the figure, with what has no grid"
        )
        assert "closed_today" in shown and "<pre>" in shown


def test_what_has_no_grid_yet_is_named_and_not_left_out(order: OrderView) -> None:
    put(CASES, order_id=order.id, now=clock.now())

    shown = rows_of(
        text_of(signed_in("community_officer"), f"/board/why/open?area={CITY.chengxianjie}"), "parts"
    )

    assert shown["Not placed in one of them yet"] == ["1"]
    names = {area(code).name: cells for code, cells in ((CITY.grid, ["2"]), (CITY.next_grid, ["0"]))}
    assert {name: shown[name] for name in names} == names


@pytest.mark.parametrize("measure", ["", "opened", "area", "counts", "__class__", "open%20"])
def test_a_measure_nobody_counts_does_not_exist(measure: str, city: people.City) -> None:
    assert signed_in().get(f"/board/why/{measure}").status_code == 404


def test_where_tasks_are_late_stands_the_worst_first_and_nobody_without(order: OrderView) -> None:
    late = [
        Case(place, due=-5) for place, times in ((CITY.grid, 2), (CITY.next_grid, 3)) for _ in range(times)
    ]
    put([*late, Case("320102003015003")], order_id=order.id, now=clock.now())

    shown = rows_of(text_of(signed_in("community_officer"), "/board"), "late")

    assert list(shown) == [area(CITY.next_grid).name, area(CITY.grid).name]
    assert [cells[1] for cells in shown.values()] == ["3", "2"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_board_without_a_task_says_so_in_words(language: str, order: OrderView) -> None:
    client = signed_in("community_officer")

    empty = text_of(client, "/board", language)
    put([Case(CITY.grid)], order_id=order.id, now=clock.now())
    busy = text_of(client, "/board", language)

    says = {"en": "No task yet.", "zh-hans": "尚无任务", "zh-hant": "尚無任務"}[language]
    assert says in empty
    assert says not in busy
    feed = client.get(f"/board/status.json?area={CITY.chengxianjie}").json()
    assert feed["areas"] == {CITY.grid: [1, 0, 0, 1]}


LEFT = re.compile(
    r"\b(Open tasks|Late|Closed today|Closed|Waiting for review|Area|Coverage|Share done|District|Street|Community)\b"
)


@pytest.mark.parametrize("level", LEVELS)
def test_no_word_of_a_chinese_page_is_left_in_english(level: str, order: OrderView) -> None:
    put(CASES, order_id=order.id, now=clock.now())
    client, code = signed_in(), LEVELS[level]

    for url in (f"/board?area={code}", f"/areas/{code}", f"/board/why/late?area={code}"):
        shown = {language: text_of(client, url, language).split("<main", 1)[1] for language in LANGUAGES}

        assert LEFT.search(TAGS.sub(" ", shown["en"]).replace("\n", " ")), url
        for language in LANGUAGES[1:]:
            assert not LEFT.findall(
                TAGS.sub(" ", re.sub(r"<pre>.*?</pre>", "", shown[language], flags=re.DOTALL))
            )
    assert TAGS.sub("", shown["zh-hans"]) != TAGS.sub("", shown["zh-hant"])


def test_every_link_of_a_board_leads_somewhere_its_reader_may_go(order: OrderView) -> None:
    put(CASES, order_id=order.id, now=clock.now())

    for role in ("street_officer", "community_officer"):
        client = signed_in(role)
        links = set(re.findall(r'href="(/[^"#]*)"', text_of(client, "/board") + text_of(client, "/areas")))
        inside = {link for link in links if link != "/" and not link.startswith(("/static", "/logout"))}
        assert len(inside) > 6
        assert {link: client.get(link).status_code for link in inside} == dict.fromkeys(inside, 200)


def test_what_changes_by_itself_says_by_which_bell(order: OrderView) -> None:
    page = text_of(signed_in(), "/board")

    bells = dict(re.findall(r'id="([a-z-]+)" data-live-topic="([a-z ]+)"', page))
    assert bells == {"figures": "task batch order", "side": "task"}


def test_the_feed_of_the_map_is_small_fresh_and_only_numbers(order: OrderView) -> None:
    client, now = signed_in(), clock.now()
    empty = client.get("/board/status.json")
    put(CASES, order_id=order.id, now=now)

    answer = client.get(f"/board/status.json?area={CITY.xuanwu}")

    assert empty.json()["areas"] == {}
    assert answer.headers["content-type"] == "application/json"
    feed = answer.json()
    assert set(feed) == {"as_of", "areas", "below"} and feed["as_of"].endswith("+08:00")
    assert feed["below"][CITY.xinjiekou] == [5, 3, 1, 6]
    assert feed["areas"] == {
        CITY.grid: [2, 1, 0, 2],
        CITY.next_grid: [0, 0, 1, 1],
        CITY.other_community_grid: [1, 1, 0, 1],
        CITY.chengxianjie: [1, 1, 0, 1],
        CITY.xinjiekou: [1, 0, 0, 1],
    }
    assert client.get("/board/status.json").json()["areas"].keys() == {
        *feed["areas"], CITY.other_district_grid
    }  # fmt: skip


def test_a_whole_day_of_a_street_leaves_nobodys_name_on_any_board(street: OrderView, tmp_path: Path) -> None:
    asked = [people.returning_student, people.students_mother, people.neighbour_across]
    people.send_list(tmp_path, "health-list", [people.row_about(one) for one in asked])
    clients = [signed_in(role) for role in OFFICERS]
    urls = (
        "/board",
        "/areas",
        "/board/status.json",
        f"/areas/{CITY.grid}",
        f"/board/why/open?area={CITY.grid}",
    )

    pages = [text_of(client, url) for client in clients for url in urls]

    secrets = [
        part for one in asked for part in (one.name, one.phone, one.id_number, one.id_number[-4:] + "<")
    ]
    assert not [secret for secret in secrets for page in pages if secret in page]
    shown = {
        rows_of(text_of(client, f"/areas/{CITY.chengxianjie}"), "children")[area(CITY.grid).name][0]
        for client in clients
    }
    assert shown == {"2"}, "two households, whichever centre looks"


@pytest.mark.parametrize(
    ("page", "parts"),
    [("/board", ("figures", "side")), ("/areas", ("figures", "below"))],
)
def test_an_open_page_gets_its_live_parts_as_the_whole_page_shows_them_and_nothing_else(
    order: OrderView, page: str, parts: tuple[str, ...]
) -> None:
    client = signed_in("street_officer")
    put(CASES, order_id=order.id, now=clock.now())
    moment = re.compile(r"<time.*?</time>", re.DOTALL)  # two questions, two moments

    whole = text_of(client, page)
    asked = client.get(page, headers={"accept-language": "en", "X-Gridward-Parts": " ".join(parts)})
    answer = html.unescape(asked.content.decode())

    live = re.findall(r'<[^>]*data-live-topic="[^"]*"[^>]*>', whole)
    assert [re.search(r'id="([a-z-]+)"', tag)[1] for tag in live] == list(parts)  # type: ignore[index]
    assert re.findall(r'<[^>]*data-live-topic="[^"]*"[^>]*>', answer) == live
    assert "<nav" not in answer and "<body" not in answer and len(answer) < len(whole) / 2
    for figure in re.findall(r'<a [^>]*href="/board/why/.*?</a>', answer, re.DOTALL):
        assert moment.sub("", figure) in moment.sub("", whole)


def test_the_parts_of_a_foreign_area_are_refused_as_the_page_is(order: OrderView) -> None:
    client = signed_in("street_officer")

    answer = client.get(f"/board?area={CITY.qinhuai}", headers={"X-Gridward-Parts": "1"})

    assert answer.status_code == 404
