"""What is said instead of a figure."""


class NotMeasured(Exception):  # not an error: a part of this machine is missing, and the words say which
    """Something needed for measuring is missing here; the message says what in plain words."""
