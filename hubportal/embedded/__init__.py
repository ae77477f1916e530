"""A real PostgreSQL and a real Redis-protocol server (Valkey), from wheels, for development and tests.

Where no `DATABASE_URL` or `REDIS_URL` is set, `make run`, `make test` and `manage.py` use servers that live under
`.local/`: the same engines as production, started by us, on unix sockets only, so that no port is taken and nobody
else on the machine or the network can connect. Whoever needs them holds a shared lock while it works; the last to
leave stops them. A killed process loses its lock to the kernel, so nothing has to be tidied by hand.

By hand: `python -m hubportal.embedded start|stop|status|remove [DIRECTORY]`, or `exec DIRECTORY COMMAND...`.
"""

from hubportal.embedded.place import EmbeddedError
from hubportal.embedded.servers import DEFAULT_BASE, NOT_DURABLE, Servers, services

__all__ = ["DEFAULT_BASE", "NOT_DURABLE", "EmbeddedError", "Servers", "services"]
