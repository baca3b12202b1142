"""
Owns the answers of one submission as a tree beside its form's: what is asked of whom, and which value it has. Pure.

Each group that repeats has its answers once for each time it is asked; a question that was left out stands there
empty, so that it can be required. What is asked under a condition that does not hold has no value for anybody.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from gridward.forms.compiling import GROUPS, ROOT, CompiledForm, Node
from gridward.forms.documents import Element
from gridward.forms.expressions import Reference
from gridward.forms.kinds import value_read
from gridward.forms.values import Value

#: How often groups may repeat, all together: more people than behind any door, few enough to compare each with each.
REPEATS_MOST = 500
#: How many answers there may be, with those left out.
INSTANCES_MOST = 20_000
#: What is said of an element nobody asked for.
LONGEST_PLACE = 200
NOTHING: Mapping[str, list[Element]] = {}


class TooMany(Exception):
    """There are more answers than any form's."""


class Instance:
    """One question or group, as often as it is asked. It is what expressions see (`expressions.Scope`)."""

    __slots__ = (
        "_value",
        "at",
        "children",
        "element",
        "fits",
        "is_relevant",
        "node",
        "number",
        "parent",
        "text",
    )

    def __init__(self, node: Node, parent: "Instance | None", element: Element | None, at: datetime) -> None:
        self.node = node
        self.parent = parent
        self.element = element
        self.at = at
        self.number = 1
        self.is_relevant = True
        #: The answer as it was sent, without the blanks around it; '' where there is none.
        self.text = element.text.strip() if element is not None else ""
        #: Whether the answer is of its question's kind: known when its value has been asked for.
        self.fits = True
        self._value: Value | None = None
        self.children: dict[str, list[Instance]] = {}

    @property
    def value(self) -> Value:
        """Return the answer as its kind; what is not of its kind stays text, and does not fit."""
        if self._value is None:
            # Words keep their blanks here: on the phone they counted.
            text = self.element.text if self.element is not None and self.node.kind == "text" else self.text
            read = value_read(self.node.kind, text, self.at) if self.text else ""
            self.fits = read is not None
            self._value = text if read is None else read
        return self._value

    @property
    def place(self) -> str:
        """Return its path, with its number in each group that repeats: people[2]/name."""
        if self.parent is None:
            return ""
        said = f"{self.node.name}[{self.number}]" if self.node.kind == "repeat" else self.node.name
        above = self.parent.place
        return f"{above}/{said}" if above else said

    def own(self) -> Value:
        """Return the own answer."""
        return self.value

    def one(self, reference: Reference) -> Value:
        """Return the answer to another question: the first where there are several, '' where there is none."""
        found = self._found(reference)
        return found[0].value if found else ""

    def all(self, reference: Reference) -> list[Value]:
        """Return the answers to another question, one for each time it is asked."""
        return [one.value for one in self._found(reference)]

    def position(self, up: int) -> int:
        """Return which time the group so many levels up is asked, from 1."""
        return self._above(up).number

    def _above(self, up: int) -> "Instance":
        instance = self
        for _level in range(up):
            instance = instance.parent or instance
        return instance

    def _found(self, reference: Reference) -> "list[Instance]":
        found = [self._above(reference.up)]
        for name in reference.down:
            found = [child for one in found for child in one.children.get(name, ())]
        return [one for one in found if one.is_relevant]


class Instances:
    """All of a submission, by the nodes of its form; and what was sent that the form does not ask."""

    def __init__(self, form: CompiledForm, root: Element, at: datetime) -> None:
        self.form = form
        self.at = at
        self.unknown: list[str] = []
        self._repeats = self._count = 0
        #: The elements in each group, by name.
        self._given: dict[Instance, dict[str, list[Element]]] = {}
        self._of: list[list[Instance]] = [[Instance(form.nodes[ROOT], None, root, at)]]
        self._look_into(self._of[ROOT][0])
        for node in form.nodes[1:]:
            self._of.append([made for parent in self._of[node.parent] for made in self._made(node, parent)])
        for node in form.conditional:
            self._decide(node)

    def of(self, node: Node) -> list[Instance]:
        """Return what there is of a question, in the order it was sent."""
        return self._of[node.index]

    def _made(self, node: Node, parent: Instance) -> list[Instance]:
        elements: Sequence[Element | None] = self._given.get(parent, NOTHING).get(node.name, ())
        if node.kind == "repeat":
            self._repeats += len(elements)
        elif len(elements) != 1:
            if elements:
                self.unknown.append(self._named(parent, node.name))
            elements = [elements[0] if elements else None]
        self._count += len(elements)
        if self._count > INSTANCES_MOST or self._repeats > REPEATS_MOST:
            raise TooMany
        made = [Instance(node, parent, element, self.at) for element in elements]
        parent.children[node.name] = made
        for number, one in enumerate(made, start=1):
            one.number = number
            if one.element is not None and (one.element.children or node.names):
                self._look_into(one)
        return made

    def _look_into(self, instance: Instance) -> None:
        """Sort the elements of a group by name, and say which of them the form does not ask."""
        given: dict[str, list[Element]] = {}
        for child in instance.element.children if instance.element is not None else ():
            given.setdefault(child.name, []).append(child)
        if instance.parent is None:
            given.pop("meta", None)
        self._given[instance] = given
        names = instance.node.names
        self.unknown += [self._named(instance, name) for name in given if name not in names]
        # Words between the questions of a group would be lost without a word.
        if instance.text and instance.node.kind in GROUPS:
            self.unknown.append(instance.place)

    def _named(self, instance: Instance, name: str) -> str:
        above = instance.place
        return (f"{above}/{name}" if above else name)[:LONGEST_PLACE]

    def _decide(self, node: Node) -> None:
        for one in self._of[node.index]:
            around = one.parent is None or one.parent.is_relevant
            one.is_relevant = around and (node.relevant is None or node.relevant.is_true(one))


def walk(instances: Instances) -> Iterator[Instance]:
    """Yield every question that is asked, each as often as it is, in the order of the form."""
    for node in instances.form.nodes[1:]:
        if node.kind not in GROUPS:
            yield from (one for one in instances.of(node) if one.is_relevant)
