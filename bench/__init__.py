"""Measurements of the product. Each prints its figures, and compares with a named reference in the same run."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import environ
import psycopg2
from psycopg2 import sql

from hubportal.embedded import DEFAULT_BASE, Servers, services

PROJECT = Path(__file__).resolve().parent.parent


def connect(address: str) -> "psycopg2.extensions.connection":
    """A connection without Django, to an address as `DATABASE_URL` has it."""
    parts = environ.Env.db_url_config(address)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    given = {name: parts[key] for key, name in names.items() if parts.get(key)}
    return psycopg2.connect(**given, **parts.get("OPTIONS", {}))


@contextmanager
def scratch_database(environment: Mapping[str, str]) -> Iterator[str]:
    """A database of our own on the server of DATABASE_URL, or on the embedded one; gone afterwards."""
    own = dict(environment)
    with services(own, Servers(DEFAULT_BASE / "bench")):
        address, mark, options = own["DATABASE_URL"].partition("?")
        name = f"bench_{os.getpid()}"
        server = connect(own["DATABASE_URL"])
        server.autocommit = True
        try:
            server.cursor().execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            yield f"{address.rpartition('/')[0]}/{name}{mark}{options}"
        finally:
            server.cursor().execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            server.close()


def migrate(address: str) -> None:
    """The tables of the product, in an empty database."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        env=os.environ | {"DATABASE_URL": address, "SECRET_KEY": "bench"},
        cwd=PROJECT,
        check=True,
    )


def verdict(label: str, value: float, limit: float, unit: str = "") -> bool:
    """Print a figure beside its limit; whether it is within."""
    is_good = value <= limit
    print(f"  {label}: {value:.2f}{unit} (at most {limit:g}{unit}) {'PASS' if is_good else 'FAIL'}")
    return is_good
