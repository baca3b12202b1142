"""
Every command with what people get wrong: one line in plain words, a stable code, the exit code of its kind, nothing on
stdout, and nothing changed. Run in this process, on a small city.
"""

import json
from pathlib import Path

import pytest

from gridward.governance import api as governance
from gridward.kernel.models import LedgerEntry
from gridward.workforce.models import LoginSession
from tests import people
from tests.people import DIVISIONS
from tests.wiring.commands import Run, account, runner
from tests.wiring.supervisor_cases import ONE_LINE

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOBODY = "01a00000-0000-7000-8000-000000000000"
LIST = "姓名,证件号码,手机号,现住址\n"


@pytest.fixture
def run(
    street: governance.OrderView,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Run:
    """Commands on the small street, in a folder with every kind of file that is none."""
    account("operator", "system_operator", "3201")
    account("city", "city_officer", "3201")
    account("intake", "intake_officer", "3201")
    account("street", "street_officer", "320102003")
    account("worker", "grid_worker", "320102003015001")
    account("health", "agency_liaison", agency="health")
    account("privacy", "privacy_officer")
    account("auditor", "auditor")
    account("admin", "system_administrator")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.csv").touch()
    (tmp_path / "list.csv").write_text(LIST + "王小明,,,\n", encoding="utf-8")
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "broken.geojson").write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")
    return runner(monkeypatch, capsys)


IMPORTS = {
    "registry import {file}": "operator",
    "workforce import {file}": "operator",
    "territory import {file}": "operator",
    "intake import {file} --channel health-list": "intake",
}
#: A file that is none -> the code each importer refuses it with, in the order of IMPORTS.
FILES = {
    "missing.csv": ("table_unreadable", "table_unreadable", "file.unusable", "file.unusable"),
    "folder": ("table_unreadable", "table_unreadable", "file.unusable", "file.unusable"),
    "empty.csv": ("table_empty", "table_empty", "territory_unrecognised", "table_empty"),
    "picture.csv": ("table_image", "table_image", "territory_unrecognised", "table_image"),
    "other.csv": (
        "table_header_not_found", "table_header_not_found", "territory_unrecognised", "table_header_not_found"
    ),
}  # fmt: skip


@pytest.mark.parametrize("place", range(len(IMPORTS)), ids=[words.split(" ")[0] for words in IMPORTS])
def test_a_file_that_is_none_is_refused_by_every_importer(run: Run, place: int) -> None:
    words, who = list(IMPORTS.items())[place]
    for file, codes in FILES.items():
        ended = run(*words.format(file=file).split(), "--as", who)

        assert f"[{codes[place]}]" in ended.last, (file, ended.err)
        assert (ended.exit_code, ended.out) == (4 if "." in codes[place] else 3, "")
        assert ONE_LINE.match(ended.last)


#: Command, who asks, the code of the refusal. Every row is another reason.
REFUSALS = [
    ("territory locate 珠江路 --within 999", "operator", "area_unknown"),
    ("registry import list.csv --order none", "operator", "order_inactive"),
    ("registry carry-over NONE NEITHER", "operator", "not_found"),
    ("intake import list.csv --channel nobodys", "intake", "channel_unknown"),
    ("intake import list.csv --channel health-list --order none", "intake", "order_inactive"),
    (f"intake report {NOBODY}", "intake", "not_found"),
    (f"intake report {NOBODY} --rows out.csv", "intake", "not_found"),
    (f"intake report {NOBODY} --rejects out.csv", "intake", "not_found"),
    (f"governance domain destroy order:{NOBODY} --reason long-enough", "privacy", "not_found"),
    ("governance domain destroy standing --reason short", "privacy", "reason_needed"),
    ("registry merge R1 R1 --reason same-person", "street", "merge_self"),
    ("registry merge R1 R3 --reason no", "street", "reason_needed"),
    ("registry merge R1 R9 --reason same-person", "street", "not_found"),
    (f"registry unmerge {NOBODY} --reason two-people", "street", "not_found"),
    ("simulate city --out here --street 999", "", "area_unknown"),
]


