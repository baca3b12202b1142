"""The administrator's list of accounts: no person, only handles, roles and areas."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.territory import api as territory
from gridward.workforce import queries
from gridward.workforce.rules import ROLES

PAGE = 50


@endpoint(right="account.read")
def accounts(request: Request) -> Answer:
    """Show a page of accounts by handle."""
    found = queries.get_accounts(after=request.GET.get("after", "")[:150], limit=PAGE, now=request.now)
    areas = territory.get_areas({code for account in found for code in account.area_codes})
    rows = [
        {
            "handle": account.handle,
            "roles": " · ".join(str(ROLES[role].label) for role in account.roles),
            "areas": ", ".join(
                (
                    *(
                        f"{areas[code].name} · {code}" if code in areas else code
                        for code in account.area_codes
                    ),
                    *account.agency_names,
                )
            ),
            "state": (_("active"), "good") if account.is_active else (_("shut"), "quiet"),
        }
        for account in found
    ]
    columns = [
        {"key": "handle", "label": _("Account")},
        {"key": "roles", "label": _("Role")},
        {"key": "areas", "label": _("Area or department")},
        {"key": "state", "label": _("State"), "kind": "badge"},
    ]
    more = found[-1].handle if len(found) == PAGE else ""
    return render(request, "workforce/accounts.html", {"rows": rows, "columns": columns, "more": more})
