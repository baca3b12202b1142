"""
A line between player and house that can be cut: it passes bytes on, drops every connection, or holds them silently.

Owns its connections. Refuses to listen anywhere but on the loopback.
"""

import select
import socket
import threading
from contextlib import suppress

PASS, CUT, HANG = "pass", "cut", "hang"
STEP = 0.1
CHUNK = 1 << 16


class Proxy:
    """Listens on a port of its own and passes on to another one; `mode` says how it treats what it carries."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._listener.settimeout(STEP)
        self.port = int(self._listener.getsockname()[1])
        self.mode = PASS
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True, name="proxy")
        self._thread.start()

    @property
    def url(self) -> str:
        """The address the player is given."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Cut everything and listen no more."""
        self.mode = CUT
        self._ended.set()
        self._thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                near, _address = self._listener.accept()
            except TimeoutError:
                continue
            if self.mode == CUT:
                _reset(near)
                continue
            threading.Thread(target=self._carry, args=(near,), daemon=True, name="line").start()

    def _carry(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
        except OSError:
            _reset(near)
            return
        with near, far:
            while not self._ended.is_set():
                if self.mode == CUT:
                    _reset(near)
                    return
                if self.mode == HANG:
                    self._ended.wait(STEP)
                    continue
                if not self._moved(near, far):
                    return

    def _moved(self, near: socket.socket, far: socket.socket) -> bool:
        """Pass on what is there; return False when one side has ended."""
        with suppress(OSError):
            for source in select.select([near, far], [], [], STEP)[0]:
                chunk = source.recv(CHUNK)
                # Cut between reading and writing: what was on its way is gone, as on a real line.
                if not chunk or self.mode == CUT:
                    return False
                (far if source is near else near).sendall(chunk)
            return True
        return False


def _reset(line: socket.socket) -> None:
    """End a connection so that the other side notices at once and knows nothing."""
    with suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    line.close()
