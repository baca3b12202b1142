"""
R3 for all 17 departments: lists about the same few people, and nobody reads a row of anybody else's.

Every table is read as the department's real database role without a condition; whatever id, file name or hash of
another department's comes back in whatever column is a row too many. Then the same by pages and by files.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from gridward.dispatch.models import Task, TaskSubject
from gridward.intake import api as intake
from gridward.intake.actions.returns import outcomes_export
from gridward.intake.models import Batch, Clue
from gridward.intake.queries import get_sent_list
from gridward.kernel import clock, outbox
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.outcomes import Refusal
from gridward.wiring.supervisor import Supervisor
from gridward.workforce import api as workforce
from tests import people
from tests.house.conftest import copied_city
from tests.house.test_r3_real_roles import granted_columns, refused, seen
from tests.house.world import CITY, rows

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: The 17 departments of the founding report (M-47) as a city names them.
DEPARTMENTS = {
    "police": "公安局", "civil_affairs": "民政局", "health": "卫生健康委员会", "transport": "交通运输局",
    "education": "教育局", "labour": "人力资源和社会保障局", "housing": "住房保障和房产局",
    "city_management": "城市管理局", "commerce": "商务局", "culture": "文化和旅游局", "markets": "市场监督管理局",
    "industry": "工业和信息化局", "agriculture": "农业农村局", "justice": "司法局", "emergency": "应急管理局",
    "medical_insurance": "医疗保障局", "customs": "海关",
}  # fmt: skip
PEOPLE = (
    people.returning_student,
    people.students_mother,
    people.neighbour_across,
    people.namesake_elsewhere,
)
FAMILY = {people.returning_student, people.students_mother}
ID_OR_HASH = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|list-of-\w+\.csv")


@dataclass(frozen=True)
class Departments:
    """The departments with their liaisons and lists, and what is a secret of each."""

    liaisons: dict[str, Actor]
    clients: dict[str, Client]
    batches: dict[str, UUID]
    #: Ids, content hashes and file names that belong to one department alone.
    secrets: dict[str, frozenset[str]]
    #: Row number → outcome, as the department's answers must read.
    answers: dict[str, dict[int, str]]


def about(number: int) -> list[people.Neighbour]:
    """Return whom the department of that number asks about: no two in the same way, everybody by several."""
    wanted = number % 15 + 1
    return [person for bit, person in enumerate(PEOPLE) if wanted >> bit & 1]


def send(folder: Path, number: int, code: str, officer: Actor) -> None:
    broken = [("", person.id_number, "", "") for person in PEOPLE[: 1 + number // 15]]
    path = folder / f"list-of-{code}.csv"
    lines = [people.row_about(person) for person in about(number)] + broken
    path.write_text(
        "姓名,证件号码,手机号,现住址\n" + "\n".join(map(",".join, lines)) + "\n", encoding="utf-8"
    )
    with people.acting(officer):
        batch = intake.batch_receive(
            channel_code=code, path=path, filename=path.name, by=officer, now=clock.now()
        )
    assert isinstance(batch, intake.BatchView), batch


def visited(worker: Actor) -> None:
    """Let the worker of the family's grid close the family's task; the others stay open."""
    with people.as_owner():
        Task.objects.update(released_at=clock.now(), priority="P1")
        task = Task.objects.filter(assignee_id=worker.id).order_by("opened_at", "id")
        family = next(one for one in task if count_people(one) == len(FAMILY))
        persons = set(TaskSubject.objects.filter(task=family).values_list("person_id", flat=True))
    answer = people.client_of(worker).post(
        f"/today/{family.id}/visit",
        {"result": "done", "reason": "a drill"} | {f"outcome-{one}": "verified_present" for one in persons},
    )
    assert answer.status_code == 302, answer.content


def count_people(task: Task) -> int:
    return len(set(TaskSubject.objects.filter(task=task).values_list("person_id", flat=True)))


def found(folder: Path) -> Departments:
    order = people.signed_order(lasts=timedelta(days=14), bodies=tuple(DEPARTMENTS))
    people.found_street(order, folder)
    worker = people.actor_of("grid_worker", CITY.grid, responsible=True)
    officer = people.actor_of("intake_officer", CITY.city)
    for number, (code, name) in enumerate(DEPARTMENTS.items()):
        workforce.agency_create(code=code, name=name, by=SYSTEM, now=clock.now())
        intake.channel_create(
            code=code, agency_code=code, name=name, purpose="case_finding", clue_kind="returnee",
            priority="P2", by=SYSTEM, now=clock.now(),
        )  # fmt: skip
        send(folder, number, code, officer)
    outbox.drain_all()
    connection.check_constraints()
    visited(worker)
    liaisons = {code: people.actor_of("agency_liaison", agency=code) for code in DEPARTMENTS}
    return Departments(
        liaisons=liaisons,
        clients={code: people.client_of(liaison) for code, liaison in liaisons.items()},
        batches=batch_ids(),
        secrets={code: secrets_of(code) for code in DEPARTMENTS},
        answers={code: answers_of(number) for number, code in enumerate(DEPARTMENTS)},
    )


def batch_ids() -> dict[str, UUID]:
    with people.as_owner():
        return dict(Batch.objects.values_list("agency_code", "id"))


def secrets_of(code: str) -> frozenset[str]:
    with people.as_owner():
        clues = Clue.objects.filter(agency_code=code)
        subjects = TaskSubject.objects.filter(clue_id__in=clues.values("id"))
        batch_id, content_hash, filename = Batch.objects.values_list("id", "content_hash", "filename").get(
            agency_code=code
        )
        ids = {*clues.values_list("id", flat=True), *subjects.values_list("id", flat=True), batch_id}
        return frozenset({str(one) for one in ids} | {bytes(content_hash).hex(), filename})


def answers_of(number: int) -> dict[int, str]:
    asked = about(number)
    outcomes = ["verified_present" if person in FAMILY else "" for person in asked]
    return dict(enumerate([*outcomes, *[""] * (1 + number // 15)], start=2))


@pytest.fixture(scope="module")
def departments(
    cluster: Supervisor,
    django_db_setup: None,
    django_db_blocker: object,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Departments]:
    """The 17 departments' world, committed in a database of its own."""
    with copied_city(cluster, django_db_blocker, lambda: found(tmp_path_factory.mktemp("lists"))) as made:
        yield made


