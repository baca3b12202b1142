"""
Owns the evidence: who did what to which object, on what basis, chained and signed against rewriting.

Entries are written in the transaction of the deed and carry no content; a sealer chains them afterwards in
batches; signed heads leave the database. Refuses names and numbers of people. Only governance reads it.
"""

from gridward.kernel.ledger.entries import Entry, LedgerRefused, entry, record, record_many, record_with
from gridward.kernel.ledger.objects import Page, object_hash, page_hash

__all__ = [
    "Entry",
    "LedgerRefused",
    "Page",
    "entry",
    "object_hash",
    "page_hash",
    "record",
    "record_many",
    "record_with",
]
