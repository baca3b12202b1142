"""The door of the register: what rooms above may call."""

from gridward.registry.actions import (
    HouseholdKey,
    Place,
    RevealedResident,
    household_move,
    households_provide,
    resident_reveal,
)
from gridward.registry.carrying import CarryReport, register_carry
from gridward.registry.corrected import (
    CorrectionCase,
    CorrectionView,
    access_correction,
    get_correction,
    get_corrections,
    get_corrections_of,
)
from gridward.registry.correcting import FOUND_BY, KINDS, PLACES, STATES
from gridward.registry.corrections import (
    Corrected,
    correction_accept,
    correction_acknowledge,
    correction_enter,
    correction_reject,
)
from gridward.registry.duplicates import (
    Duplicate,
    MergeCase,
    MergeView,
    access_duplicates,
    access_merge,
    get_merge,
    get_merges,
)
from gridward.registry.histories import FormerPlace, FormerValue, HouseholdHistory, access_history
from gridward.registry.importing import (
    RegisterReport,
    get_unfinished_orders,
    is_imported,
    register_check,
    register_discard,
    register_import,
)
from gridward.registry.indexes import key_indexes_mend
from gridward.registry.matching import Keys, Match, MatchRow, PersonInput, match_keys, match_people
from gridward.registry.merging import merge_propose, residents_merge, residents_part
from gridward.registry.nearby import Block, Near, NearRow, OpenedPerson, blocks_opened, people_near
from gridward.registry.premises import KINDS as PREMISES_KINDS
from gridward.registry.premises import PremisesReport, PremisesView, get_premises, premises_import
from gridward.registry.queries import (
    HouseholdView,
    ResidentPlace,
    ResidentView,
    access_household,
    get_household_marks,
    get_household_places,
    get_households_at,
    get_merged,
    get_number_keys,
    get_resident_places,
    get_survivors,
    household_data_keys,
)
from gridward.registry.sameness import SHARED
from gridward.registry.sameness import STATES as MERGE_STATES
from gridward.registry.standing import residents_by_ref

__all__ = [
    "FOUND_BY",
    "KINDS",
    "MERGE_STATES",
    "PLACES",
    "PREMISES_KINDS",
    "SHARED",
    "STATES",
    "Block",
    "CarryReport",
    "Corrected",
    "CorrectionCase",
    "CorrectionView",
    "Duplicate",
    "FormerPlace",
    "FormerValue",
    "HouseholdHistory",
    "HouseholdKey",
    "HouseholdView",
    "Keys",
    "Match",
    "MatchRow",
    "MergeCase",
    "MergeView",
    "Near",
    "NearRow",
    "OpenedPerson",
    "PersonInput",
    "Place",
    "PremisesReport",
    "PremisesView",
    "RegisterReport",
    "ResidentPlace",
    "ResidentView",
    "RevealedResident",
    "access_correction",
    "access_duplicates",
    "access_history",
    "access_household",
    "access_merge",
    "blocks_opened",
    "correction_accept",
    "correction_acknowledge",
    "correction_enter",
    "correction_reject",
    "get_correction",
    "get_corrections",
    "get_corrections_of",
    "get_household_marks",
    "get_household_places",
    "get_households_at",
    "get_merge",
    "get_merged",
    "get_merges",
    "get_number_keys",
    "get_premises",
    "get_resident_places",
    "get_survivors",
    "get_unfinished_orders",
    "household_data_keys",
    "household_move",
    "households_provide",
    "is_imported",
    "key_indexes_mend",
    "match_keys",
    "match_people",
    "merge_propose",
    "people_near",
    "premises_import",
    "register_carry",
    "register_check",
    "register_discard",
    "register_import",
    "resident_reveal",
    "residents_by_ref",
    "residents_merge",
    "residents_part",
]
