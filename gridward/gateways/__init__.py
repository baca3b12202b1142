"""Owns the wires: what parses or speaks one, calls one room's door or answers one port, and stops."""
