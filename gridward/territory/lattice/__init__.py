"""From points to the areas that own them, exactly and by the million. Refuses foreign files and codes."""

from gridward.territory.lattice.ask import Lattice

__all__ = ["Lattice"]
