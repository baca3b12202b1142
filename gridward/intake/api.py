"""The door of intake: what rooms above may call."""

from gridward.intake.actions.channels import channel_create
from gridward.intake.actions.correcting import Renewal, clues_correct
from gridward.intake.actions.following import Moved, Placed, clues_follow, clues_part
from gridward.intake.actions.mapping import batch_discard, batch_map, batches_expire
from gridward.intake.actions.outcomes import (
    ClueOutcome,
    ask_taken_back,
    clue_outcomes_record,
    clues_answered,
    clues_dispatched,
    clues_move,
)
from gridward.intake.actions.pushing import deliveries_send
from gridward.intake.actions.receive import Said, batch_receive
from gridward.intake.actions.resolve import BatchReport, batch_resolve
from gridward.intake.actions.returns import outcomes_export, rejects_export
from gridward.intake.actions.review import review_decide
from gridward.intake.actions.undo import review_undo
from gridward.intake.actions.watching import folders_receive
from gridward.intake.counting import RowsCount, count_rows
from gridward.intake.earlier import get_person
from gridward.intake.queries import (
    CLUES_COUNTED,
    BatchView,
    CluePerson,
    ClueView,
    OutcomeRow,
    access_batch,
    count_rejects,
    count_waiting,
    counts_fold,
    get_channel_names,
    get_channels,
    get_clue_persons,
    get_decided_at,
    get_outcomes,
    get_rejects,
    open_clue_people,
    ready_clues,
)
from gridward.intake.reckoned import (
    ChannelQuality,
    ListQuality,
    access_channel,
    get_channel_qualities,
    get_list_qualities,
)
from gridward.intake.reckoning import Period, Quality, period_of
from gridward.intake.rules import refusal_again
from gridward.intake.withdrawing import plug_withdraw

__all__ = [
    "CLUES_COUNTED",
    "BatchReport",
    "BatchView",
    "ChannelQuality",
    "ClueOutcome",
    "CluePerson",
    "ClueView",
    "ListQuality",
    "Moved",
    "OutcomeRow",
    "Period",
    "Placed",
    "Quality",
    "Renewal",
    "RowsCount",
    "Said",
    "access_batch",
    "access_channel",
    "ask_taken_back",
    "batch_discard",
    "batch_map",
    "batch_receive",
    "batch_resolve",
    "batches_expire",
    "channel_create",
    "clue_outcomes_record",
    "clues_answered",
    "clues_correct",
    "clues_dispatched",
    "clues_follow",
    "clues_move",
    "clues_part",
    "count_rejects",
    "count_rows",
    "count_waiting",
    "counts_fold",
    "deliveries_send",
    "folders_receive",
    "get_channel_names",
    "get_channel_qualities",
    "get_channels",
    "get_clue_persons",
    "get_decided_at",
    "get_list_qualities",
    "get_outcomes",
    "get_person",
    "get_rejects",
    "open_clue_people",
    "outcomes_export",
    "period_of",
    "plug_withdraw",
    "ready_clues",
    "refusal_again",
    "rejects_export",
    "review_decide",
    "review_undo",
]
