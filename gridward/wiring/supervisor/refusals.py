"""
Every way in which the embedded database may say no, each with a stable code and one line for a person.

Whoever catches `SupervisorError` has caught them all. A refusal never carries a stack trace, a password or a row;
its message tells the person what to do next.
"""


class SupervisorError(Exception):
    """The embedded database cannot do what was asked."""

    code: str

    def __init_subclass__(cls, *, code: str) -> None:
        cls.code = code


class DataNewerError(SupervisorError, code="data.newer"):
    """The data directory was written by a newer Gridward."""


class DataForeignError(SupervisorError, code="data.foreign"):
    """The directory holds something else than Gridward's data."""


class DataOfAnotherUserError(SupervisorError, code="data.other_user"):
    """The data directory was made by another user of this machine."""


class DataNotWritableError(SupervisorError, code="data.not_writable"):
    """The data directory cannot be made or written."""


class DiskFullError(SupervisorError, code="disk.full"):
    """There is not enough room left for the database."""


class AlreadySupervisedError(SupervisorError, code="database.already_supervised"):
    """Another supervisor already looks after this data directory."""


class BinariesMissingError(SupervisorError, code="database.programs_missing"):
    """The PostgreSQL programs are not installed, or cannot be run."""


class ServerFailedError(SupervisorError, code="database.failed"):
    """PostgreSQL was asked to do something and failed."""


class ServerBusyError(SupervisorError, code="database.timeout"):
    """PostgreSQL did not get ready, or did not let go, within the time it was given."""