@pytest.mark.parametrize(("words", "who", "code"), REFUSALS, ids=lambda value: str(value)[:50])
def test_what_cannot_be_done_is_said_in_one_line(run: Run, words: str, who: str, code: str) -> None:
    ended = run(*words.split(), *(["--as", who] if who else []))

    assert f"[{code}]" in ended.last, ended.err
    assert (ended.exit_code, ended.out) == (3, "")
    assert ONE_LINE.match(ended.last)
    assert not Path("out.csv").exists()


#: Command -> the accounts of the small city that may give it.
RIGHTS = {
    "registry import other.csv": {"operator"},
    "registry carry-over NONE NEITHER": {"operator"},
    "workforce import other.csv": {"operator"},
    "territory import other.csv --kind divisions": {"operator"},
    "intake import other.csv --channel health-list": {"operator", "intake"},
    f"intake report {NOBODY}": {"operator", "intake"},
    "intake channels": {"operator", "intake"},
    "governance orders": {"city", "intake", "street", "worker", "health", "privacy", "auditor"},
    "governance ledger seal": {"privacy", "auditor"},
    "governance ledger export ledger.jsonl": {"privacy", "auditor"},
    f"governance domain destroy order:{NOBODY} --reason long-enough": {"privacy"},
    "dispatch release-due": {"street"},
    "registry merge R1 R3 --reason same-person": {"street"},
    f"registry unmerge {NOBODY} --reason two-people": {"street"},
}
EVERYBODY = ("operator", "city", "intake", "street", "worker", "health", "privacy", "auditor", "admin")


def denials() -> int:
    with people.as_owner():
        return LedgerEntry.objects.filter(action="command.refuse").count()


@pytest.mark.parametrize("words", RIGHTS)
def test_a_command_asks_for_the_right_a_page_would_ask_for(run: Run, words: str) -> None:
    for who in EVERYBODY:
        before = denials()
        ended = run(*words.split(), "--as", who)

        denied = "[forbidden]" in ended.last
        assert denied is (who not in RIGHTS[words]), (who, ended.err)
        assert denials() - before == int(denied), who
        assert not denied or (ended.exit_code, ended.out) == (3, ""), who


@pytest.mark.parametrize("nobody", ["nobody", "worker ", "x" * 300, "'; drop table workforce_account; --"])
def test_nobody_acts_under_a_name_that_is_no_account(run: Run, nobody: str) -> None:
    for words in RIGHTS:
        ended = run(*words.split(), "--as", nobody)

        assert "[account_unknown]" in ended.last, (words, ended.err)
        assert (ended.exit_code, ended.out) == (3, "")
        assert ONE_LINE.match(ended.last)


def test_a_sign_in_ends_with_its_command_also_when_it_was_refused(run: Run) -> None:
    def open_ones() -> int:
        with people.as_owner():
            return LoginSession.objects.filter(kind="cli", ended_at=None, account__handle="city").count()

    for words in (
        "governance orders",
        "governance ledger seal",
        "intake report x",
        "registry import missing.csv",
    ):
        run(*words.split(), "--as", "city")

        assert open_ones() == 0, words


# --- how the words are used -------------------------------------------------------------------------------------------

USES = [
    "", "dance", "intake", "intake dance", "governance ledger", "governance domain", "territory locate",
    "territory locate a b", "territory locate text --point 1,2", "territory locate --point 118.7",
    "territory locate --point 118.7,north", "territory locate --point 1,2,3", "territory import x --kind villages",
    "intake report 12", "intake import list.csv", "intake import --channel health-list", "registry import",
    "simulate city", "simulate city --out here --seed seven", "simulate city --out here --scale planet",
    "governance domain destroy order:1", "workforce import a.csv b.csv", "registry import a.csv --json=yes",
]  # fmt: skip


@pytest.mark.parametrize("words", USES)
def test_words_that_make_no_command_are_answered_with_those_that_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    ended = runner(monkeypatch, capsys)(*words.split())

    assert (ended.exit_code, ended.out) == (2, "")
    assert ended.err.startswith("usage: gridward")
    assert "Traceback" not in ended.err