def readable_tables() -> list[str]:
    """Return every table the present role may read some column of, guarded or not."""
    return [
        name
        for (name,) in rows(
            "select relname from pg_class where relkind in ('r', 'v', 'm', 'p')"
            " and relnamespace = 'public'::regnamespace and has_any_column_privilege(oid, 'select') order by 1"
        )
    ]


def seen_of_everything() -> dict[str, list[tuple[object, ...]]]:
    """Return all rows the present role is given, of all tables but the public tree of areas."""
    return {table: seen(table) for table in readable_tables() if not table.startswith("territory_")}


def words_of(cell: object) -> set[str]:
    text = bytes(cell).hex() if isinstance(cell, bytes | memoryview) else str(cell)
    return set(ID_OR_HASH.findall(text))


def test_no_department_reads_a_row_of_another_in_any_table(departments: Departments) -> None:
    cross_reads = {}
    for reader, liaison in departments.liaisons.items():
        with people.acting(liaison):
            read = seen_of_everything()
        words = {word for found in read.values() for row in found for cell in row for word in words_of(cell)}
        for owner, secrets in departments.secrets.items():
            cross_reads[reader, owner] = len(words & secrets)

    pairs = [pair for pair in cross_reads if pair[0] != pair[1]]
    assert len(pairs) == 17 * 16
    assert {pair: cross_reads[pair] for pair in pairs if cross_reads[pair]} == {}
    # Each sees its list and each of its rows: the wall is not a blindfold.
    for number, code in enumerate(DEPARTMENTS):
        assert cross_reads[code, code] == 2 + len(about(number)), code


