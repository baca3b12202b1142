"""
XML of a workbook part, fed in small blocks to the C parser of the standard library.

Owns the bounds: depth, size of one tag, no document type (so no entities). Refuses to build a tree.
"""

from collections.abc import Callable, Iterator
from typing import IO, Final
from xml.parsers import expat

from gridward.kernel.tabular.codes import TableCode
from gridward.kernel.tabular.model import MIB, refuse

DEPTH_MAX: Final = 64
_BLOCK: Final = 65_536
_TAG_MAX: Final = 4 * MIB


def local_name(name: str) -> str:
    """Return an element's or attribute's name without its prefix."""
    return name.rpartition(":")[2]


def local_attributes(attributes: dict[str, str]) -> dict[str, str]:
    """Return attributes by their names without prefixes."""
    return {local_name(name): value for name, value in attributes.items()}


def new_parser() -> expat.XMLParserType:
    """Return a parser that refuses document types and hands over text in whole pieces."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _on_document_type
    return parser


def feed(parser: expat.XMLParserType, stream: IO[bytes]) -> Iterator[None]:
    """Feed the stream block by block, giving way after each so that the caller can hand on what was found."""
    fed = 0
    while block := stream.read(_BLOCK):
        parser.Parse(block, False)
        fed += len(block)
        if fed - parser.CurrentByteIndex > _TAG_MAX:
            refuse(TableCode.UNSAFE_XML)
        yield
    parser.Parse(b"", True)
    yield


def read_elements(
    stream: IO[bytes], on_element: Callable[[str, dict[str, str], tuple[str, ...]], None]
) -> None:
    """Call on_element(local name, attributes, names of its ancestors) for every element of a small part."""
    parser = new_parser()
    ancestors: list[str] = []

    def on_start(name: str, attributes: dict[str, str]) -> None:
        local = local_name(name)
        on_element(local, local_attributes(attributes), tuple(ancestors))
        ancestors.append(local)
        if len(ancestors) > DEPTH_MAX:
            refuse(TableCode.UNSAFE_XML)

    def on_end(_name: str) -> None:
        ancestors.pop()

    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    for _step in feed(parser, stream):
        pass


def _on_document_type(*_arguments: object) -> None:
    refuse(TableCode.UNSAFE_XML)
