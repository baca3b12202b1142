"""H-03: no list selects people by origin, ethnicity or employer alone, nor by a purpose the order does not name."""

from pathlib import Path

import pytest

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import Batch, Channel, Clue
from gridward.intake.selecting import selected_by
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.intake.test_receive import HEAD, send, written

STUDENT = ",".join(people.row_about(people.returning_student))

SELECTING = [
    "湖北籍人员名单", "武汉籍返宁人员", "外省籍务工人员", "鄂籍人员(截至2月3日)", "外国籍人员",
    "外地户籍人员", "非本市户籍居民", "少数民族人员", "维吾尔族人员名单", "回族群众花名册", "藏族学生",
    "某某公司员工名单", "XX集团在职职工花名册", "某厂全体工人表",
]  # fmt: skip
HARMLESS = [
    "湖北返宁人员名单", "武汉来宁人员", "密切接触者", "同乘人员名单(虚构)", "南京市某单位返宁人员名单",
    "民族路社区返宁人员", "水族馆观众名单", "家族聚会接触者", "学籍名单", "书籍名单", "国籍", "环卫返岗人员",
    "商超从业人员", "某公司接触者名单", "白下路居民", "list", "", "报送单位:演练", "员工餐厅就餐人员",
]  # fmt: skip


@pytest.mark.parametrize("title", SELECTING)
def test_a_title_that_selects_is_known(title: str) -> None:
    refusal = selected_by(["", title], clue_kind="returnee")

    assert refusal is not None and refusal.code == "selects_origin"


@pytest.mark.parametrize("title", HARMLESS)
def test_a_title_that_only_resembles_one_comes_in(title: str) -> None:
    assert selected_by([title], clue_kind="returnee") is None


def test_an_employer_may_declare_who_works_for_it_and_nothing_else() -> None:
    assert selected_by(["某某公司员工名单"], clue_kind="enterprise_declared") is None
    assert selected_by(["某某公司湖北籍员工名单"], clue_kind="enterprise_declared") is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "title"),
    [("湖北籍人员.csv", ""), ("list.csv", "湖北籍人员名单,,,\n")],
    ids=["its name", "its title"],
)
def test_such_a_list_is_refused_whole(
    name: str, title: str, street: governance.OrderView, tmp_path: Path
) -> None:
    outcome = send(written(tmp_path, name, f"{title}{HEAD}\n{STUDENT}\n"))

    assert isinstance(outcome, Refusal) and outcome.code == "selects_origin"
    with people.as_owner():
        assert not Clue.objects.exists()
        assert [(one.state, one.refusal) for one in Batch.objects.all()] == [("refused", "selects_origin")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("purpose", "home_quarantine", "purpose_not_named"),
        ("agency_code", "education", "agency_not_in_order"),
    ],
)
def test_a_purpose_or_department_the_order_does_not_name_refuses_the_list_whole(
    field: str, value: str, code: str, street: governance.OrderView, tmp_path: Path
) -> None:
    with people.as_owner():
        Channel.objects.filter(code="health-list").update(**{field: value})

    outcome = send(written(tmp_path, "a.csv", f"{HEAD}\n{STUDENT}\n"), said=intake.Said("unknown"))

    assert isinstance(outcome, Refusal) and outcome.code == code
    with people.as_owner():
        assert not Batch.objects.exists()
