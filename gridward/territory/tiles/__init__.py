"""
Vector tiles of the area tree: the whole pyramid at once, from polygons to files a browser can keep for ever.

Owns: what is in a tile at which zoom, and the folder of a published version. Refuses: status and figures
(they change by the minute, tiles never do), codes' meaning, the database.
"""

from gridward.territory.tiles.files import Manifest, write_pyramid
from gridward.territory.tiles.pyramid import TileLayer, area_layer, tile_pyramid

__all__ = ["Manifest", "TileLayer", "area_layer", "tile_pyramid", "write_pyramid"]
