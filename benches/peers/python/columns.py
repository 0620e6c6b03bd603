"""The same questions to Polars and DuckDB, over the same rows held in memory.

columns.py FOLDER RUNS reads incidents.csv and pupils.csv there, writes both as Parquet, and prints
a line of JSON for each engine and question: the middle of so many runs in seconds, with the
Parquet files as the source and with the rows in memory, and what the answer adds up to.
"""

import json
import statistics
import sys
import time

import duckdb
import polars as pl

folder, runs = sys.argv[1], int(sys.argv[2])
incidents, pupils = f"{folder}/incidents.parquet", f"{folder}/pupils.parquet"

TEXTS = ["category", "location", "period"]


def middle(ask, count):
    ask()
    times = []
    for _ in range(count):
        started = time.perf_counter()
        ask()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def say(engine, version, question, ask, from_files, total):
    files = middle(from_files, max(3, runs // 3)) if from_files else None
    line = {
        "engine": engine,
        "version": version,
        "question": question,
        "seconds": middle(ask, runs),
        "from_files": files,
        "total": total,
    }
    print(json.dumps(line), flush=True)


def adds_up(counts):
    """Groups, and the sum of the squares of their counts."""
    counts = [int(count) for count in counts]
    return [len(counts), sum(count * count for count in counts)]


def in_polars():
    for name in ["incidents", "pupils"]:
        pl.read_csv(f"{folder}/{name}.csv").write_parquet(f"{folder}/{name}.parquet")
    coded = [pl.col(name).cast(pl.String).cast(pl.Categorical) for name in TEXTS]
    rows = pl.read_parquet(incidents).with_columns(coded)
    people = pl.read_parquet(pupils).with_columns(pl.col("sex").cast(pl.Categorical))
    ordered = rows.select("pupil", "day").sort("pupil", "day")

    def grouped(table, keys):
        return table.group_by(keys).agg(pl.len())

    def joined(table, others):
        return table.join(others, on="pupil", how="left").group_by("sex", "category").agg(pl.len())

    def rolling():
        return ordered.rolling("day", period="14i", group_by="pupil").agg(pl.len())

    files = pl.scan_parquet(incidents), pl.scan_parquet(pupils)
    for question, keys in [("trend", ["week", "category"]), ("grid", ["location", "period"])]:
        say(
            "Polars",
            pl.__version__,
            question,
            lambda: grouped(rows, keys),
            lambda: grouped(files[0], keys).collect(),
            adds_up(grouped(rows, keys)["len"]),
        )
    say(
        "Polars",
        pl.__version__,
        "join",
        lambda: joined(rows, people),
        lambda: joined(*files).collect(),
        adds_up(joined(rows, people)["len"]),
    )
    most = rolling().group_by("pupil").agg(pl.col("len").max())
    say("Polars", pl.__version__, "rolling", rolling, None, adds_up(most["len"]))


def in_duckdb():
    base = duckdb.connect()
    base.execute(f"CREATE TABLE files AS SELECT * FROM '{incidents}'")
    for name in TEXTS:
        base.execute(f"CREATE TYPE {name}_code AS ENUM (SELECT DISTINCT {name}::VARCHAR FROM files)")
    coded = ", ".join(f"{name}::VARCHAR::{name}_code AS {name}" for name in TEXTS)
    base.execute(f"CREATE TABLE incidents AS SELECT * REPLACE ({coded}) FROM files")
    base.execute(f"CREATE TABLE pupils AS SELECT * FROM '{pupils}'")
    counts = {
        "trend": "SELECT week, category, count(*) AS n FROM {incidents} GROUP BY ALL",
        "grid": "SELECT location, period, count(*) AS n FROM {incidents} GROUP BY ALL",
        "join": "SELECT sex, category, count(*) AS n FROM {incidents} LEFT JOIN {pupils} "
        "USING (pupil) GROUP BY ALL",
    }
    memory = {"incidents": "incidents", "pupils": "pupils"}
    files = {"incidents": f"'{incidents}'", "pupils": f"'{pupils}'"}
    for question, query in counts.items():
        say(
            "DuckDB",
            duckdb.__version__,
            question,
            lambda: base.execute(query.format(**memory)).fetchall(),
            lambda: base.execute(query.format(**files)).fetchall(),
            adds_up(row[2] for row in base.execute(query.format(**memory)).fetchall()),
        )
    over = (
        "SELECT pupil, count(*) OVER (PARTITION BY pupil ORDER BY day "
        "RANGE BETWEEN 13 PRECEDING AND CURRENT ROW) AS n FROM incidents"
    )
    # Summed up, so that a million rows need not be handed to Python.
    rolling = f"SELECT sum(n) FROM ({over})"
    most = base.execute(f"SELECT max(n) FROM ({over}) GROUP BY pupil").fetchall()
    say(
        "DuckDB",
        duckdb.__version__,
        "rolling",
        lambda: base.execute(rolling).fetchall(),
        None,
        adds_up(row[0] for row in most),
    )


in_polars()
in_duckdb()
