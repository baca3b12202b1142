"""The door of workforce: what rooms above may call."""

from gridward.workforce.actions import (
    account_create,
    actor_by_handle,
    agency_create,
    assignment_open,
    session_end,
    token_issue,
)
from gridward.workforce.models import Account, Agency, Assignment
from gridward.workforce.queries import (
    get_accounts,
    get_agencies,
    get_handles,
    load_actor,
    responsible_workers,
    sessions_alive,
)
from gridward.workforce.roster import RosterReport, roster_import
from gridward.workforce.rules import ROLES, Role

__all__ = [
    "ROLES",
    "Account",
    "Agency",
    "Assignment",
    "Role",
    "RosterReport",
    "account_create",
    "actor_by_handle",
    "agency_create",
    "assignment_open",
    "get_accounts",
    "get_agencies",
    "get_handles",
    "load_actor",
    "responsible_workers",
    "roster_import",
    "session_end",
    "sessions_alive",
    "token_issue",
]
