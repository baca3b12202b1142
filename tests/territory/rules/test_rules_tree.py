"""Checking a list of areas: every problem by row, and nothing planned while there is one."""

import itertools

import pytest

from gridward.territory.rules.line import root
from gridward.territory.rules.tree import AreaRow, Node, plan_tree

LENGTHS = {4: "city", 6: "district", 9: "street", 12: "community", 15: "grid"}


def level_of(code):
    return LENGTHS.get(len(code)) if code.isascii() and code.isdigit() else None


def parent_of(code):
    return {6: code[:4], 9: code[:6], 12: code[:9], 15: code[:12]}.get(len(code))


RULES = (level_of, parent_of)


def rows(*cells):
    return [AreaRow(number, *cell) for number, cell in enumerate(cells, start=2)]


CITY = ("3201", "city", "", "南京市")
XUANWU = ("320102", "district", "3201", "玄武区")
STREET = ("320102003", "street", "320102", "新街口街道")
COMMUNITY = ("320102003015", "community", "320102003", "成贤街社区居委会")
GRID = ("320102003015001", "grid", "320102003015", "第1网格", "basic")
GOOD = (CITY, XUANWU, STREET, COMMUNITY, GRID)


def tree_of(plan):
    return {
        new.row.code: Node(new.row.code, new.row.level, new.row.parent, new.row.name, new.interval)
        for new in plan.added
    }


def test_a_good_list_is_planned_from_the_top_down():
    plan = plan_tree(rows(*reversed(GOOD)), {}, *RULES)

    assert plan.problems == []
    assert [new.row.level for new in plan.added] == ["city", "district", "street", "community", "grid"]
    intervals = [new.interval for new in plan.added]
    assert intervals[0] == root()
    assert all(above.holds(below) for above, below in itertools.pairwise(intervals))


def test_the_same_list_again_adds_nothing():
    tree = tree_of(plan_tree(rows(*GOOD), {}, *RULES))

    plan = plan_tree(rows(*GOOD), tree, *RULES)

    assert (plan.added, plan.renamed, plan.unchanged, plan.vanished) == ([], [], 5, [])


def test_a_new_code_finds_a_gap_and_the_others_stay():
    tree = tree_of(plan_tree(rows(*GOOD), {}, *RULES))

    plan = plan_tree(rows(("320102003015002", "grid", "320102003015", "第2网格")), tree, *RULES)

    (new,) = plan.added
    assert tree["320102003015"].interval.holds(new.interval)
    assert new.interval.pos >= tree["320102003015001"].interval.end
    assert plan.vanished == ["320102003015001"]


def test_a_list_of_one_street_says_nothing_about_another():
    other = ("320104001", "street", "320104", "秦虹街道")
    tree = tree_of(plan_tree(rows(*GOOD, ("320104", "district", "3201", "秦淮区"), other), {}, *RULES))

    plan = plan_tree(rows(STREET), tree, *RULES)

    assert plan.vanished == []


def test_a_new_name_is_taken_over():
    tree = tree_of(plan_tree(rows(*GOOD), {}, *RULES))

    plan = plan_tree(rows((*STREET[:3], "新街口新街道")), tree, *RULES)

    assert [row.name for row in plan.renamed] == ["新街口新街道"]


@pytest.mark.parametrize(
    ("bad", "column", "code"),
    [
        (("", "street", "320102", "无名街道"), "code", "code_missing"),
        (("32010200A", "street", "320102", "某街道"), "code", "code_invalid"),
        (("3201020", "street", "320102", "某街道"), "code", "code_invalid"),
        (("320102004", "community", "320102", "某街道"), "level", "level_mismatch"),
        (("320102004", "town", "320102", "某街道"), "level", "level_unknown"),
        (("320102004", "street", "320105", "某街道"), "parent", "parent_missing"),
        (("320102004", "street", "", "某街道"), "parent", "parent_missing"),
        (("320102004", "street", "3201", "某街道"), "parent", "parent_level"),
        (("320102004", "street", "320102004", "某街道"), "parent", "parent_level"),
        (("320104004", "street", "320102", "某街道"), "parent", "parent_code"),
        (("320102003", "street", "320102", "新街口街道"), "code", "code_duplicate"),
        (("3202", "city", "", "无锡市"), "code", "second_city"),
        (("320102004", "street", "320102", ""), "name", "name_missing"),
        (("320102004", "street", "320102", "长" * 61), "name", "name_long"),
        (("320102003015002", "grid", "320102003015", "第2网格", "round"), "kind", "kind_unknown"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_planned(bad, column, code):
    plan = plan_tree(rows(*GOOD, bad), {}, *RULES)

    assert (7, column, code) in [found[:3] for found in plan.problems]
    assert plan.added == []


def test_two_areas_that_lie_in_each_other_are_refused_both():
    circle = [("320102004", "street", "320102005", "甲街道"), ("320102005", "street", "320102004", "乙街道")]

    plan = plan_tree(rows(*GOOD, *circle), {}, *RULES)

    assert [(found.row, found.code) for found in plan.problems] == [(7, "parent_level"), (8, "parent_level")]


def test_an_area_cannot_be_moved_by_an_import():
    tree = tree_of(plan_tree(rows(*GOOD, ("320102003016", "community", "320102003", "甲社区")), {}, *RULES))
    tree["320102003015001"] = Node(
        "320102003015001", "grid", "320102003016", "第1网格", tree["320102003015001"].interval
    )

    plan = plan_tree(rows(GRID), tree, *RULES)

    assert [found.code for found in plan.problems] == ["parent_changed"]


def test_a_second_city_is_refused_by_an_existing_tree_too():
    tree = tree_of(plan_tree(rows(*GOOD), {}, *RULES))

    plan = plan_tree(rows(("3202", "city", "", "无锡市")), tree, *RULES)

    assert [found.code for found in plan.problems] == ["second_city"]
