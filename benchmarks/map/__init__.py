"""P6: how fast the whole city's map is there, and how fast 300 grids change colour, in a browser without a GPU."""
