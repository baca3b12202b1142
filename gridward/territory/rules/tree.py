"""
Owns the checks of a list of areas against the tree, and the plan of what to add. Refuses to guess.

Every problem names its row; one problem is enough for nothing to be imported. What vanished from a list is
told, not deleted: rows all over the house stand on its positions.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from gridward.kernel.tabular import RowProblem
from gridward.territory.rules import line

LEVELS = ("city", "district", "street", "community", "grid")
GRID_KINDS = ("basic", "special")
NAME_MAX = 60

MESSAGES = {
    "code_missing": _("The code is missing."),
    "code_invalid": _("This is no code of a city, district, street, community or grid. Check its digits."),
    "code_duplicate": _("The code stands in an earlier row too. Keep one of them."),
    "level_unknown": _("The level must be city, district, street, community or grid."),
    "level_mismatch": _("The code is not one of this level: its length says another."),
    "parent_missing": _("The area above is neither in this file nor in the tree. Import it first."),
    "parent_level": _("The area above must be exactly one level higher."),
    "parent_code": _("By its code the area lies in another one. Check both codes."),
    "parent_changed": _("This area lies under another one in the tree. Moving it is not an import."),
    "second_city": _("The tree has its city already. Another one needs an installation of its own."),
    "name_missing": _("The name is missing."),
    "name_long": _("The name is too long."),
    "kind_unknown": _("The kind of a grid must be basic or special."),
    "parent_full": _("The area above has no room for so many more areas."),
}


@dataclass(frozen=True)
class AreaRow:
    """One row of a list of areas: its number in the sheet and its cells, normalised."""

    number: int
    code: str
    level: str
    parent: str
    name: str
    kind: str = ""


@dataclass(frozen=True)
class Node:
    """An area as the tree holds it."""

    code: str
    level: str
    parent: str
    name: str
    interval: line.Interval


@dataclass(frozen=True)
class Placed:
    """A new area with the interval it gets."""

    row: AreaRow
    interval: line.Interval


@dataclass
class TreePlan:
    """What an import would do; nothing when there are problems."""

    added: list[Placed] = field(default_factory=list)
    renamed: list[AreaRow] = field(default_factory=list)
    unchanged: int = 0
    vanished: list[str] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


#: What the country says of a code: its level, or the code above it; None when it is no code.
CodeRule = Callable[[str], str | None]


def problem(row: int, column: str, code: str) -> RowProblem:
    """Return a problem of this room's catalogue."""
    return RowProblem(row, column, code, MESSAGES[code])


def plan_tree(
    rows: Sequence[AreaRow], tree: Mapping[str, Node], level_of: CodeRule, parent_of: CodeRule
) -> TreePlan:
    """Return what importing these rows means; the two rules are the country's."""
    plan = TreePlan()
    listed: dict[str, AreaRow] = {}
    for row in rows:
        plan.problems += _cell_problems(row, level_of)
        if row.code in listed:
            plan.problems.append(problem(row.number, "code", "code_duplicate"))
        listed.setdefault(row.code, row)
    levels = {code: row.level for code, row in listed.items()} | {
        node.code: node.level for node in tree.values()
    }
    for row in listed.values():
        plan.problems += _parent_problems(row, levels, tree, parent_of)
    if not plan.problems:
        _compare(plan, listed, tree)
        _place(plan, listed, tree)
    if plan.problems:
        plan.problems.sort(key=lambda found: found.row)
        plan.added, plan.renamed = [], []
    return plan


def _cell_problems(row: AreaRow, level_of: CodeRule) -> Iterable[RowProblem]:
    if not row.code:
        yield problem(row.number, "code", "code_missing")
    elif (level := level_of(row.code)) is None:
        yield problem(row.number, "code", "code_invalid")
    elif row.level in LEVELS and level != row.level:
        yield problem(row.number, "level", "level_mismatch")
    if row.level not in LEVELS:
        yield problem(row.number, "level", "level_unknown")
    if not row.name:
        yield problem(row.number, "name", "name_missing")
    elif len(row.name) > NAME_MAX:
        yield problem(row.number, "name", "name_long")
    if row.level == "grid" and row.kind not in ("", *GRID_KINDS):
        yield problem(row.number, "kind", "kind_unknown")


def _parent_problems(
    row: AreaRow, levels: Mapping[str, str], tree: Mapping[str, Node], parent_of: CodeRule
) -> Iterable[RowProblem]:
    if row.level not in LEVELS:
        return
    if row.level == "city":
        if any(level == "city" and code != row.code for code, level in levels.items()):
            yield problem(row.number, "code", "second_city")
        return
    above = levels.get(row.parent)
    if above is None:
        yield problem(row.number, "parent", "parent_missing")
    elif above != LEVELS[LEVELS.index(row.level) - 1]:
        yield problem(row.number, "parent", "parent_level")
    elif parent_of(row.code) not in (row.parent, None):  # a code that is none was named already
        yield problem(row.number, "parent", "parent_code")
    elif row.code in tree and tree[row.code].parent != row.parent:
        yield problem(row.number, "parent", "parent_changed")


def _compare(plan: TreePlan, listed: Mapping[str, AreaRow], tree: Mapping[str, Node]) -> None:
    for code, row in listed.items():
        if code not in tree:
            continue
        if tree[code].name == row.name:
            plan.unchanged += 1
        else:
            plan.renamed.append(row)
    # A list speaks for the children of the areas it names; of others it says nothing.
    parents = {row.parent for row in listed.values()}
    plan.vanished = sorted(
        node.code for node in tree.values() if node.parent in parents and node.code not in listed
    )


def _place(plan: TreePlan, listed: Mapping[str, AreaRow], tree: Mapping[str, Node]) -> None:
    """Give every new code its interval, from the top down, so that a parent has one before its children."""
    children: dict[str, list[tuple[str, line.Interval]]] = defaultdict(list)
    for node in tree.values():
        children[node.parent].append((node.code, node.interval))
    intervals = {code: node.interval for code, node in tree.items()}
    for level in LEVELS:
        fresh: dict[str, list[AreaRow]] = defaultdict(list)
        for row in listed.values():
            if row.level == level and row.code not in tree:
                fresh[row.parent].append(row)
        for parent, rows in sorted(fresh.items()):
            given = _intervals(parent, intervals, children[parent], rows)
            if given is None:
                plan.problems.append(problem(rows[0].number, "parent", "parent_full"))
                return
            intervals |= given
            plan.added += [Placed(row, given[row.code]) for row in sorted(rows, key=lambda row: row.code)]


def _intervals(
    parent: str,
    intervals: Mapping[str, line.Interval],
    taken: Sequence[tuple[str, line.Interval]],
    rows: Sequence[AreaRow],
) -> dict[str, line.Interval] | None:
    level = rows[0].level
    if level == "city":
        return {rows[0].code: line.root()}
    codes = [row.code for row in rows]
    return line.allot_new(intervals[parent], taken, codes, least=line.LEAST_WIDTH[level])
