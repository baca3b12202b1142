"""Owns where things are: the area line, tree, shapes, address book and locate()."""
