"""A folder served as static hosts serve it: compressed, cacheable, with the site's own 404."""

import functools
import gzip
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

_PACKED = (".woff2", ".npz", ".zip", ".png")  # compressed already


class _Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 (its parent's own declaration)
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".woff2": "font/woff2",
        ".js": "text/javascript",
    }

    def do_GET(self) -> None:
        """Answer with the file, gzipped if the browser takes that, or with 404.html."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        status = HTTPStatus.OK if path.is_file() else HTTPStatus.NOT_FOUND
        self._answer(path if path.is_file() else Path(self.directory) / "404.html", status)

    def _answer(self, path: Path, status: HTTPStatus) -> None:
        packed = path.suffix not in _PACKED and "gzip" in self.headers.get("Accept-Encoding", "")
        body = _gzipped(path, path.stat().st_mtime_ns) if packed else path.read_bytes()
        self.send_response(status)
        kind = self.guess_type(str(path))
        is_text = kind.startswith("text/") or kind.endswith(("json", "xml", "javascript"))
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if is_text else kind)
        self.send_header("Cache-Control", "max-age=600")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@functools.lru_cache(maxsize=256)
def _gzipped(path: Path, _written: int) -> bytes:
    """A file as it is sent; a style that every page asks for is compressed once."""
    return gzip.compress(path.read_bytes(), mtime=0)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A browser that closes a connection early is no error."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve ``folder`` on a free port; gives the address, with a slash at its end."""
    handler = functools.partial(_Handler, directory=str(folder))
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
