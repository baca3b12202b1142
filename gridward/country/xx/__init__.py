"""Owns Fictia, a country that does not exist and differs from China wherever that keeps the interface honest."""
