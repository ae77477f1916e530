"""Both servers as a pair, held running by whoever needs them."""

import contextlib
import fcntl
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from pathlib import Path

from hubportal.embedded.place import Place
from hubportal.embedded.postgres import Postgres
from hubportal.embedded.valkey import Valkey

DEFAULT_BASE = Path(__file__).resolve().parent.parent.parent / ".local"
# Tests can be made anew at any time; what they write need not survive a power cut.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def _say_nothing(sentence: str) -> None:
    return


class Servers:
    """PostgreSQL and Valkey under one folder."""

    def __init__(
        self,
        base: Path = DEFAULT_BASE,
        *,
        settings: Mapping[str, str] | None = None,
        say: Callable[[str], None] = _say_nothing,
    ) -> None:
        self.base = Path(base).absolute()
        place = Place(self.base)
        self.postgres = Postgres(place, settings or {}, say)
        self.valkey = Valkey(place, say)
        self._place = place

    @property
    def database_url(self) -> str:
        return self.postgres.url

    @property
    def redis_url(self) -> str:
        return self.valkey.url

    @contextlib.contextmanager
    def running(self, *, database: bool = True, redis: bool = True) -> Iterator["Servers"]:
        """Hold the servers running for a while; the last of all who hold them stops them."""
        self.base.mkdir(parents=True, exist_ok=True)
        with (self.base / "users.lock").open("a") as users:
            try:
                with self._alone():
                    fcntl.flock(users, fcntl.LOCK_SH)
                    self._start(database=database, redis=redis)
                yield self
            finally:
                with self._alone(), contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._stop()

    def start(self) -> None:
        """Start both and leave them running."""
        with self._alone():
            self._start(database=True, redis=True)

    def stop(self) -> None:
        """Stop both, whoever uses them."""
        with self._alone():
            self._stop()

    def remove(self) -> None:
        """Stop both and delete their data."""
        with self._alone():
            self._stop()
            self._place.remove()

    def status(self) -> dict[str, bool]:
        return {"PostgreSQL": self.postgres.pid() is not None, "Valkey": self.valkey.answers()}

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts or stops."""
        self.base.mkdir(parents=True, exist_ok=True)
        with (self.base / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start(self, *, database: bool, redis: bool) -> None:
        if database:
            self.postgres.start()
        if redis:
            self.valkey.start()

    def _stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()


@contextlib.contextmanager
def services(environment: MutableMapping[str, str], servers: Servers | None = None) -> Iterator[None]:
    """Complete an environment: start what `DATABASE_URL` and `REDIS_URL` do not name, and name it there.

    Children started with this environment inherit the addresses, so they do not start servers of their own.
    """
    servers = servers or Servers()
    database, redis = not environment.get("DATABASE_URL"), not environment.get("REDIS_URL")
    if not database and not redis:
        yield
        return
    with servers.running(database=database, redis=redis):
        if database:
            environment["DATABASE_URL"] = servers.database_url
        if redis:
            environment["REDIS_URL"] = servers.redis_url
        yield
