"""Start, stop or look at the embedded servers from the command line, or hold them while a command runs."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from hubportal.embedded import DEFAULT_BASE, EmbeddedError, Servers, services


def act(options: argparse.Namespace, servers: Servers) -> int:
    if options.action == "exec":
        with services(os.environ, servers):
            return subprocess.run(options.command, check=False).returncode
    if options.action == "status":
        for name, is_running in servers.status().items():
            print(f"{name}: {'running' if is_running else 'stopped'}")
        return 0
    {"start": servers.start, "stop": servers.stop, "remove": servers.remove}[options.action]()
    if options.action == "start":
        print(f"DATABASE_URL={servers.database_url}\nREDIS_URL={servers.redis_url}")
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m hubportal.embedded", description=__doc__)
    parser.add_argument("action", choices=["start", "stop", "status", "remove", "exec"])
    parser.add_argument("directory", nargs="?", type=Path, default=DEFAULT_BASE)
    parser.add_argument("command", nargs=argparse.REMAINDER, help="for exec: what to run")
    options = parser.parse_args(arguments)
    try:
        return act(options, Servers(options.directory, say=lambda sentence: print(sentence, file=sys.stderr)))
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
