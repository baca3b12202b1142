"""Pages and JSON of field."""
