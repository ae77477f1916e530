import io
import logging
import runpy

import pytest
from gunicorn.config import Config

from hubportal.prepare import ROOT

SETTINGS = runpy.run_path(str(ROOT / "deploy" / "gunicorn.conf.py"))


class Answer:
    status = "200 OK"
    sent = 512
    headers = ()


class Request:
    headers = ()


class Duration:
    seconds = 0
    microseconds = 42000


@pytest.fixture
def logged(monkeypatch):
    """What gunicorn writes to its access log for a visit."""
    return lambda path, query: visit(path, query, monkeypatch)


def visit(path: str, query: str, monkeypatch: pytest.MonkeyPatch) -> str:
    config = Config()
    config.set("accesslog", "-")
    config.set("access_log_format", SETTINGS["access_log_format"])
    log = SETTINGS["RedactingLogger"](config)
    stream = io.StringIO()
    monkeypatch.setattr(log.access_log, "handlers", [logging.StreamHandler(stream)])
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": f"{path}?{query}",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "HTTP_REFERER": f"https://portal.example.org{path}",
        "HTTP_USER_AGENT": "Browser",
    }
    log.access(Answer(), Request(), environ, Duration())
    return stream.getvalue()


@pytest.mark.parametrize(
    ("path", "query", "line"),
    [
        ("/schools/", "q=Ann+Example", "GET /schools/ 200 512 bytes 42 ms\n"),
        ("/link/s3cret-token/", "", "GET /link/[token]/ 200 512 bytes 42 ms\n"),
        ("/link/s3cret-token/certificate.pdf", "", "GET /link/[token]/certificate.pdf 200 512 bytes 42 ms\n"),
        ("/withdraw/s3cret-token/", "", "GET /withdraw/[token]/ 200 512 bytes 42 ms\n"),
        ("/calendar/s3cret-token/meetings.ics", "", "GET /calendar/[token]/meetings.ics 200 512 bytes 42 ms\n"),
        ("/request-a-meeting/saved/s3cret/", "", "GET /request-a-meeting/saved/[token]/ 200 512 bytes 42 ms\n"),
        ("/health/", "", ""),
    ],
)
def test_access_log_has_neither_tokens_nor_names_nor_addresses(path, query, line, logged):
    assert logged(path, query) == line
