"""The processes of one installation: a WSGI server on a given socket, and their supervisor.

Knows how to start and stop; what is served it takes as an application.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication

from workflow.mortal import die_with

_PARENT: Final = "TOASOAN_SUPERVISOR"
"""The supervisor's process id; process 1 is no sign of a lost parent, in a container it is ours."""
_STOP_SECONDS: Final = 10


class _Server(BaseApplication):
    def __init__(self, app: Flask, options: Mapping[str, Any]) -> None:
        self.application = app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self.application


def serve(app: Flask, descriptor: int, *, threads: int) -> None:
    """Serve an application on an inherited listening socket until told to stop."""
    die_with_parent()
    options = {
        "bind": f"fd://{descriptor}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": threads,
        "timeout": 120,
        "graceful_timeout": 3,
        "keepalive": 5,
        "loglevel": "warning",
        "control_socket_disable": True,
    }
    _Server(app, options).run()


def die_with_parent() -> None:
    """Ask the kernel to end this process when its supervisor is gone, however it went."""
    expected = os.environ.get(_PARENT)
    if expected is None:
        return  # started by systemd or by hand: nobody of ours to die with
    die_with(int(expected), signal.SIGTERM)


def listen(port: int) -> socket.socket:
    """Return a listening socket on loopback; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(64)
    listener.set_inheritable(True)
    return listener


class Supervisor:
    """Starts the children, waits for a signal, stops them all; a child that dies stops the rest."""

    def __init__(self) -> None:
        self._children: list[subprocess.Popen[bytes]] = []
        self._stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stopping.set())

    def start(self, *words: str, environment: Mapping[str, str], sockets: tuple[int, ...]) -> None:
        """Start ``python -m editor.cli`` with these words in a session of its own.

        Ctrl-C then reaches the supervisor alone, which stops everything in order.
        """
        child = subprocess.Popen(
            [sys.executable, "-m", "editor.cli", *words],
            env={**os.environ, **environment, _PARENT: str(os.getpid())},
            pass_fds=sockets,
            start_new_session=True,
        )
        self._children.append(child)

    def stopping(self, seconds: float) -> bool:
        """Wait so long; say whether to stop: a signal came or a child is gone."""
        gone = any(child.poll() is not None for child in self._children)
        return self._stopping.wait(0 if gone else seconds) or gone

    def stop(self) -> int:
        """Stop all children and return the exit code: 0 if all of them were still well."""
        failed = any(child.poll() not in (None, 0) for child in self._children)
        for child in self._children:
            child.terminate()
        for child in self._children:
            try:
                child.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        return int(failed)
