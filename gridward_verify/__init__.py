"""
Owns checking a Gridward ledger from outside: an exported file, the signed heads, a public key; nothing else.

It shares no code with what it verifies, needs no database and no network, and may be read in a quarter of an
hour. Refuses to repair anything.
"""
