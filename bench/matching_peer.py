"""Splink on DuckDB over a table of people: reads, trains, predicts, clusters; prints one line of JSON.

    matching_peer.py FILE        a CSV with its truth in the column `person`, every value in our normal form

The same rules for blocks and the same comparisons as schemas/person.json, as far as Splink's own library has
them; its levels, its training and its defaults otherwise. Clusters are those of pairs of at least 0.95.
"""

import collections
import json
import logging
import sys
import time

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

COLUMNS = ("first_name", "last_name", "email", "phone", "linkedin_url", "company", "domain", "title", "city", "country")
SAME = 0.95


def settings():
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="number",
        comparisons=[
            cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("last_name").configure(term_frequency_adjustments=True),
            cl.ExactMatch("email"),
            cl.LevenshteinAtThresholds("phone", [1]),
            cl.ExactMatch("linkedin_url"),
            cl.JaroWinklerAtThresholds("company", [0.9]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("title"),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("linkedin_url"),
            block_on("substr(phone, -8)", "substr(last_name, 1, 2)"),
            block_on("first_name", "last_name", "company"),
            block_on("last_name", "company"),
            block_on("last_name", "domain"),
            block_on("first_name", "company"),
        ],
    )


def train(linker):
    linker.training.estimate_probability_two_random_records_match(
        [block_on("email"), block_on("linkedin_url")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("email"), block_on("first_name", "last_name", "company")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)


def pairs(sizes):
    return sum(n * (n - 1) // 2 for n in sizes)


def main():
    logging.disable(logging.WARNING)
    begun = time.perf_counter()
    base = duckdb.connect()
    cells = ", ".join(f"nullif({name}, '') AS {name}" for name in COLUMNS)
    base.execute(
        f"CREATE TABLE people AS SELECT row_number() OVER () AS number, {cells}, person "
        "FROM read_csv(?, all_varchar = true)", [sys.argv[1]],
    )
    read = time.perf_counter() - begun
    api = DuckDBAPI(connection=base)
    linker = Linker(api.register("people"), settings())
    train(linker)
    trained = time.perf_counter() - begun
    predicted = linker.inference.predict(threshold_match_probability=SAME)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, SAME)
    seconds = time.perf_counter() - begun
    name = clusters.physical_name
    rows = base.execute(f"SELECT c.cluster_id, p.person FROM {name} c JOIN people p USING (number)").fetchall()
    found = pairs(collections.Counter(cluster for cluster, _ in rows).values())
    right = pairs(collections.Counter(rows).values())
    every = pairs(collections.Counter(person for _, person in rows).values())
    precision, recall = right / found, right / every
    print(json.dumps({
        "rows": len(rows), "seconds": seconds, "read_s": read, "train_s": trained - read, "predict_s": seconds - trained,
        "precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall),
    }))


if __name__ == "__main__":
    main()
