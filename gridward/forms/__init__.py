"""Owns what a city asks: XLSForms with versions, purposes and an end. Refuses answers, and what nobody may ask."""
