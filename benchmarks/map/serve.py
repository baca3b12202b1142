"""A small server on the loopback for the benchmark's folder; it knows how tiles are stored."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".geojson": "application/geo+json",
    ".mvt": "application/vnd.mapbox-vector-tile",
}


@lru_cache(maxsize=2048)
def packed(path: Path) -> bytes:
    """Read a file zipped; tiles lie zipped already."""
    content = path.read_bytes()
    return content if content.startswith(b"\x1f\x8b") else gzip.compress(content, 6)


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve the folder and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = (folder / self.path.split("?")[0].lstrip("/")).resolve()
            if not path.is_file() or not path.is_relative_to(folder.resolve()):
                self.send_response(204 if path.suffix == ".mvt" else 404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            content = packed(path)
            self.send_response(200)
            self.send_header("Content-Type", TYPES.get(path.suffix, "application/octet-stream"))
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            """Keep quiet: the answer is the JSON."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
