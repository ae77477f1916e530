import io
import logging
import re
import runpy

import pytest
from django.urls import get_resolver, reverse
from gunicorn.config import Config

from hubportal.log import LINK, redact
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


NGINX = (ROOT / "deploy" / "nginx.conf.example").read_text(encoding="utf-8")
KEPT_BACK = re.compile(r"\(\?:(link\|[^)]+)\)/\)")


def addresses_with_a_key() -> list[str]:
    """An address of every page of ours that a secret in it opens."""
    known = get_resolver().reverse_dict.items()
    names = [
        name
        for name, (possible, *_) in known
        if isinstance(name, str) and any("token" in arguments for _, arguments in possible)
    ]
    reset = reverse("account_reset_password_from_key", kwargs={"uidb36": "s3cret", "key": "s3cret"})
    return [*(reverse(name, args=["s3cret"]) for name in sorted(names)), reset]


def as_nginx_logs(path: str) -> str:
    """What the proxy's map makes of a path."""
    pattern, written = re.search(r'"~(\^.+\$)"\s+(\S+);', NGINX).groups()
    found = re.search(pattern.replace("(?<", "(?P<"), path)
    return written.replace("$page", found["page"]).replace("$rest", found["rest"]) if found else path


def test_proxy_and_portal_keep_the_same_keys_out_of_their_logs():
    (of_the_proxy,), (of_the_portal,) = KEPT_BACK.findall(NGINX), KEPT_BACK.findall(LINK.pattern)

    assert of_the_proxy == of_the_portal


def test_no_log_has_a_key_that_opens_a_page():
    addresses = addresses_with_a_key()

    assert len(addresses) == 5
    assert [address for address in addresses if "s3cret" in redact(address) + as_nginx_logs(address)] == []
    assert [redact(address) for address in addresses] == [as_nginx_logs(address) for address in addresses]


@pytest.mark.parametrize("path", ["/", "/schools/900001/", "/account/login/", "/request-a-meeting/"])
def test_proxy_logs_other_pages_as_they_are(path):
    assert as_nginx_logs(path) == path
