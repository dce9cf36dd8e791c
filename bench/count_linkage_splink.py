"""Splink's part of `count_linkage.py`: run in an environment of its own, on one thread. Prints one JSON line."""

# ruff: noqa: ANN001, ANN201, S608
# mypy: ignore-errors

import json
import resource
import sys
import time

import duckdb
import numpy as np
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def febrl():
    """As Splink's own examples link these records."""
    return (
        [
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
        [
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("postcode"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
        ],
        [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        [block_on("date_of_birth"), block_on("postcode")],
    )


def name_levels(name):
    initial = f"substr({name}_l, 1, 1) = substr({name}_r, 1, 1)"
    return cl.CustomComparison(
        [
            cll.NullLevel(name),
            cll.ExactMatchLevel(name, term_frequency_adjustments=True),
            cll.CustomLevel(f"{initial} and least(length({name}_l), length({name}_r)) = 1"),
            cll.CustomLevel(
                f"damerau_levenshtein({name}_l, {name}_r) = 1 and least(length({name}_l), length({name}_r)) > 1"
            ),
            cll.CustomLevel(f"least(length({name}_l), length({name}_r)) = 1"),
            cll.ElseLevel(),
        ],
        output_column_name=name,
    )


def season():
    """The same fields, levels and keys as ours, as far as Splink can say them."""
    apart = "abs(date_diff('day', cast(day_l as date), cast(day_r as date)))"
    days = [cll.CustomLevel(f"{apart} <= {most}") for most in (0, 7, 31, 92, 366)]
    place = [
        cll.NullLevel("region"),
        cll.ExactMatchLevel("court", term_frequency_adjustments=True),
        cll.CustomLevel("region_l = region_r"),
        cll.ElseLevel(),
    ]
    return (
        [
            cl.DamerauLevenshteinAtThresholds("surname", [1, 2]).configure(term_frequency_adjustments=True),
            name_levels("given"),
            name_levels("patronymic"),
            cl.CustomComparison([*days, cll.ElseLevel()], output_column_name="day"),
            cl.CustomComparison(place, output_column_name="place"),
            cl.ExactMatch("article"),
        ],
        [
            block_on("surname", "given_initial"),
            block_on("surname", "region"),
            block_on("surname", "day"),
            block_on("stem", "given_initial", "patronymic_initial"),
            block_on("swap"),
            block_on("day", "region"),
            block_on("day", "given_initial", "patronymic_initial"),
            block_on("month", "region", "given_initial", "patronymic_initial"),
        ],
        [block_on("surname", "given_initial", "day")],
        # In looser blocks matches are rare, and what is learnt of days and places there is wrong.
        [
            block_on("day", "region"),
            block_on("surname", "given_initial", "patronymic_initial", "region"),
            block_on("surname", "given_initial", "patronymic_initial", "month"),
        ],
    )


def link(kind, records):
    comparisons, rules, sure, sessions = {"febrl": febrl, "season": season}[kind]()
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    api = DuckDBAPI(connection)
    connection.execute(f"CREATE TABLE records AS SELECT * FROM read_csv('{records}', all_varchar = true, nullstr = '')")
    lists = [number for (number,) in connection.execute("SELECT DISTINCT list FROM records ORDER BY 1").fetchall()]
    tables = []
    for number in lists:
        connection.execute(f"CREATE TABLE list_{number} AS SELECT * FROM records WHERE list = '{number}'")
        tables.append(api.register(f"list_{number}", dataset_display_name=f"of_{number}"))
    settings = SettingsCreator(
        link_type="link_only" if len(lists) > 1 else "dedupe_only",
        unique_id_column_name="unique_id",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
        retain_intermediate_calculation_columns=False,
    )
    linker = Linker(tables, settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for session in sessions:
        linker.training.estimate_parameters_using_expectation_maximisation(session, record_sample_proportion=1.0)
    found = linker.inference.predict()
    name = found.physical_name
    pairs = connection.execute(f"SELECT match_weight, unique_id_l, unique_id_r FROM {name}").fetchnumpy()
    return connection, pairs


def main():
    kind, records, out = sys.argv[1:]
    wall, cpu = time.perf_counter(), time.process_time()
    connection, pairs = link(kind, records)
    spent = {"wall_s": round(time.perf_counter() - wall, 2), "cpu_s": round(time.process_time() - cpu, 2)}
    person = dict(connection.execute("SELECT unique_id, person FROM records").fetchall())
    left, right = (np.array([person[each] for each in pairs[f"unique_id_{side}"]]) for side in "lr")
    np.savez(out, odds=np.asarray(pairs["match_weight"], float), true=left == right)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(spent | {"peak_mb": round(peak), "pairs": len(left)}))


if __name__ == "__main__":
    main()
