"""
Splink's side: the same rows, the same people, the same blocks; trained as its documentation says, or from exact links.

Owns the settings, which are ours, not its makers': name, sound, surname and numbers compared by the levels it offers.
"""

import logging
import warnings
from collections import defaultdict
from collections.abc import Mapping

import duckdb
import splink.comparison_level_library as levels
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_library import CustomComparison

SIDE = """
select id as unique_id, name, sound, surname, nullif(id_text, '') as id_text, nullif(phone, '') as phone,
       nullif(door, '') as door, community, {meant} as id_meant
  from {table}
"""
LABELS = """
select 'l' as source_dataset_l, line as unique_id_l, 'r' as source_dataset_r, person as unique_id_r,
       1.0 as clerical_match_score from linked
"""
BLOCKS = (
    block_on("door"),
    block_on("phone", "surname"),
    block_on("id_meant", "surname", arrays_to_explode=["id_meant"]),
)


#: What is compared: the levels of each field, the most alike first; missing and all else are added to each.
COMPARED = {
    "name": [
        levels.ExactMatchLevel("name"),
        levels.ExactMatchLevel("sound"),
        levels.LevenshteinLevel("sound", 1),
        # DuckDB counts bytes here, and a Chinese character has three.
        levels.LevenshteinLevel("name", 3),
        levels.ExactMatchLevel("surname"),
    ],
    "id_text": [
        levels.ExactMatchLevel("id_text"),
        levels.DamerauLevenshteinLevel("id_text", 1),
        levels.DamerauLevenshteinLevel("id_text", 3),
    ],
    "phone": [levels.ExactMatchLevel("phone"), levels.DamerauLevenshteinLevel("phone", 1)],
    "door": [levels.ExactMatchLevel("door"), levels.ExactMatchLevel("community")],
}


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            CustomComparison(
                [levels.NullLevel(field), *compared, levels.ElseLevel()], output_column_name=field
            )
            for field, compared in COMPARED.items()
        ],
        blocking_rules_to_generate_predictions=list(BLOCKS),
        retain_matching_columns=False,
    )


#: Random pairs that tell u; a small list needs fewer.
MOST_PAIRS, PAIRS_A_PERSON = 2e6, 10


class Side:
    """One run of Splink: its model, once trained, and what it says of the rows that are left over."""

    def __init__(self, db: duckdb.DuckDBPyConnection, line: str) -> None:
        logging.getLogger("splink").setLevel(logging.ERROR)
        warnings.filterwarnings("ignore", module="splink")
        self._db, self._line = db, line
        self._model: Mapping[str, object] = {}

    def _linker(self, line: str, settings: object) -> tuple[Linker, DuckDBAPI]:
        """Return a linker of its own, with a database of its own: two of them do not share names of tables."""
        api = DuckDBAPI(duckdb.connect(config={"threads": 2}))
        sides = [
            api.register(
                self._db.sql(SIDE.format(table=table, meant=meant)).to_arrow_table(),
                dataset_display_name=name,
            )
            for name, table, meant in (("l", line, "id_meant"), ("r", "person", "[nullif(id_number, '')]"))
        ]
        return Linker(sides, settings, log_level=logging.ERROR, validate_settings=False), api

    def _most_pairs(self) -> float:
        ((people,),) = self._db.execute("select count(*) from person").fetchall()
        return min(MOST_PAIRS, PAIRS_A_PERSON * people)

    def train(self) -> None:
        """Learn by expectation maximisation over the whole list, as the documentation does it."""
        linker, _api = self._linker(self._line, _settings())
        training = linker.training
        training.estimate_probability_two_random_records_match(
            [block_on("id_text", "surname"), block_on("phone", "sound"), block_on("door", "sound")],
            recall=0.9,
        )
        training.estimate_u_using_random_sampling(max_pairs=self._most_pairs(), seed=1)
        for rule in (block_on("id_text"), block_on("phone"), block_on("door")):
            training.estimate_parameters_using_expectation_maximisation(rule)
        self._model = linker.misc.save_model_to_json()

    def learn(self) -> None:
        """Learn m from the rows that exact keys link, u from random pairs: our way, with its machinery."""
        linker, api = self._linker(self._line, _settings())
        labels = self._db.sql(LABELS).to_arrow_table()
        linker.training.estimate_u_using_random_sampling(max_pairs=self._most_pairs(), seed=1)
        linker.training.estimate_m_from_pairwise_labels(api.register(labels))
        self._model = linker.misc.save_model_to_json()

    def predict(self, line: str) -> dict[int, list[tuple[int, float]]]:
        """Return for each row everybody brought up, with the weight in bits."""
        linker, _api = self._linker(line, dict(self._model))
        predicted = linker.inference.predict(threshold_match_weight=-1000)
        found: dict[int, list[tuple[int, float]]] = defaultdict(list)
        told = predicted.as_duckdbpyrelation().select("unique_id_l, unique_id_r, match_weight")
        for row, person, weight in told.fetchall():
            found[row].append((person, weight))
        return found
