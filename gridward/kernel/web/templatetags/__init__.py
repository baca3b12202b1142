"""The one template library of the house: `{% load look %}`."""
