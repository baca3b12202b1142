"""A channel's share of a day: what goes beyond is refused with what to do, or let through once with a reason."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.actions.quota import quota_open
from gridward.intake.models import Batch, Channel, QuotaPass
from gridward.intake.quota import Quota
from gridward.kernel import clock
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.intake.test_receive import HEAD, send, written

pytestmark = pytest.mark.django_db
Make = Callable[..., object]


@pytest.fixture
def sends(street: governance.OrderView, tmp_path: Path) -> Make:
    """Return a way of sending a list of so many rows; no two are the same."""
    numbers = iter(range(1000))

    def sent(rows: int = 1, channel: str = "health-list") -> object:
        lines = [
            f"赵第{chr(0x4E00 + next(numbers))},,154{next(numbers):08},南京市玄武区" for _ in range(rows)
        ]
        return send(
            written(tmp_path, f"{next(numbers)}.csv", "\n".join([HEAD, *lines]) + "\n"), channel=channel
        )

    return sent


def share(**numbers: int) -> None:
    with people.as_owner():
        Channel.objects.filter(code="health-list").update(**numbers)


def code_of(outcome: object) -> str:
    return outcome.code if isinstance(outcome, Refusal) else ""


def test_rows_beyond_the_share_are_refused_whole_and_what_is_left_is_said(sends: Make) -> None:
    share(rows_a_day=5)

    assert code_of(sends(3)) == ""
    over = sends(3)

    assert isinstance(over, Refusal) and (over.code, over.status) == ("quota_rows", 429)
    assert "2 are left today" in over.title and "let one list through" in over.advice
    assert code_of(sends(2)) == "", "what still fits comes in"
    assert code_of(sends(9, "police-list")) == "", "another channel has its own share"


def test_lists_beyond_the_share_are_refused_and_a_refused_one_counts_for_nothing(sends: Make) -> None:
    share(lists_a_day=2, rows_a_day=5)

    assert [code_of(sends(rows)) for rows in (1, 9, 1, 1)] == ["", "quota_rows", "", "quota_lists"]


def test_without_numbers_of_its_own_a_channel_has_those_of_the_orders_profile(
    sends: Make, street: governance.OrderView
) -> None:
    profile = governance.profile_of(street)

    assert (profile.number("channel_lists_a_day"), profile.number("channel_rows_a_day")) == (48, 500_000)
    assert code_of(sends(3)) == ""


def test_a_new_day_has_a_new_share(sends: Make) -> None:
    share(lists_a_day=1)
    assert [code_of(sends()), code_of(sends())] == ["", "quota_lists"]

    with people.as_owner():
        Batch.objects.update(received_at=clock.now() - timedelta(days=1))

    assert code_of(sends()) == ""


def test_the_city_lets_one_list_through_once_with_a_reason(sends: Make) -> None:
    share(lists_a_day=0)
    officer = people.actor_of("city_officer", "3201")
    with people.acting(officer):
        bare = quota_open(channel_code="health-list", reason="x", by=officer, now=clock.now())
        opened = quota_open(channel_code="health-list", reason="a train came in", by=officer, now=clock.now())
        again = quota_open(channel_code="health-list", reason="a train came in", by=officer, now=clock.now())

    through, beyond = sends(), sends()

    assert (code_of(bare), code_of(again)) == ("reason_needed", "quota_open")
    assert isinstance(opened, QuotaPass) and isinstance(through, intake.BatchView)
    assert code_of(beyond) == "quota_lists"
    with people.as_owner():
        assert QuotaPass.objects.get().batch_id == through.id
        assert sorted(LedgerEntry.objects.filter(action__startswith="quota").values_list("action", flat=True)) == [
            "quota.open", "quota.use",
        ]  # fmt: skip


def test_a_pass_of_yesterday_opens_nothing(sends: Make) -> None:
    share(lists_a_day=0)
    officer = people.actor_of("city_officer", "3201")
    with people.acting(officer):
        quota_open(
            channel_code="health-list",
            reason="a train came in",
            by=officer,
            now=clock.now() - timedelta(days=1),
        )

    assert code_of(sends()) == "quota_lists"


def test_the_same_list_again_is_the_same_list_and_uses_nothing(
    street: governance.OrderView, tmp_path: Path
) -> None:
    share(lists_a_day=1)
    path = written(tmp_path, "a.csv", f"{HEAD}\n赵再来,,15400000888,\n")

    assert [code_of(send(path)), code_of(send(path))] == ["", ""]


def test_the_page_says_how_much_of_today_is_used_and_the_city_lets_one_through_there(sends: Make) -> None:
    share(lists_a_day=7, rows_a_day=90)
    sends(3)
    city = people.client_of(people.actor_of("city_officer", "3201"))
    clerk = people.client_of(people.actor_of("intake_officer", "3201"))

    page = " ".join(city.get("/channels").content.decode().split())
    said = city.post("/channels/health-list/let", {"reason": "a train came in"})
    bare = city.post("/channels/police-list/let", {"reason": ""})

    assert "1 / 7" in page and "3 / 90" in page and "500,000" in page
    assert (said.status_code, bare.status_code) == (302, 422)
    assert "Let one through" in page and "Let one through" not in clerk.get("/channels").content.decode()
    assert clerk.post("/channels/health-list/let", {"reason": "a train came in"}).status_code == 403
    assert city.post("/channels/nobody-has-this/let", {"reason": "a train came in"}).status_code == 404


@pytest.mark.parametrize(
    ("used", "rows", "code"),
    [
        ((0, 0), 10, ""),
        ((0, 0), 11, "quota_rows"),
        ((1, 7), 3, ""),
        ((1, 7), 4, "quota_rows"),
        ((2, 0), 1, "quota_lists"),
        ((3, 99), 1, "quota_lists"),
        ((1, 99), 0, "quota_rows"),
    ],
)
def test_a_share_is_held_to_the_row(used: tuple[int, int], rows: int, code: str) -> None:
    assert code_of(Quota(2, 10, *used).over(rows)) == code
