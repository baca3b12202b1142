"""
Every way in which the embedded database may say no, each with a stable code and one line for a person.

The family tree comes first: whoever catches `SupervisorError` has caught them all. A refusal never carries
a stack trace, a password or a row.
"""


class SupervisorError(Exception):
    """The embedded database cannot do what was asked; the message tells the person what to do next."""

    code = "database.refused"


class DataNewerError(SupervisorError):
    """The data directory was written by a newer Gridward."""

    code = "data.newer"


class DataForeignError(SupervisorError):
    """The directory holds something else than Gridward's data."""

    code = "data.foreign"


class DataOfAnotherUserError(SupervisorError):
    """The data directory was made by another user of this machine."""

    code = "data.other_user"


class DataNotWritableError(SupervisorError):
    """The data directory cannot be made or written."""

    code = "data.not_writable"


class DiskFullError(SupervisorError):
    """There is not enough room left for the database."""

    code = "disk.full"


class AlreadySupervisedError(SupervisorError):
    """Another supervisor already looks after this data directory."""

    code = "database.already_supervised"


class BinariesMissingError(SupervisorError):
    """The PostgreSQL programs are not installed, or cannot be run."""

    code = "database.programs_missing"


class ServerFailedError(SupervisorError):
    """PostgreSQL was asked to do something and failed."""

    code = "database.failed"


class ServerBusyError(SupervisorError):
    """PostgreSQL did not get ready, or did not let go, within the time it was given."""

    code = "database.timeout"
