"""How fast the register takes a file of national size, beside PostgreSQL's own COPY of the same file.

    python -m bench.import_schools

The file has 50,000 schools in all 135 columns, made from real rows: each gets a URN and a name of its own and lies in
the hub's local authorities, so that every row is imported. It goes into an empty register, then into the same register
once more, and beside it goes a bare COPY of the file into a table of 135 text columns; three rounds, of which the
median counts. An import may take at most four times as long as the COPY. Each import is a process of its own, whose
memory must stay under 300 MB and hardly grow with the file.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from psycopg2 import sql

PROJECT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    # So that `python bench/import_schools.py` works as well.
    sys.path.insert(0, str(PROJECT))

from bench import connect, migrate, scratch_database, verdict  # noqa: E402 - not before the path is known

SAMPLE = PROJECT / "schools" / "tests" / "data" / "gias_mixed_rows_cp1252.csv"
ROWS = 50_000
FEWER_ROWS = 10_000
ROUNDS = 3
RATIO_LIMIT = 4.0
MEMORY_LIMIT_MB = 300
GROWTH_LIMIT_MB = 60
AUTHORITIES = (("855", "Leicestershire"), ("856", "Leicester"))
# Cells that decide whether a row is imported, and what they say in every row of the file.
ALWAYS = {"EstablishmentStatus (code)": "1", "EstablishmentStatus (name)": "Open", "CloseDate": ""}


def write_file(path: Path, *, sample: Path, rows: int) -> int:
    """Write the file, in the encoding of the national one. Returns its size in bytes."""
    from schools.rules.records import NOT_SCHOOLS
    from schools.rules.values import read_code

    with sample.open(encoding="cp1252", newline="") as stream:
        reader = csv.DictReader(stream)
        header = list(reader.fieldnames or ())
        schools = [row for row in reader if read_code(row["TypeOfEstablishment (code)"], 2) not in NOT_SCHOOLS]
    with path.open("w", encoding="cp1252", newline="") as stream:
        writer = csv.DictWriter(stream, header, quoting=csv.QUOTE_ALL)
        writer.writeheader()
        for number in range(rows):
            source = schools[number % len(schools)]
            code, name = AUTHORITIES[number % len(AUTHORITIES)]
            own = {
                "URN": str(500_000 + number),
                "EstablishmentName": f"{source['EstablishmentName']} {number // len(schools) + 1}",
                "LA (code)": code,
                "LA (name)": name,
            }
            writer.writerow(source | ALWAYS | own)
    return path.stat().st_size


def copy_seconds(address: str, path: Path) -> float:
    """PostgreSQL alone: the file into a table of text columns, committed."""
    with path.open(encoding="cp1252", newline="") as stream:
        columns = [sql.Identifier(name) for name in next(csv.reader(stream))]
    connection = connect(address)
    try:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bare_copy")
            cursor.execute(
                sql.SQL("CREATE TABLE bare_copy ({})").format(
                    sql.SQL(", ").join(sql.SQL("{} text").format(column) for column in columns)
                )
            )
            connection.commit()
            started = time.perf_counter()
            with path.open("rb") as stream:
                cursor.copy_expert(
                    "COPY bare_copy FROM STDIN WITH (FORMAT csv, HEADER, ENCODING 'WIN1252')", stream, 1 << 18
                )
            connection.commit()
            return time.perf_counter() - started
    finally:
        connection.close()


def import_once(path: Path, *, empty: bool) -> None:
    """What a process of its own does: import, and print the seconds, the memory and the counts as JSON."""
    import resource

    import django

    django.setup()
    from django.db import connection

    from schools.services import import_schools

    with connection.cursor() as cursor:
        if empty:
            cursor.execute("TRUNCATE schools_school CASCADE")
            cursor.execute("VACUUM schools_school")
    started = time.perf_counter()
    report = import_schools(path=path)
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "memory": memory, "added": report.added, "unchanged": report.unchanged}))


def run(address: str, path: Path, *, empty: bool) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.import_schools", "--once", str(path), *(["--empty"] if empty else [])]
    environment = os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "hubportal.settings",
        "HUB_LOCAL_AUTHORITIES": ",".join(code for code, _ in AUTHORITIES),
        "LOG_LEVEL": "WARNING",
    }
    result = subprocess.run(command, env=environment, cwd=PROJECT, check=True, capture_output=True, text=True)
    return dict(json.loads(result.stdout))


def measure(address: str, folder: Path, *, sample: Path) -> bool:
    migrate(address)
    path, fewer = folder / "schools.csv", folder / "fewer.csv"
    size = write_file(path, sample=sample, rows=ROWS)
    write_file(fewer, sample=sample, rows=FEWER_ROWS)
    print(f"{ROWS:,} schools, {size / 1e6:.0f} MB, from {sample.name}")
    small = run(address, fewer, empty=True)
    rounds = []
    for _ in range(ROUNDS):
        rounds.append((copy_seconds(address, path), run(address, path, empty=True), run(address, path, empty=False)))
    copy = median(seconds for seconds, _, _ in rounds)
    print(f"COPY alone: {copy:.2f} s, {ROWS / copy:,.0f} rows a second")
    passed = True
    for label, expected, results in (
        ("empty register", "added", [first for _, first, _ in rounds]),
        ("unchanged register", "unchanged", [second for _, _, second in rounds]),
    ):
        assert all(result[expected] == ROWS for result in results), results
        seconds = median(result["seconds"] for result in results)
        print(f"{label}: {seconds:.2f} s, {ROWS / seconds:,.0f} rows a second")
        memory = max(result["memory"] for result in results)
        passed &= verdict("ratio to COPY", seconds / copy, RATIO_LIMIT)
        passed &= verdict("peak memory", memory, MEMORY_LIMIT_MB, " MB")
        passed &= verdict(f"more memory than for {FEWER_ROWS:,} rows", memory - small["memory"], GROWTH_LIMIT_MB, " MB")
    return passed


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=Path, default=SAMPLE, help="a school file whose rows to multiply")
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--empty", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.once:
        import_once(options.once, empty=options.empty)
        return 0
    with scratch_database(os.environ) as address, tempfile.TemporaryDirectory() as folder:
        return 0 if measure(address, Path(folder), sample=options.sample) else 1


if __name__ == "__main__":
    sys.exit(main())
