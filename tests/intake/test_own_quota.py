"""What a department sees of its own channels' share of a day: used, left, until when; and nothing of anybody else's."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from gridward.governance import api as governance
from gridward.intake.actions.quota import quota_open
from gridward.intake.models import Batch, Channel
from gridward.intake.quota import Quota, Share
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.intake.test_quota import Make, sends, share
from tests.intake.test_receive import end
from tests.intake.test_returns import liaison

pytestmark = pytest.mark.django_db
__all__ = ["sends"]  # a fixture


def machine(agency: str) -> Client:
    return people.machine_of(people.actor_of("agency_liaison", agency=agency))


def page_of(agency: str, language: str = "en") -> str:
    answer = liaison(agency).get("/returns", headers={"accept-language": language})
    return " ".join(answer.content.decode().split())


def quota_of(agency: str, channel: str, **asked: object) -> dict[str, object]:
    answer = machine(agency).get(f"/api/v1/quotas/{channel}", asked)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def let_one_through() -> None:
    officer = people.actor_of("city_officer", "3201")
    with people.acting(officer):
        opened = quota_open(channel_code="health-list", reason="a train came in", by=officer, now=clock.now())
        assert not isinstance(opened, Refusal)


#: Used and let through, by the share of 4 lists and 50 rows: the standing, what is left, and what the page says.
DAYS = [
    ((), False, "open", (4, 50), ""),
    ((3, 2), False, "open", (2, 45), ""),
    ((1, 1, 1), False, "near", (1, 47), "lists 1, rows 47"),
    ((45,), False, "near", (3, 5), "lists 3, rows 5"),
    ((50,), False, "used_up", (3, 0), "quota is used up"),
    ((1, 1, 1, 1), False, "used_up", (0, 46), "quota is used up"),
    ((1, 1, 1, 1), True, "let_through", (0, 46), "lets the next list through today"),
    ((3,), True, "let_through", (3, 47), "lets the next list through today"),
]


@pytest.mark.parametrize(("sent", "is_let", "standing", "left", "told"), DAYS)
def test_the_liaison_reads_what_is_used_and_left_before_a_list_goes_beyond(
    sends: Make, sent: tuple[int, ...], is_let: bool, standing: str, left: tuple[int, int], told: str
) -> None:
    share(lists_a_day=4, rows_a_day=50)
    for rows in sent:
        assert not isinstance(sends(rows), Refusal)
    if is_let:
        let_one_through()

    said, page = quota_of("health", "health-list"), page_of("health")

    assert (said["standing"], said["lists_left"], said["rows_left"]) == (standing, *left)
    assert (said["lists_used"], said["rows_used"]) == (len(sent), sum(sent))
    assert f"{len(sent)} / 4" in page and f"{sum(sent)} / 50" in page
    warned = page.split('id="warnings"')[1].split('id="returns"')[0]
    assert told in warned and bool(told) == ("health-list" in warned)


@pytest.mark.parametrize(
    ("asked", "is_let", "refusal", "words"),
    [
        (0, False, "", "rows 7"),
        (7, False, "", "rows 7"),
        (8, False, "quota_rows", "With 8 rows this list goes beyond the 10 a day of its channel; 7 are left"),
        (8, True, "", "lets the next list through"),
    ],
)
def test_a_machine_is_told_before_it_sends_what_sending_would_be_told(
    sends: Make, asked: int, is_let: bool, refusal: str, words: str
) -> None:
    share(rows_a_day=10)
    assert not isinstance(sends(3), Refusal)
    if is_let:
        let_one_through()

    said = quota_of("health", "health-list", rows=asked)
    sent = sends(asked or 1)

    assert (said["refusal"], str(words) in str(said["says"])) == (refusal, True), said["says"]
    assert (sent.code if isinstance(sent, Refusal) else "") == refusal


def test_it_renews_at_midnight_by_the_clock_of_the_house(sends: Make) -> None:
    share(lists_a_day=1)
    sends()
    renews = str(quota_of("health", "health-list")["renews_at"])

    local = timezone.localtime(datetime.fromisoformat(renews))
    tomorrow = timezone.localtime(clock.now()) + timedelta(days=1)

    assert (local.date(), local.hour, local.minute) == (tomorrow.date(), 0, 0)
    assert f"{tomorrow:%Y-%m-%d} 00:00" in page_of("health")
    with people.as_owner():
        Batch.objects.update(received_at=clock.now() - timedelta(days=1))
    assert quota_of("health", "health-list")["standing"] == "open"


def test_without_an_order_that_names_the_channel_there_is_no_quota(
    street: governance.OrderView, sends: Make
) -> None:
    share(lists_a_day=4, rows_a_day=50)
    sends(3)
    connection.check_constraints()  # as the commit does: the order is asked then
    end(street)

    said, page = quota_of("health", "health-list"), page_of("health")

    assert (said["standing"], said["refusal"]) == ("unset", "order_inactive")
    assert (said["lists"], said["lists_left"], said["rows_left"], said["rows_used"]) == (None, None, None, 3)
    assert "No quota is set" in str(said["says"]) and "no quota" in page


def test_a_department_without_a_channel_reads_who_opens_one(street: governance.OrderView) -> None:
    with people.as_owner():
        Channel.objects.filter(code="police-list").delete()

    assert "Your department has no channel yet." in page_of("police")
    assert machine("police").get("/api/v1/quotas").json() == {"items": [], "next": ""}


@pytest.mark.parametrize("agency", ["health", "police", "transport"])
def test_a_foreign_channel_does_not_exist(agency: str, sends: Make) -> None:
    for channel in ("health-list", "police-list", "transport-list"):
        sends(3, channel)
    caller, foreign = machine(agency), {"health", "police", "transport"} - {agency}

    own = [one["channel_code"] for one in caller.get("/api/v1/quotas").json()["items"]]
    asked = {other: caller.get(f"/api/v1/quotas/{other}-list") for other in foreign}
    nobody = caller.get("/api/v1/quotas/nobody-has-this")

    assert own == [f"{agency}-list"]
    assert {one.status_code for one in asked.values()} == {nobody.status_code} == {404}
    assert {one.content for one in asked.values()} == {nobody.content}
    assert not [other for other in foreign if f"{other}-list" in page_of(agency)]


@pytest.fixture
def health(sends: Make) -> Iterator[Actor]:
    """The liaison of one department, after every department has sent a list; in its own database role."""
    for channel in ("health-list", "police-list"):
        sends(3, channel)
    actor = people.actor_of("agency_liaison", agency="health")
    with people.acting(actor):
        yield actor


#: What the department's real role asks, and how many rows of whom it is given.
ASKED: list[tuple[str, list[tuple[object, ...]]]] = [
    ("select code from intake_channel", [("health-list",)]),
    ("select code from intake_channel where agency_code <> 'health'", []),
    ("select channel, lists, rows from intake_quota_own(now() - interval '1 day')", [("health-list", 1, 3)]),
    ("select 1 from intake_quota_own(now() - interval '1 day') where channel <> 'health-list'", []),
    ("select channel, lists from intake_quota_own(now() + interval '1 day')", [("health-list", 0)]),
]


@pytest.mark.parametrize(("sql", "given"), ASKED)
def test_the_role_of_a_department_is_given_its_own_channels_only(
    health: Actor, sql: str, given: list[tuple[object, ...]]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.fetchall() == given


@pytest.mark.parametrize("role", ["gridward_worker", "gridward_audit", "gridward_centre", "gridward_job"])
def test_nobody_but_a_department_asks_for_its_own(street: governance.OrderView, role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select has_function_privilege(%s, 'intake_quota_own(timestamptz)', 'execute'),"
            " has_function_privilege('gridward_agency', 'intake_quota_used(text, timestamptz)', 'execute')",
            [role],
        )
        assert cursor.fetchone() == (False, False)


def test_without_a_session_nobody_has_a_channel_of_their_own(street: governance.OrderView) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local role gridward_agency")
        cursor.execute("select * from intake_quota_own(now())")
        found = cursor.fetchall()
        cursor.execute("set local role gridward_app")

    assert found == []


@pytest.mark.parametrize(
    ("role", "area"), [("intake_officer", "3201"), ("city_officer", "3201"), ("auditor", "")]
)
def test_only_a_department_may_ask(street: governance.OrderView, role: str, area: str) -> None:
    caller = people.machine_of(people.actor_of(role, area))

    assert [caller.get(path).status_code for path in ("/api/v1/quotas", "/api/v1/quotas/health-list")] == [
        403
    ] * 2


def test_the_clerk_reads_on_the_form_which_channel_has_nothing_left(sends: Make) -> None:
    share(lists_a_day=1)
    clerk = people.client_of(people.actor_of("intake_officer", "3201"))
    before = clerk.get("/lists/new").content.decode()

    sends(3)
    after = clerk.get("/lists/new").content.decode()

    assert "quota is used up" not in before and after.count("quota is used up") == 1


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", ["今日限额", "今天的限额已用完"]), ("zh-hant", ["今日限額"])]
)
def test_the_page_speaks_chinese(sends: Make, language: str, words: list[str]) -> None:
    share(lists_a_day=1)
    sends(3)

    page = page_of("health", language)

    assert [word for word in words if word not in page] == []
    assert "used up" not in page and "Quota" not in page


def test_two_channels_of_one_department_have_a_share_each(sends: Make) -> None:
    with people.as_owner():
        Channel.objects.filter(code="police-list").update(agency_code="health")
    share(lists_a_day=1)
    sends(3)

    items = machine("health").get("/api/v1/quotas").json()["items"]

    assert [(one["channel_code"], one["standing"]) for one in items] == [
        ("health-list", "used_up"), ("police-list", "open"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lists", "rows", "used", "standing"),
    [
        (48, 500_000, (0, 0), "open"),
        (48, 500_000, (46, 0), "open"),
        (48, 500_000, (47, 0), "near"),
        (48, 500_000, (1, 449_999), "open"),
        (48, 500_000, (1, 450_000), "near"),
        (48, 500_000, (48, 0), "used_up"),
        (48, 500_000, (1, 500_001), "used_up"),
        (1, 10, (0, 0), "open"),
        (0, 10, (0, 0), "used_up"),
        (None, 10, (0, 0), "unset"),
        (1, None, (0, 0), "unset"),
    ],
)
def test_how_a_day_stands(lists: int | None, rows: int | None, used: tuple[int, int], standing: str) -> None:
    assert Share("a", "A", Quota(lists, rows, *used), False, clock.now()).standing == standing
