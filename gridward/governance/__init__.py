"""Owns legal bases, orders, the gate, purposes, profiles, access grants, key domains and the reading of the ledger."""
