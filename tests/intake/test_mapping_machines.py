"""What a machine's list is read as: what it says itself, what is remembered, or what somebody confirms first."""

from pathlib import Path

import orjson
import pytest
from django.test import Client

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import Batch, Channel
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.intake.test_mapping import EVERYBODY, HEAD, PHONES, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(street: governance.OrderView, city: people.City) -> Actor:
    return people.actor_of("intake_officer", city.city)


@pytest.fixture
def page(clerk: Actor) -> Client:
    return people.client_of(clerk)


def received(
    clerk: Actor, folder: Path, text: str, said: intake.Said, channel: str = "health-list"
) -> object:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    with people.acting(clerk):
        return intake.batch_receive(
            channel_code=channel, path=path, filename=path.name, by=clerk, now=clock.now(), said=said
        )


@pytest.mark.parametrize(
    ("head", "state"),
    [
        (HEAD, "received"),
        ("旅客姓名,证件号码,手机号,目的地地址", "received"),
        ("姓名,证件号码,手机及微信,现住址", "received"),
        ("接触者姓名,证件号码,手机号,现住址", "mapping"),
        ("姓名,手机号,证件号码,现住址", "mapping"),
    ],
    ids=["says it", "and what stands there agrees", "by what stands there", "a name by its ending", "crossed"],
)  # fmt: skip
def test_a_machines_list_waits_only_where_its_columns_are_not_sure(
    clerk: Actor, tmp_path: Path, head: str, state: str
) -> None:
    batch = received(clerk, tmp_path, f"{head}\n{EVERYBODY}\n", intake.Said("unsure"))

    assert isinstance(batch, intake.BatchView) and batch.state == state


def test_what_a_sender_says_about_its_columns_is_taken_and_remembered(clerk: Actor, tmp_path: Path) -> None:
    said = intake.Said("unsure", {"name": "客人", "phone": "通讯"})
    rows = "\n".join(f"{one.name},{one.phone}" for one in people.EVERYBODY)

    batch = received(clerk, tmp_path, f"客人,通讯\n{rows}\n", said)
    later = received(clerk, tmp_path, "通讯,客人\n15400000777,赵再来\n", intake.Said("unsure"))

    assert isinstance(batch, intake.BatchView) and batch.columns == {"name": "客人", "phone": "通讯"}
    assert isinstance(later, intake.BatchView), later
    assert (later.state, later.columns) == ("received", {"name": "客人", "phone": "通讯"})


@pytest.mark.parametrize(
    ("layout", "code"),
    [({"name": "姓名", "phone": "电报"}, "mapping_header"), ({"score": "姓名"}, "mapping_header"),
     ({"name": "姓名"}, "mapping_needed"), ({"name": "姓名", "phone": "姓名"}, "mapping_twice"),
     ({"name": "姓名", "id_number": "手机号"}, "mapping_contradicts")],
)  # fmt: skip
def test_a_wrong_word_about_the_columns_refuses_the_list(
    clerk: Actor, tmp_path: Path, layout: dict[str, str], code: str
) -> None:
    outcome = received(clerk, tmp_path, f"{HEAD}\n{EVERYBODY}\n", intake.Said("none", layout))

    assert isinstance(outcome, Refusal) and outcome.code == code


def test_rows_without_any_headings_are_nobodys_headings(page: Client) -> None:
    answer = sent(page, "赵无头,三班,无\n钱无头,二班,无\n孙无头,二班,无\n")

    assert answer.status_code == 422  # type: ignore[attr-defined]
    with people.as_owner():
        assert "赵无头" not in str(list(Channel.objects.values()) + list(Batch.objects.values()))


def test_a_channel_remembers_a_dozen_layouts_and_forgets_the_oldest(clerk: Actor, tmp_path: Path) -> None:
    for number in range(14):
        text = f"{HEAD},备注{chr(0x4E00 + number)}\n{EVERYBODY}\n"
        batch = received(clerk, tmp_path, text, intake.Said("none", {"name": "姓名", "phone": "手机号"}))
        assert isinstance(batch, intake.BatchView), batch

    with people.as_owner():
        kept = Channel.objects.get(code="health-list").layouts
    assert len(kept) == 12 and kept[0]["headers"][-1] == "备注" + chr(0x4E00 + 13)


def test_the_api_does_what_the_page_does(clerk: Actor) -> None:
    machine = people.machine_of(clerk)

    def post(path: str, body: str, kind: str = "application/octet-stream") -> dict[str, object]:
        return orjson.loads(machine.post(path, body.encode(), content_type=kind).content)

    where = "/api/v1/lists?channel=health-list&filename=a.csv"
    waits = post(where, f"接触者姓名,手机号\n赵未读,{PHONES[0]}\n钱未读,{PHONES[1]}\n孙未读,{PHONES[2]}\n")
    seen = orjson.loads(machine.get(f"/api/v1/lists/{waits['id']}/mapping").content)
    told = post(
        f"/api/v1/lists/{waits['id']}/mapping",
        '{"columns": {"name": "手机号", "phone": "接触者姓名"}}',
        "application/json",
    )
    done = post(
        f"/api/v1/lists/{waits['id']}/mapping",
        '{"columns": {"name": "接触者姓名", "phone": "手机号"}}',
        "application/json",
    )
    again = post(where, f"接触者姓名,手机号\n李未读,{PHONES[3]}\n")
    named = post(where + '&mapping={"name":"谁","phone":"号"}', f"谁,号\n周未读,{PHONES[3]}\n")
    broken = post(where + "&mapping=[]", "谁,号\n吴未读,1\n")

    assert waits["state"] == "mapping"
    assert [(one["field"], one["why"], one["looks"]) for one in seen["columns"]] == [
        ("name", "contains", ""), ("phone", "exact", "phone"),
    ]  # fmt: skip
    assert PHONES[0] not in str(seen) and "赵未读" not in str(seen)
    assert told["code"] == "mapping_contradicts" and done["state"] == "received"
    assert again["state"] == "received" and named["columns"] == {"name": "谁", "phone": "号"}
    assert broken["code"] == "form_invalid"


def test_a_waiting_list_can_be_thrown_away_by_the_api(clerk: Actor) -> None:
    machine = people.machine_of(clerk)
    answer = machine.post(
        "/api/v1/lists?channel=health-list&filename=a.csv", "接触者姓名,手机号\n赵未读,1\n".encode(),
        content_type="application/octet-stream",
    )  # fmt: skip

    gone = machine.delete(f"/api/v1/lists/{answer.json()['id']}/mapping")

    assert (gone.status_code, gone.json()["state"]) == (200, "refused")
