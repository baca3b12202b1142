"""All writes of intake: channels, receiving a list, resolving it, deciding what waits, returning outcomes."""
