"""Pages of the centres: the board, the area pages, the map's status, and how a number came about."""
