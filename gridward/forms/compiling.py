"""
Owns a form as answers are read against it: its questions as a tree, with their expressions compiled. Pure.

It says of itself which questions have a condition that the house cannot check; there the phone's word stands.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Final

from gridward.forms.expressions import Expression, Place, expression_compiled
from gridward.forms.rules import ASKED, Question

ROOT: Final = 0
GROUPS: Final = frozenset({"group", "repeat"})
#: Kinds that somebody answers, so that an answer is judged; what the phone fills in is taken as it is.
JUDGED: Final = frozenset({*ASKED, "household"})


@dataclass(frozen=True)
class Node:
    """
    A question or group in the tree of a form.

    `is_conditional`: it, or a group around it, is asked under a condition. `is_sure`: the house knows all of these.
    """

    index: int
    parent: int
    name: str
    kind: str
    question: Question | None
    names: frozenset[str] = frozenset()
    relevant: Expression | None = None
    constraint: Expression | None = None
    choices: frozenset[str] = frozenset()
    is_conditional: bool = False
    is_sure: bool = True


@dataclass(frozen=True)
class CompiledForm:
    """
    A version of a form, ready to read answers. Immutable, so that it can be kept.

    `nodes` are in the order of the form, the form itself first; `conditional` are those asked under a condition, each
    behind what it depends on. `unchecked` names by their paths the questions with a condition that is not checked here.
    """

    form_code: str
    version: str
    nodes: tuple[Node, ...]
    conditional: tuple[Node, ...]
    unchecked: tuple[str, ...]


def compiled(code: str, version: str, questions: Sequence[Question]) -> CompiledForm:
    """Return a version of a form, ready to read answers."""
    drafts = _drafts(questions)
    index = {draft.path: number for number, draft in enumerate(drafts)}
    order, tangled = _order(drafts, index)
    # Conditions that wait for each other are none: no phone takes such a form, and here they are not guessed at.
    for draft in tangled:
        draft.relevant, draft.is_known = None, False
    if tangled:
        order, _tangled = _order(drafts, index)
    nodes = _nodes(drafts, index)
    unchecked = tuple(draft.path for draft in drafts if not draft.is_known or not draft.is_judged)
    return CompiledForm(code, version, nodes, tuple(nodes[number] for number in order), unchecked)


@dataclass
class _Draft:
    """A question on its way to a node. `is_known`: its condition could be compiled; `is_judged`: its limits could."""

    path: str
    question: Question | None
    relevant: Expression | None = None
    constraint: Expression | None = None
    is_known: bool = True
    is_judged: bool = True

    @property
    def above(self) -> str:
        """Return the path of the group around it."""
        return self.path.rpartition("/")[0]


def _drafts(questions: Sequence[Question]) -> list[_Draft]:
    by_path = {one.path: one for one in questions if one.path}
    names: dict[str, str] = {}
    for path, one in by_path.items():
        # A name that stands twice names nothing: the converter refuses it, and here it is not guessed at.
        names[one.name] = "" if one.name in names else path
    paths = frozenset(by_path)
    drafts = [_Draft("", None)]
    for path, one in by_path.items():
        place = Place(path, names, paths)
        relevant = expression_compiled(one.relevant, place) if one.relevant else None
        is_limited = bool(one.constraint) and one.kind in JUDGED
        constraint = expression_compiled(one.constraint, place) if is_limited else None
        is_known, is_judged = (
            not one.relevant or relevant is not None,
            not is_limited or constraint is not None,
        )
        drafts.append(_Draft(path, one, relevant, constraint, is_known, is_judged))
    return drafts


def _order(drafts: Sequence[_Draft], index: Mapping[str, int]) -> tuple[list[int], list[_Draft]]:
    """Return the numbers of what is asked under a condition, each behind what it depends on; and what is tangled."""
    waits: dict[int, set[int]] = {}
    for number, draft in enumerate(drafts):
        above = index.get(draft.above, ROOT)
        if draft.relevant is not None or above in waits:
            waits[number] = (
                {above, *(index[path] for path in draft.relevant.reads)} if draft.relevant else {above}
            )
    sorter = TopologicalSorter({number: others & waits.keys() for number, others in waits.items()})
    # A circle is no error here: whatever is not in it is ordered all the same.
    with suppress(CycleError):
        sorter.prepare()
    order: list[int] = []
    while ready := sorter.get_ready():
        order += ready
        sorter.done(*ready)
    left = waits.keys() - set(order)
    return order, [drafts[number] for number in left if drafts[number].relevant is not None]


def _nodes(drafts: Sequence[_Draft], index: Mapping[str, int]) -> tuple[Node, ...]:
    inside: dict[int, set[str]] = {}
    for draft in drafts[1:]:
        inside.setdefault(index.get(draft.above, ROOT), set()).add(draft.path.rpartition("/")[2])
    nodes: list[Node] = []
    for number, draft in enumerate(drafts):
        above = index.get(draft.above, ROOT)
        question = draft.question
        nodes.append(
            Node(
                index=number,
                parent=above,
                name=draft.path.rpartition("/")[2],
                kind=question.kind if question else "group",
                question=question,
                names=frozenset(inside.get(number, ())),
                relevant=draft.relevant,
                constraint=draft.constraint,
                choices=frozenset(name for name, _label in question.choices) if question else frozenset(),
                is_conditional=draft.relevant is not None or (number > 0 and nodes[above].is_conditional),
                is_sure=draft.is_known and (number == ROOT or nodes[above].is_sure),
            )
        )
    return tuple(nodes)
