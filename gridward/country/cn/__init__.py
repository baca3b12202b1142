"""Owns China: ids, phones, names, addresses, codes and their tables. Nothing outside the room imports it."""
