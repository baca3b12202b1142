"""The door of the register: what rooms above may call."""

from gridward.registry.actions import (
    HouseholdKey,
    Place,
    RevealedResident,
    household_move,
    households_provide,
    resident_reveal,
)
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
from gridward.registry.histories import FormerPlace, FormerValue, HouseholdHistory, access_history
from gridward.registry.importing import (
    RegisterReport,
    get_unfinished_orders,
    is_imported,
    register_discard,
    register_import,
)
from gridward.registry.indexes import key_indexes_mend
from gridward.registry.matching import Keys, Match, MatchRow, PersonInput, match_keys, match_people
from gridward.registry.nearby import Block, Near, NearRow, OpenedPerson, blocks_opened, people_near
from gridward.registry.queries import (
    HouseholdView,
    ResidentPlace,
    ResidentView,
    access_household,
    get_household_places,
    get_households_at,
    get_number_keys,
    get_resident_places,
    household_data_keys,
)

__all__ = [
    "FOUND_BY",
    "KINDS",
    "PLACES",
    "STATES",
    "Block",
    "Corrected",
    "CorrectionCase",
    "CorrectionView",
    "FormerPlace",
    "FormerValue",
    "HouseholdHistory",
    "HouseholdKey",
    "HouseholdView",
    "Keys",
    "Match",
    "MatchRow",
    "Near",
    "NearRow",
    "OpenedPerson",
    "PersonInput",
    "Place",
    "RegisterReport",
    "ResidentPlace",
    "ResidentView",
    "RevealedResident",
    "access_correction",
    "access_history",
    "access_household",
    "blocks_opened",
    "correction_accept",
    "correction_acknowledge",
    "correction_enter",
    "correction_reject",
    "get_correction",
    "get_corrections",
    "get_corrections_of",
    "get_household_places",
    "get_households_at",
    "get_number_keys",
    "get_resident_places",
    "get_unfinished_orders",
    "household_data_keys",
    "household_move",
    "households_provide",
    "is_imported",
    "key_indexes_mend",
    "match_keys",
    "match_people",
    "people_near",
    "register_discard",
    "register_import",
    "resident_reveal",
]