def test_what_a_department_is_given_of_the_guarded_tables_says_its_own_name(departments: Departments) -> None:
    for number, (code, liaison) in enumerate(departments.liaisons.items()):
        with people.acting(liaison):
            counts = {
                table: rows(f"select agency_code, count(*) from {table} group by 1")
                for table in ("intake_batch", "intake_batchreject", "intake_clue")
            }
        assert counts == {
            "intake_batch": [(code, 1)],
            "intake_batchreject": [(code, 1 + number // 15)],
            "intake_clue": [(code, len(about(number)))],
        }


def test_a_department_that_names_another_ones_rows_writes_on_none(departments: Departments) -> None:
    for code, liaison in departments.liaisons.items():
        with people.acting(liaison):
            for table in ("intake_batch", "intake_batchreject", "intake_clue"):
                assert "agency_code" in granted_columns(table)
                assert refused(f"update {table} set agency_code = %s where agency_code <> %s", [code, code])
                assert refused(f"delete from {table} where agency_code <> %s", [code])


def test_a_session_of_one_department_cannot_be_turned_into_another_ones(departments: Departments) -> None:
    for code, liaison in departments.liaisons.items():
        with people.acting(liaison):
            (remembered,) = rows("select current_setting('gridward.scope')")[0]
            for other in departments.liaisons:
                if other != code:
                    forged = str(remembered).replace(code, other)
                    rows("select set_config('gridward.scope', %s, true)", [forged])
                    assert rows("select id from intake_clue") == [], (code, other)


def test_no_list_and_no_file_of_a_department_is_there_for_another(departments: Departments) -> None:
    for reader, liaison in departments.liaisons.items():
        with people.acting(liaison):
            given = {
                (owner, kind)
                for owner, batch in departments.batches.items()
                for kind, ask in (("list", get_sent_list(batch)), ("file", export(batch, liaison)))
                if not isinstance(ask, Refusal)
            }
        assert given == {(reader, "list"), (reader, "file")}


def export(batch: UUID, liaison: Actor) -> bytes | Refusal:
    return outcomes_export(batch_id=batch, by=liaison, now=clock.now())


def test_the_pages_behind_them_answer_as_for_something_that_does_not_exist(departments: Departments) -> None:
    codes = list(DEPARTMENTS)
    for code, neighbour in zip(codes, codes[1:] + codes[:1], strict=True):
        client, batch = departments.clients[code], departments.batches[neighbour]
        asked = [
            f"/returns/{batch}",
            f"/returns/{batch}.csv",
            f"/lists/{batch}",
            f"/lists/{batch}/rejects.csv",
        ]
        assert [client.get(path).status_code for path in asked] == [404, 404, 403, 403]


def test_the_list_of_lists_and_each_page_speak_of_ones_own_only(departments: Departments) -> None:
    foreign = dict(departments.secrets)
    for code, client in departments.clients.items():
        pages = client.get("/returns").content + client.get(f"/returns/{departments.batches[code]}").content
        words = words_of(pages.decode())
        assert f"list-of-{code}.csv" in words
        assert not [other for other in foreign if other != code and words & foreign[other]], code


def test_a_file_of_answers_holds_ones_own_rows_with_their_outcomes_and_nothing_else(
    departments: Departments,
) -> None:
    for code, client in departments.clients.items():
        answer = client.get(f"/returns/{departments.batches[code]}.csv")
        lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

        assert {int(line["row_number"]): line["outcome"] for line in lines} == departments.answers[code]
        text = answer.content.decode()
        assert not [
            person
            for person in PEOPLE
            if person.name in text or person.phone in text or person.id_number in text
        ]
