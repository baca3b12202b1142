"""
Owns what every room stands on: ids, clock, actor, outcomes, sealing, masking, ledger, outbox, endpoint, ports.

Refuses domain nouns: nothing here knows a grid, a resident or a task.
"""
