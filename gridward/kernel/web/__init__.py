"""Owns what every page is drawn with: number and time formats, component tags. Refuses pages of its own."""
