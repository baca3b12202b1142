"""The door of workforce: what rooms above may call."""

from gridward.workforce.actions import (
    account_create,
    actor_by_handle,
    agency_create,
    assignment_open,
    password_hash,
    session_end,
    token_issue,
)
from gridward.workforce.duty import (
    AbsencesReport,
    absence_end,
    absence_enter,
    absences_import,
    cover_name,
    cover_open,
    covers_end,
)
from gridward.workforce.events import DutyChanged
from gridward.workforce.models import Account, Agency, Assignment
from gridward.workforce.on_duty import (
    AbsenceView,
    GridDuty,
    WorkerView,
    absent,
    get_absences,
    get_workers,
    grid_duties,
    on_duty,
    on_duty_rows,
    own_absence,
)
from gridward.workforce.queries import (
    actor_of,
    get_accounts,
    get_agencies,
    get_handles,
    load_actor,
    responsible_workers,
    sessions_alive,
)
from gridward.workforce.roster import RosterReport, roster_import
from gridward.workforce.rules import ABSENCES, ROLES, Role

__all__ = [
    "ABSENCES",
    "ROLES",
    "AbsenceView",
    "AbsencesReport",
    "Account",
    "Agency",
    "Assignment",
    "DutyChanged",
    "GridDuty",
    "Role",
    "RosterReport",
    "WorkerView",
    "absence_end",
    "absence_enter",
    "absences_import",
    "absent",
    "account_create",
    "actor_by_handle",
    "actor_of",
    "agency_create",
    "assignment_open",
    "cover_name",
    "cover_open",
    "covers_end",
    "get_absences",
    "get_accounts",
    "get_agencies",
    "get_handles",
    "get_workers",
    "grid_duties",
    "load_actor",
    "on_duty",
    "on_duty_rows",
    "own_absence",
    "password_hash",
    "responsible_workers",
    "roster_import",
    "session_end",
    "sessions_alive",
    "token_issue",
]
