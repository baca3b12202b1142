"""Pages and JSON of forms."""
