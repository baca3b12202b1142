"""A page as a tree, to be asked for what stands where. Owns the reading of HTML. Refuses to know what a page means."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"input", "meta", "link", "br", "hr", "img", "use", "source", "wbr", "area", "col"})


@dataclass
class Node:
    """One element: its name, what it says of itself, and what lies in it, texts and elements in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list["Node | str"] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """The element's classes."""
        return frozenset(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """All text in it, with single blanks."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for part in self.inside:
            if isinstance(part, str):
                yield part
            else:
                yield from part._texts()

    def all(self, tag: str = "", *, of: str = "", **attributes: str) -> Iterator["Node"]:
        """Yield every element in it with this name, class and attributes, in the order of the page."""
        for part in self.inside:
            if isinstance(part, str):
                continue
            if (
                (not tag or part.tag == tag)
                and (not of or of in part.classes)
                and all(part.attributes.get(name) == value for name, value in attributes.items())
            ):
                yield part
            yield from part.all(tag, of=of, **attributes)

    def first(self, tag: str = "", *, of: str = "", **attributes: str) -> "Node":
        """Return the first such element, or an empty one."""
        return next(self.all(tag, of=of, **attributes), Node(""))

    def get(self, name: str) -> str:
        """Return an attribute, or ''."""
        return self.attributes.get(name, "")


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("page")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


def tree_of(text: str) -> Node:
    """Return the page as a tree; what is not closed is closed by what is around it."""
    builder = _Builder()
    builder.feed(text)
    builder.close()
    return builder.root
