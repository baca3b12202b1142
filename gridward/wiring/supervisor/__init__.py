"""
Runs the embedded PostgreSQL: makes it, starts it, keeps it running, stops it.

Owns the layout of the data directory, the server's process and the database roles. Knows nothing of Django or
of any room. Refuses to listen on a network, to run the server as root, and to touch a directory it did not
make.
"""

from gridward.wiring.supervisor.connections import Connection
from gridward.wiring.supervisor.layout import DATA_FORMAT, Layout
from gridward.wiring.supervisor.refusals import SupervisorError
from gridward.wiring.supervisor.supervisor import Supervisor

__all__ = ["DATA_FORMAT", "Connection", "Layout", "Supervisor", "SupervisorError"]
