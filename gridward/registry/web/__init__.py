"""Pages and JSON of the register: premises."""
