"""Premises come in by a file, by their credit code, all rows or none; they are found by area, name and code."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.country.api import pack
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry.models import Premises
from tests import people
from tests.examples import examples
from tests.registry.town import CITY

pytestmark = pytest.mark.django_db

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
HEAD = "credit_code,name,kind,area_code,address"


def code(number: int) -> str:
    """Return a valid credit code of a district that does not exist."""
    body = f"91320199{number:09d}"
    return next(body + sign for sign in SIGNS if not pack("cn").credit_code_problem(body + sign))


def line(number: int = 1, **changes: str) -> str:
    told = {
        "credit_code": code(number), "name": f"珠江路{number}号便利店", "kind": "shop", "area_code": CITY.grid,
        "address": f"珠江路{number}号",
    }  # fmt: skip
    return ",".join((told | changes).values())


@pytest.fixture
def operator(city: people.City) -> Actor:
    return people.actor_of("system_operator", CITY.city)


def written(folder: Path, *lines: str, head: str = HEAD, encoding: str = "utf-8") -> Path:
    path = folder / "premises.csv"
    path.write_bytes("\n".join([head, *lines, ""]).encode(encoding))
    return path


def imported(path: Path, by: Actor) -> registry.PremisesReport | Refusal:
    with people.acting(by):
        return registry.premises_import(path=path, filename=path.name, by=by, now=clock.now())


def reported(folder: Path, by: Actor, *lines: str, **how: str) -> registry.PremisesReport:
    report = imported(written(folder, *lines, **how), by)
    assert isinstance(report, registry.PremisesReport), report
    return report


def names(by: Actor, **asked: Any) -> list[str]:
    with people.acting(by):
        found = registry.get_premises(by=by, **asked)
    assert not isinstance(found, Refusal), found
    return [one.name for one in found]


def rows() -> list[tuple[object, ...]]:
    with people.as_owner():
        return list(Premises.objects.order_by("credit_code").values_list())


def test_no_order_is_needed_to_get_ready(operator: Actor, tmp_path: Path) -> None:
    report = reported(tmp_path, operator, line(1), line(2, kind="药店"), line(3, area_code=CITY.next_grid))

    assert (report.rows, report.added, report.changed, report.unchanged) == (3, 3, 0, 0)
    assert [row[3] for row in rows()] == ["shop", "pharmacy", "shop"]
    with people.as_owner():
        entry = LedgerEntry.objects.get(action="premises.import")
    assert entry.actor == str(operator.id)


def test_a_later_file_renews_by_credit_code_and_leaves_who_is_not_in_it(
    operator: Actor, tmp_path: Path
) -> None:
    reported(tmp_path, operator, line(1), line(2), line(3))
    before = rows()

    same = reported(tmp_path, operator, line(1), line(2), line(3))
    assert (same.added, same.changed, same.unchanged) == (0, 0, 3) and rows() == before

    report = reported(tmp_path, operator, line(2, name="新街药店", kind="pharmacy"), line(4), line(3))
    assert (report.added, report.changed, report.unchanged) == (1, 1, 1)
    assert [row[2] for row in rows()] == ["珠江路1号便利店", "新街药店", "珠江路3号便利店", "珠江路4号便利店"]
    assert [row[0] for row in rows()][:3] == [row[0] for row in before]


@pytest.mark.parametrize(
    "typed",
    [lambda text: text.lower(), lambda text: f"{text[:8]} {text[8:]}", lambda text: f"{text[:2]}-{text[2:]}",
     lambda text: "".join(chr(ord(sign) + 0xFEE0) for sign in text)],
    ids=["small letters", "a blank", "a hyphen", "full width"],
)  # fmt: skip
def test_the_same_code_in_another_writing_is_the_same_place(
    operator: Actor, tmp_path: Path, typed: Callable[[str], str]
) -> None:
    reported(tmp_path, operator, line(1))

    report = reported(tmp_path, operator, line(1, credit_code=typed(code(1))))

    assert report.unchanged == 1 and len(rows()) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_of_an_office_is_read_in_its_own_words(operator: Actor, tmp_path: Path, encoding: str) -> None:
    head = "统一社会信用代码,单位名称,场所类型,网格编码,经营地址"

    report = reported(tmp_path, operator, line(1, kind="农贸市场"), head=head, encoding=encoding)

    assert report.added == 1 and rows()[0][3] == "market"


@pytest.mark.parametrize(
    ("road", "number", "address"),
    [
        ("珠江路", "273", "珠江路273号"),
        ("珠江路", "273号", "珠江路273号"),
        ("珠江路", "", "珠江路"),
        ("", "", ""),
    ],
)
def test_a_road_and_a_number_are_written_as_people_write_them(
    operator: Actor, tmp_path: Path, road: str, number: str, address: str
) -> None:
    head = "credit_code,name,kind,area_code,road,number"

    report = reported(tmp_path, operator, line(1, address=f"{road},{number}"), head=head)

    assert report.added == 1 and rows()[0][5] == address


def swapped(text: str) -> str:
    """Exchange two neighbours that differ, as a typist does."""
    place = next(at for at in range(8, 17) if text[at] != text[at + 1])
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


#: What is wrong with one row of a file -> how the row is told, and what is said of it.
WRONG: dict[str, tuple[dict[str, str], str]] = {
    "no code": ({"credit_code": ""}, "code_missing"),
    "blanks for a code": ({"credit_code": "   "}, "code_missing"),
    "a short code": ({"credit_code": code(9)[:-1]}, "code_length"),
    "a long code": ({"credit_code": code(9) + "0"}, "code_length"),
    "an old number of fifteen": ({"credit_code": "320102000123456"}, "code_length"),
    "a letter no code has": ({"credit_code": code(9)[:17] + "I"}, "code_characters"),
    "another such letter": ({"credit_code": code(9)[:10] + "O" + code(9)[11:]}, "code_characters"),
    "zeros all the way": ({"credit_code": "0" * 18}, "code_characters"),
    "one figure wrong": ({"credit_code": code(9)[:12] + "7" + code(9)[13:]}, "code_check"),
    "two figures exchanged": ({"credit_code": swapped(code(987_654_321))}, "code_check"),
    "two codes in one cell": ({"credit_code": f"{code(3)}/{code(4)}"}, "code_length"),
    "Chinese for a code": ({"credit_code": "九" * 18}, "code_characters"),
    "no name": ({"name": ""}, "premises_name_missing"),
    "blanks for a name": ({"name": "  "}, "premises_name_missing"),
    "a name without end": ({"name": "店" * 201}, "premises_long"),
    "an address without end": ({"address": "路" * 201}, "premises_long"),
    "no kind": ({"kind": ""}, "premises_kind"),
    "a kind nobody knows": ({"kind": "nightclub"}, "premises_kind"),
    "no area": ({"area_code": ""}, "premises_area_unknown"),
    "an area that is none": ({"area_code": "320102003015999"}, "premises_area_unknown"),
    "an area's name": ({"area_code": "成贤街社区"}, "premises_area_unknown"),
    "the code of a row before": ({"credit_code": code(1)}, "code_twice"),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG)
def test_a_file_with_one_wrong_row_brings_nothing_and_names_the_row(
    operator: Actor, tmp_path: Path, fault: str
) -> None:
    changes, problem = WRONG[fault]

    report = reported(tmp_path, operator, line(1), line(9, **changes), line(2))

    assert [(one.row, one.code) for one in report.problems] == [(3, problem)]
    assert (report.rows, report.added) == (3, 0) and rows() == []


#: Files that are none -> the code of the refusal.
NO_FILES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "table_empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "table_image"),
    "other columns": (b"a,b\n1,2\n", "table_header_not_found"),
    "no kind": (f"credit_code,name,area_code\n{code(1)},x,{CITY.grid}\n".encode(), "table_column_missing"),
    "no code": (f"name,kind,area_code\nx,shop,{CITY.grid}\n".encode(), "table_column_missing"),
}


@pytest.mark.parametrize("file", NO_FILES)
def test_a_file_that_is_none_is_refused_as_a_whole(operator: Actor, tmp_path: Path, file: str) -> None:
    content, refusal = NO_FILES[file]
    path = tmp_path / "premises.csv"
    path.write_bytes(content)

    outcome = imported(path, operator)

    assert isinstance(outcome, Refusal) and outcome.code == refusal, outcome
    assert rows() == []


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    files=st.lists(
        st.lists(st.tuples(st.integers(1, 6), st.integers(0, 2)), unique_by=lambda row: row[0], min_size=1),
        max_size=4,
    )
)
def test_any_sequence_of_files_ends_with_what_was_said_last(
    operator: Actor, tmp_path: Path, files: list[list[tuple[int, int]]]
) -> None:
    with transaction.atomic():
        said: dict[str, str] = {}
        for file in files:
            known = set(said)
            told = {code(number): f"店{version}" for number, version in file}
            fresh = {one for one in told if one not in known}
            renewed = {one for one in told if one in known and said[one] != told[one]}
            report = reported(
                tmp_path, operator, *(line(number, name=f"店{version}") for number, version in file)
            )
            said |= told
            assert (report.added, report.changed) == (len(fresh), len(renewed))
            assert report.rows == report.added + report.changed + report.unchanged
        assert {str(row[1]): str(row[2]) for row in rows()} == said
        transaction.set_rollback(True)


# --- looking ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def town(operator: Actor, tmp_path: Path) -> Actor:
    """Sixty shops of one grid and one each elsewhere."""
    numbers = list(range(1, 61))
    random.Random(1).shuffle(numbers)
    elsewhere = [
        line(71, name="大石桥药店", area_code=CITY.other_community_grid),
        line(72, name="秦淮饭店", area_code=CITY.other_district_grid),
    ]
    reported(tmp_path, operator, *(line(number) for number in numbers), *elsewhere)
    return operator


def test_a_list_goes_on_where_the_page_before_ended(town: Actor) -> None:
    officer = people.actor_of("community_officer", CITY.chengxianjie)
    with people.acting(officer):
        first = registry.get_premises(by=officer)
        assert isinstance(first, list)
        last = (first[-1].area_pos, first[-1].credit_code)
        second = registry.get_premises(by=officer, after=last)
    assert isinstance(second, list)

    codes = [one.credit_code for one in (*first, *second)]
    assert len(first) == 50 and len(second) == 10 and codes == sorted(codes) and len(set(codes)) == 60


@pytest.mark.parametrize(
    ("begins", "count"),
    [("珠江路6", 2), ("珠江路60号", 1), (code(7), 1), (code(7).lower(), 1), ("91320199", 50), ("便利店", 0), ("%", 0),
     ("_", 0), ("大石桥", 0), ("x' or 1=1", 0)],
)  # fmt: skip
def test_first_characters_find_within_the_area_alone(town: Actor, begins: str, count: int) -> None:
    officer = people.actor_of("community_officer", CITY.chengxianjie)

    assert len(names(officer, begins=begins)) == count


def test_each_centre_sees_its_own_and_a_foreign_area_does_not_exist(town: Actor) -> None:
    street = people.actor_of("street_officer", CITY.xinjiekou)
    district = people.actor_of("district_officer", CITY.qinhuai)

    assert names(street, begins="大石桥") == ["大石桥药店"] and names(street, begins="秦淮") == []
    assert names(street, area_code=CITY.dashiqiao) == ["大石桥药店"]
    assert names(district) == ["秦淮饭店"]
    with people.acting(district):
        outcome = registry.get_premises(by=district, area_code=CITY.dashiqiao)
    assert isinstance(outcome, Refusal) and outcome.code == "not_found"


def test_nobody_brings_premises_into_an_area_that_is_not_his(town: Actor, tmp_path: Path) -> None:
    small = people.actor_of("street_officer", CITY.xinjiekou)

    outside = reported(tmp_path, small, line(80, area_code=CITY.other_district_grid))
    elsewhere = imported(written(tmp_path, line(72, name="搬来的饭店")), small)

    assert [one.code for one in outside.problems] == ["premises_area_outside"]
    assert isinstance(elsewhere, Refusal) and elsewhere.code == "premises_elsewhere"
    assert names(town, begins="秦淮") == ["秦淮饭店"]


@pytest.mark.parametrize("role", ["grid_worker", "agency_liaison"])
def test_the_database_lets_no_worker_and_no_department_write(town: Actor, role: str) -> None:
    actor = (
        people.actor_of(role, CITY.grid) if role == "grid_worker" else people.actor_of(role, agency="health")
    )
    change = "update registry_premises set name = 'x'"

    with (
        people.acting(actor),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        connection.cursor().execute(change)


# --- page, API, command -----------------------------------------------------------------------------------------------


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/premises{query}")
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_the_page_lists_finds_and_says_what_is_missing(town: Actor) -> None:
    client = people.client_of(people.actor_of("community_officer", CITY.chengxianjie))
    elsewhere = people.client_of(people.actor_of("district_officer", CITY.qinhuai))

    assert page(client).count("便利店") == 50 and "More rows" in page(client)
    assert "珠江路60号便利店" in page(client, "?q=珠江路60") and "More rows" not in page(
        client, "?q=珠江路60"
    )
    assert "No premises of your area begin like this." in page(client, "?q=nothing")
    assert "秦淮饭店" in page(elsewhere) and "便利店" not in page(elsewhere)
    for wrong in (
        "?after=x~y",
        "?after=~",
        "?after=12",
        "?area=999",
        f"?area={CITY.qinhuai}",
    ):
        assert client.get(f"/premises{wrong}").status_code == 404, wrong


def test_an_empty_register_says_who_fills_it(operator: Actor) -> None:
    client = people.client_of(people.actor_of("community_officer", CITY.chengxianjie))

    assert "No premises are registered here." in page(client)


def test_a_machine_reads_them_page_by_page(town: Actor) -> None:
    machine = people.machine_of(people.actor_of("street_officer", CITY.xinjiekou))

    first = machine.get("/api/v1/premises").json()
    second = machine.get("/api/v1/premises", {"after": first["next"]}).json()
    one = machine.get("/api/v1/premises", {"q": code(71)}).json()["items"]

    assert (len(first["items"]), len(second["items"]), second["next"]) == (50, 11, "")
    assert [found["name"] for found in one] == ["大石桥药店"] and one[0]["kind"] == "shop"
    assert machine.get("/api/v1/premises", {"area": CITY.qinhuai}).json()["code"] == "not_found"


@pytest.mark.parametrize("role", ["grid_worker", "auditor"])
def test_who_reads_no_areas_reads_no_premises(town: Actor, role: str) -> None:
    client = people.client_of(people.actor_of(role, CITY.grid if role == "grid_worker" else ""))

    assert client.get("/premises").status_code == 403
