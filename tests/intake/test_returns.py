"""What comes back to each department: the outcomes of its own rows, the same on the page and in the file."""

import csv
import html
import io
import re
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake import rules
from gridward.intake.models import Clue
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.models import LedgerEntry
from gridward.kernel.tabular import neutralise
from tests import people
from tests.intake.test_receive import end

pytestmark = pytest.mark.django_db
STUDENT, MOTHER = people.returning_student, people.students_mother


def liaison(agency: str) -> Client:
    return people.client_of(people.actor_of("agency_liaison", agency=agency))


def rows_on(page: str) -> list[list[str]]:
    """Return the table of a page as texts, moments as the `datetime` the page carries."""
    body = page.split("<tbody", 1)[1].split("</tbody>")[0]
    found = []
    for row in body.split("<tr")[1:]:
        cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        if len(cells) < 4:
            continue
        moments = [re.search(r'datetime="([^"]+)"', cell) for cell in cells]
        texts = [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in cells]
        found.append([at[1] if at else text for text, at in zip(texts, moments, strict=True)])
    return found


def file_of(client: Client, batch_id: object) -> list[dict[str, str]]:
    content = client.get(f"/returns/{batch_id}.csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def answer(clue: Clue, outcome: str, reason: str = "") -> None:
    with people.as_owner():
        Clue.objects.filter(id=clue.id).update(
            state="closed", outcome=outcome, outcome_at=clock.now(), outcome_reason=reason
        )


@pytest.fixture
def asked(street: governance.OrderView, tmp_path: Path) -> dict[str, intake.BatchReport]:
    """Three departments ask about one family; each list has a row of its own kind as well."""
    family = [people.row_about(STUDENT), people.row_about(MOTHER)]
    return {
        "health": people.send_list(tmp_path, "health-list", [*family, ("", "", "13900000000", "")]),
        "police": people.send_list(tmp_path, "police-list", [("赵无处", "", "15499999999", ""), *family]),
        "transport": people.send_list(tmp_path, "transport-list", family[:1]),
    }


def clue_of(report: intake.BatchReport, row: int) -> Clue:
    with people.as_owner():
        return Clue.objects.get(batch_id=report.batch_id, row_number=row)


def test_each_department_reads_every_state_of_its_own_rows_and_no_others(
    asked: dict[str, intake.BatchReport],
) -> None:
    answer(clue_of(asked["health"], 2), "verified_present")
    answer(clue_of(asked["police"], 3), "unreachable", "rang three times")

    tables = {
        agency: rows_on(liaison(agency).get(f"/returns/{report.batch_id}").content.decode())
        for agency, report in asked.items()
    }

    shown = {agency: [[*row[:3], row[4]] for row in rows] for agency, rows in tables.items()}
    assert shown == {
        "health": [
            ["2", "answered", "Lives here, checked", "–"],
            ["3", "being checked", "–", "–"],
            ["4", "rejected", "–", "The name is missing."],
        ],
        "police": [
            ["2", "in review", "–", "–"],
            ["3", "answered", "Unreachable", "rang three times"],
            ["4", "being checked", "–", "–"],
        ],
        "transport": [["2", "being checked", "–", "–"]],
    }
    for agency, report in asked.items():
        for other in {"health", "police", "transport"} - {agency}:
            assert liaison(other).get(f"/returns/{report.batch_id}").status_code == 404


@pytest.mark.parametrize("agency", ["health", "police", "transport"])
def test_the_file_says_what_the_page_says(agency: str, asked: dict[str, intake.BatchReport]) -> None:
    answer(clue_of(asked["health"], 2), "moved")
    answer(clue_of(asked["police"], 4), "referred_medical", "handed over")
    client = liaison(agency)

    page = rows_on(client.get(f"/returns/{asked[agency].batch_id}").content.decode())
    rows = file_of(client, asked[agency].batch_id)

    with translation.override("en"):
        told = [
            [
                row["row_number"],
                str({**rules.STATES, "rejected": "rejected"}[row["status"]]),
                str(rules.OUTCOME_WORDS[row["outcome"]]) if row["outcome"] else "–",
                str(rules.REJECTS.get(row["reason"], row["reason"])) or "–",
            ]
            for row in rows
        ]
    assert [[*row[:3], row[4]] for row in page] == told
    for on_page, in_file in zip(page, rows, strict=True):
        if in_file["outcome_at"]:
            at = datetime.fromisoformat(on_page[3]).replace(microsecond=0)
            assert at == datetime.fromisoformat(in_file["outcome_at"])


#: What a worker or a reviewer may have written, or somebody in their name.
REASONS = [
    "=1+1",
    "+SUM(A1)",
    "-1",
    "@cmd",
    "\t=1",
    "＝HYPERLINK(1)",
    "'=1",
    '","=1',
    "<b>x</b>",
    "第一行\n=2",
]


def test_no_reason_becomes_a_formula_a_cell_or_a_tag(asked: dict[str, intake.BatchReport]) -> None:
    report = asked["transport"]
    clue, client = clue_of(report, 2), liaison("transport")
    for reason in REASONS:
        answer(clue, "refused", reason)

        (row,) = file_of(client, report.batch_id)

        assert row["reason"].lstrip()[:1] not in ("=", "+", "-", "@", "＝"), reason
        assert row["reason"].removeprefix("'") == reason.removeprefix("'")
        assert (row["status"], row["outcome"]) == ("closed", "refused")
        assert "<b>x</b>" not in client.get(f"/returns/{report.batch_id}").content.decode()


def test_a_long_list_pages_by_row_and_its_file_is_whole(street: governance.OrderView, tmp_path: Path) -> None:
    rows = [
        ("赵无物", "", "", "") if n % 3 else (f"赵{chr(0x4E00 + n)}", "", f"154{n:08d}", "")
        for n in range(60)
    ]
    report = people.send_list(tmp_path, "health-list", rows)
    client = liaison("health")

    first = client.get(f"/returns/{report.batch_id}").content.decode()
    second = client.get(f"/returns/{report.batch_id}?after=51").content.decode()

    numbers = [[int(row[0]) for row in rows_on(page)] for page in (first, second)]
    assert numbers == [list(range(2, 52)), list(range(52, 62))]
    assert "after=51" in first and "More rows" not in second
    assert [int(row["row_number"]) for row in file_of(client, report.batch_id)] == list(range(2, 62))


def test_a_row_or_a_list_that_is_none_does_not_exist(asked: dict[str, intake.BatchReport]) -> None:
    client = liaison("health")
    for after in ("x", "-1", "1.5", "99999999999999", "１", "0x10"):
        assert client.get(f"/returns/{asked['health'].batch_id}", {"after": after}).status_code == 404, after
    for path in ("/returns/x", "/returns/x.csv", "/returns/00000000-0000-0000-0000-000000000000"):
        assert client.get(path).status_code == 404, path


def test_the_overview_counts_what_is_answered_rejects_included(asked: dict[str, intake.BatchReport]) -> None:
    answer(clue_of(asked["health"], 2), "moved")
    client = liaison("health")

    overview = client.get("/returns").content.decode()
    page = client.get(f"/returns/{asked['health'].batch_id}").content.decode()

    (row,) = rows_on(overview)
    assert row[1] == "health-list" and row[3].startswith("66.6") and row[4] == "resolved"
    assert 'value="2" max="3"' in overview and 'value="2" max="3"' in page


def test_one_department_with_two_channels_sees_both_newest_first(
    street: governance.OrderView, tmp_path: Path
) -> None:
    intake.channel_create(
        code="health-late", agency_code="health", name="Second feed", purpose="case_finding", clue_kind="other",
        priority="P3", by=SYSTEM, now=clock.now(),
    )  # fmt: skip
    for channel in ("health-list", "health-late"):
        people.send_list(tmp_path, channel, [people.row_about(STUDENT)])

    channels = [row[1] for row in rows_on(liaison("health").get("/returns").content.decode())]

    assert channels == ["Second feed", "health-list"]


def test_a_department_that_sent_nothing_reads_so(street: governance.OrderView) -> None:
    assert "Your department has sent no list yet." in liaison("police").get("/returns").content.decode()


def test_what_was_found_stays_readable_when_the_order_is_over(
    asked: dict[str, intake.BatchReport], street: governance.OrderView
) -> None:
    answer(clue_of(asked["health"], 2), "verified_present")
    end(street)
    client = liaison("health")

    assert rows_on(client.get(f"/returns/{asked['health'].batch_id}").content.decode())[0][1] == "answered"
    assert file_of(client, asked["health"].batch_id)[0]["outcome"] == "verified_present"


def test_every_file_that_leaves_is_in_the_ledger_and_so_is_one_that_was_refused(
    asked: dict[str, intake.BatchReport],
) -> None:
    file_of(liaison("health"), asked["health"].batch_id)
    liaison("police").get(f"/returns/{asked['health'].batch_id}.csv")

    with people.as_owner():
        assert LedgerEntry.objects.filter(action="batch.outcomes").count() == 1
        assert LedgerEntry.objects.filter(action="endpoint.refuse", result="not_found").count() == 1


def test_the_pages_speak_chinese(asked: dict[str, intake.BatchReport]) -> None:
    answer(clue_of(asked["health"], 2), "verified_present")
    client = liaison("health")

    page = client.get(
        f"/returns/{asked['health'].batch_id}", headers={"accept-language": "zh-hans"}
    ).content.decode()

    with translation.override("zh-hans"):
        wanted = [str(rules.OUTCOME_WORDS["verified_present"]), str(rules.REJECTS["name_missing"])]
        wanted += [str(rules.STATES["closed"]), str(rules.STATES["dispatched"])]
    assert all(word in page for word in wanted)
    assert "Lives here" not in page and "The name is missing" not in page


REASONS = [
    "",
    "plain",
    "=1+1",
    "  +x",
    "\u3000＝x",
    "\xa0@x",
    "\u2028-x",
    'three "times", twice',
    "two\nlines",
    "-",
    "'=x",
]


def test_the_file_says_what_the_rows_say_and_no_reason_is_a_formula(
    street: governance.OrderView, tmp_path: Path
) -> None:
    report = people.send_list(tmp_path, "health-list", [people.row_about(STUDENT) for _reason in REASONS])
    for row, reason in enumerate(REASONS, start=2):
        answer(clue_of(report, row), "unreachable", reason)

    said = file_of(liaison("health"), report.batch_id)

    assert [row["reason"] for row in said] == [neutralise(reason) for reason in REASONS]
    assert [int(row["row_number"]) for row in said] == list(range(2, 2 + len(REASONS)))
