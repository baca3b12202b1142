"""Owns the facts of the territory. They carry no places: a listener asks for what it needs."""

from dataclasses import dataclass
from typing import ClassVar

from gridward.kernel.outbox import FactBody, fact_kind


@fact_kind
@dataclass(frozen=True)
class TreeChanged(FactBody):
    """Areas were added or renamed; `stamp` names the new state of the tree."""

    kind: ClassVar[str] = "territory.tree_changed"
    stamp: str


@fact_kind
@dataclass(frozen=True)
class GeometryPublished(FactBody):
    """All shapes were published anew; `version` names the directory of their tiles."""

    kind: ClassVar[str] = "territory.geometry_published"
    version: str
