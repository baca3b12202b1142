"""Gridward: the open platform on which a city's community grids get through a public-health emergency."""
