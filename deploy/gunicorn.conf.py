"""Gunicorn's settings, for `make run` and for production alike; the environment names what differs.

PORT             port to listen on (8000)
HOST             address to listen on (127.0.0.1; the container sets 0.0.0.0)
WEB_CONCURRENCY  worker processes (2); each serves four requests at a time
"""

import os
import threading

from gunicorn.glogging import Logger

from hubportal.log import RedactingFormatter, redact

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
wsgi_app = "hubportal.wsgi:application"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# Seconds. The slowest page is a PDF; whatever takes longer belongs to the Celery worker.
timeout = 60
graceful_timeout = 20
# Longer than a proxy keeps an idle connection, so that the proxy never writes into a closed one.
keepalive = 75
# A worker is replaced now and then, so that memory PDFs fragment is given back.
max_requests = 10_000
max_requests_jitter = 1000
control_socket_disable = True


def post_worker_init(worker):
    """Load what sets certificates a little after the worker answers, so that the first award need not wait for it."""

    def load():
        import awards.pdf  # noqa: F401

    timer = threading.Timer(5, load)
    timer.daemon = True
    timer.start()


class RedactingLogger(Logger):
    """An access log without secrets: whoever reads a personal link's token in it could act for the school."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(RedactingFormatter(self.error_fmt, self.datefmt))

    def atoms(self, resp, req, environ, request_time):
        return {
            name: redact(value) if isinstance(value, str) else value
            for name, value in super().atoms(resp, req, environ, request_time).items()
        }

    def access(self, resp, req, environ, request_time):
        # A load balancer asks every few seconds and nobody reads the answers.
        if environ.get("PATH_INFO") != "/health/":
            super().access(resp, req, environ, request_time)


logger_class = RedactingLogger
accesslog = "-"
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
# Method, path, status, bytes, milliseconds. No query (people search for names) and no network address: a proxy that
# must keep addresses keeps them under its own retention time.
access_log_format = "%(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