# --- what is answered -------------------------------------------------------------------------------------------------

COUNTS = {"id", "rows", "accepted", "rejected", "merged", "new", "waiting"}


def test_answers_are_one_json_value_with_the_fields_programs_rely_on(run: Run) -> None:
    orders = run("governance", "orders", "--as", "city", "--json").answer
    channels = run("intake", "channels", "--as", "intake", "--json").answer
    count = run("territory", "count", "--json").answer
    place = run(
        "territory", "locate", "南京市玄武区新街口街道成贤街社区珠江路273号1幢1单元101室", "--json"
    ).answer
    released = run("dispatch", "release-due", "--as", "street", "--json").answer
    sent = run("intake", "import", "list.csv", "--channel", "health-list", "--as", "intake", "--json").answer
    again = run("intake", "import", "list.csv", "--channel", "health-list", "--as", "intake", "--json").answer

    assert [set(order) for order in orders] == [
        {
            "number",
            "title",
            "kind",
            "state",
            "area_code",
            "purposes",
            "bodies",
            "starts_at",
            "ends_at",
            "domain",
        }
    ]
    assert orders[0]["state"] == "active"
    assert {tuple(channel) for channel in channels} == {
        ("code", "agency", "name", "purpose", "kind", "priority")
    }
    assert (count["city"], count["community"]) == (1, 1322)
    assert (place["status"], place["area_code"], place["candidates"]) == ("found", "320102003015001", [])
    assert released == {"released": 0}
    assert set(sent) >= COUNTS
    assert sent["rows"] == 1 == sent["accepted"] + sent["rejected"]
    assert (sent["is_known"], again["is_known"], again["id"]) == (False, True, sent["id"])


def test_people_get_the_same_in_lines(run: Run) -> None:
    orders = run("governance", "orders", "--as", "city").out
    channels = run("intake", "channels", "--as", "intake").out.splitlines()
    count = run("territory", "count").out

    assert "  active  3201  " in orders
    assert channels[0].startswith("health-list  health")
    assert "community: 1322" in count


@pytest.mark.parametrize(
    ("point", "status"),
    [("118.79,32.05", {"found", "partial", "unknown"}), ("0,0", {"unknown"}), ("181,91", {"unknown"})],
)
def test_a_point_is_located_or_plainly_unknown(run: Run, point: str, status: set[str]) -> None:
    ended = run("territory", "locate", "--point", point, "--json")

    assert ended.exit_code == 0, ended.err
    assert ended.answer["status"] in status


def test_the_ledger_is_sealed_and_written_as_one_line_an_entry(run: Run) -> None:
    sealed = run("governance", "ledger", "seal", "--as", "auditor", "--json").answer
    exported = run("governance", "ledger", "export", "ledger.jsonl", "--as", "auditor", "--json").answer

    lines = [json.loads(line) for line in Path("ledger.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (
        exported["sealed"] == len([line for line in lines if "chain_hash" in line])
        or len(lines) >= exported["sealed"]
    )
    assert sealed.keys() == {"sealed", "position", "chain_hash", "missed_mirrors"}
    assert run("governance", "ledger", "export", "no/such/place.jsonl", "--as", "auditor").exit_code == 4


def test_divisions_that_are_there_already_change_nothing(run: Run) -> None:
    report = run("territory", "import", DIVISIONS, "--json").answer

    assert (report["added"], report["changed"], report["problems"]) == (0, 0, [])
    assert report["unchanged"] == report["rows"] > 1_000


def test_a_file_with_problems_imports_nothing_and_names_each_on_a_line_of_its_own(run: Run) -> None:
    ended = run("territory", "import", "broken.geojson", "--kind", "shapes", "--json")

    assert ended.exit_code == 3
    assert (ended.answer["imported"], ended.answer["problems_count"]) == (False, 1)
    assert ended.last.endswith("Export it again as GeoJSON. [not_json]\n")
