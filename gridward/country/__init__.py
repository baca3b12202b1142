"""
Owns what differs from country to country: ids, phones, names, addresses, division codes, masks, synthetic people.

Pure Python: no Django, no database, no clock, no network. Refuses every noun of the business, keeps no text it was
given, and puts no personal value into an exception. Rooms above call `api.pack(name)` and nothing else.
"""
