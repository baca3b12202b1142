"""The pages of a department: its own lists, and what was found for each of their rows. Nobody's name is here."""

from django.shortcuts import render

from gridward.intake import queries
from gridward.intake.actions.quota import get_own_shares
from gridward.intake.actions.returns import outcomes_export
from gridward.intake.web import shares, show
from gridward.intake.web.parse import csv_answer, row_of
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.tokens import id_of


@endpoint(right="returns.read")
def returns(request: Request) -> Answer:
    """Show the department's own lists with how many rows are answered, and what its channels may still send today."""
    sent = queries.get_sent_lists()
    names = queries.get_channel_names(one.channel_code for one in sent)
    own = get_own_shares(now=request.now)
    page = {
        "columns": show.sent_columns(),
        "rows": [show.sent_row(one, names) for one in sent],
        "share_columns": shares.share_columns(),
        "shares": [shares.share_row(one) for one in own],
        "warnings": shares.warnings(own),
    }
    return render(request, "intake/returns.html", page)


@endpoint(right="returns.read")
def answers(request: Request, batch_id: str) -> Answer:
    """Show the rows of one of the department's lists with their outcomes."""
    seen = queries.get_sent_list(id_of(batch_id))
    if isinstance(seen, Refusal):
        return seen
    rows = queries.get_outcomes(seen.id, after=row_of(request.GET.get("after", "")))
    page = {
        "sent": seen,
        "is_moving": seen.state in show.MOVING,
        "refusal_words": show.refusal_words(seen.refusal) if seen.state == "refused" else "",
        "channel": queries.get_channel_names([seen.channel_code]).get(seen.channel_code, seen.channel_code),
        "columns": show.answer_columns(),
        "rows": [show.answer_row(row) for row in rows],
        "more": str(rows[-1].row_number) if len(rows) == queries.PAGE else "",
        "answered": seen.answered + seen.rejected,
    }
    return render(request, "intake/answers.html", page)


@endpoint(right="returns.read")
def download(request: Request, batch_id: str) -> Answer:
    """Give the outcomes of one of the department's lists as CSV."""
    row_id = id_of(batch_id)
    content = outcomes_export(batch_id=row_id, by=request.actor, now=request.now)
    return content if isinstance(content, Refusal) else csv_answer(content, f"outcomes-{row_id}.csv")
