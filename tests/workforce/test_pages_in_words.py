"""Accounts, orders and the ledger speak in words instead of codes, in the reader's language; nobody's name is there."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client

from gridward.governance.api import OrderView
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.outcomes import Refusal
from gridward.workforce import api as workforce
from gridward.workforce.models import Account, Assignment
from tests import people

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "zh-hans", "zh-hant")
TAGS = re.compile(r"<[^>]+>")


def text_of(client: Client, url: str, language: str = "en") -> str:
    answer = client.get(url, headers={"accept-language": language})
    assert answer.status_code == 200, answer.content
    return html.unescape(answer.content.decode())


def cells(page: str, table: str) -> list[list[str]]:
    """Return the rows of a table of a page as plain text."""
    body = page.split(f'id="{table}"', 1)[1].split("</table>", 1)[0].split("<tbody", 1)[1]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [
        [TAGS.sub("", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
        for row in rows
        if "gw-more" not in row
    ]


@pytest.fixture
def administrator(city: people.City) -> Client:
    """The system administrator, signed in."""
    return people.client_of(people.actor_of("system_administrator"))


def row_of(page: str, handle: str) -> list[str]:
    return next(row for row in cells(page, "accounts") if row[0] == handle)


def test_an_account_stands_with_its_role_and_place_in_words(city: people.City, administrator: Client) -> None:
    worker = people.actor_of("grid_worker", city.grid)
    liaison = people.actor_of("agency_liaison", agency="health")
    auditor = people.actor_of("auditor")
    shown = {language: text_of(administrator, "/accounts", language) for language in LANGUAGES}

    assert row_of(shown["en"], worker.handle)[1:] == [
        "Grid worker", "成贤街社区第1网格 · 320102003015001", "active"
    ]  # fmt: skip
    assert row_of(shown["en"], liaison.handle)[1:3] == ["Department liaison", "卫生健康委"]
    assert row_of(shown["en"], auditor.handle)[2] in ("", "–")
    assert row_of(shown["zh-hans"], worker.handle)[1] == "网格员"
    assert row_of(shown["zh-hant"], worker.handle)[1] == "網格員"
    for page in (shown["zh-hans"], shown["zh-hant"]):
        rows = cells(page, "accounts")
        assert not any(re.search("[a-z]", cell) for row in rows for cell in row[1:]), (
            "an English word is left"
        )


def test_what_has_ended_is_not_shown_and_what_ends_later_is(city: people.City, administrator: Client) -> None:
    worker = people.actor_of("grid_worker", city.grid)
    now = clock.now()
    assert worker.id is not None
    workforce.assignment_open(
        account_id=worker.id, role="grid_worker", area_code=city.next_grid, by=SYSTEM, now=now
    )
    held = Assignment.objects.filter(account_id=worker.id)

    held.filter(area_code=city.grid).update(ends_at=now + timedelta(hours=8))
    both = row_of(text_of(administrator, "/accounts"), worker.handle)[2]
    held.filter(area_code=city.grid).update(ends_at=now - timedelta(seconds=1))
    one = row_of(text_of(administrator, "/accounts"), worker.handle)[2]
    held.update(ends_at=now - timedelta(seconds=1))
    Account.objects.filter(id=worker.id).update(is_active=False)
    none = row_of(text_of(administrator, "/accounts"), worker.handle)

    assert city.grid in both and city.next_grid in both
    assert city.grid not in one and city.next_grid in one
    assert none[1:] == ["–", "–", "shut"]


def test_accounts_come_in_pages_and_every_one_comes_once(city: people.City, administrator: Client) -> None:
    for number in range(120):
        made = workforce.account_create(handle=f"page-{number:03}", password=None, by=SYSTEM, now=clock.now())
        assert not isinstance(made, Refusal)
    seen: list[str] = []
    after = ""

    for _page in range(9):
        page = text_of(administrator, f"/accounts?after={after}")
        rows = cells(page, "accounts")
        assert len(rows) <= 50
        seen += [row[0] for row in rows]
        if "gw-more" not in page:
            break
        after = rows[-1][0]

    assert seen == sorted(seen) and len(seen) == len(set(seen))
    assert set(seen) == set(Account.objects.values_list("handle", flat=True))
    for nonsense in ("zzzz", "%27;drop", "x" * 900):
        assert administrator.get(f"/accounts?after={nonsense}").status_code == 200, nonsense


def test_an_order_names_the_departments_it_lets_send(order: OrderView) -> None:
    client = people.client_of(people.actor_of("city_officer", "3201"))

    for language in LANGUAGES:
        page = text_of(client, f"/orders/{order.id}", language)

        assert "卫生健康委 · 公安局 · 交通运输局" in page
        assert "health" not in TAGS.sub(" ", page.split("<main", 1)[1])


@pytest.fixture
def auditor(order: OrderView) -> Actor:
    """An auditor of a house in which an order was drafted, signed, and somebody was denied."""
    denied = people.client_of(people.actor_of("grid_worker", "320102003015001"))
    assert denied.get("/board").status_code == 403
    return people.actor_of("auditor")


def test_the_ledger_speaks_of_deeds_roles_and_objects_in_words(auditor: Actor) -> None:
    client = people.client_of(auditor)
    denied = {
        language: cells(text_of(client, "/ledger?action=endpoint.refuse", language), "ledger")[0]
        for language in LANGUAGES
    }
    signed = cells(text_of(client, "/ledger?action=order.sign"), "ledger")

    assert denied["en"][1:3] == ["Page denied", "Grid worker"]
    assert denied["en"][4].startswith("Page ")
    assert denied["zh-hans"][1:3] == ["拒绝访问页面", "网格员"]
    assert denied["zh-hant"][2] == "網格員"
    assert "forbidden" not in denied["en"][5] and len(denied["en"][5]) > 10, "the refusal's own words"
    assert re.search("[\u4e00-\u9fff]", denied["zh-hans"][5])
    assert {(row[1], row[2]) for row in signed} == {
        ("Order signed", "Issuing officer"), ("Order signed", "Privacy officer")
    }  # fmt: skip


def test_no_row_of_the_chinese_ledger_is_in_english(auditor: Actor) -> None:
    rows = cells(text_of(people.client_of(auditor), "/ledger", "zh-hans"), "ledger")

    assert len(rows) > 10
    for row in rows:
        for column in (1, 2, 5):
            assert not re.search("[a-z]{3}", row[column]), row
        assert re.match("[\u4e00-\u9fff]", row[4] or "–") or row[4] in ("", "–"), row


def test_the_filter_offers_every_deed_by_its_words_and_takes_its_code(auditor: Actor) -> None:
    client = people.client_of(auditor)
    page = text_of(client, "/ledger", "zh-hans")

    offered = dict(re.findall(r'<option value="([a-z_.]+)">([^<]+)</option>', page))
    assert offered["order.sign"] == "签署应急令" and len(offered) > 40
    only = {row[1] for row in cells(text_of(client, "/ledger?action=order."), "ledger")}
    assert only == {"Order drafted", "Order signed"}
    assert "No entry." in text_of(client, "/ledger?action=no.such")


def test_reading_the_ledger_is_in_the_ledger_and_names_nobody(auditor: Actor) -> None:
    client = people.client_of(auditor)
    text_of(client, "/ledger")

    again = text_of(client, "/ledger?action=ledger.read")

    assert [row[1:3] for row in cells(again, "ledger")] == [["Ledger read", "Auditor"]]
    assert auditor.handle not in again.split('id="ledger"', 1)[1].split("</table>")[0]
