# SPDX-License-Identifier: Apache-2.0
"""A webhook that accepts everything, and knows when."""
import http.server
import threading
import time

PATIENCE_S = 30


class Pager:
    """`accepted`: (path, body, time) of each message, in order; the time is that of the answer."""

    def __init__(self):
        self.accepted = []
        pager = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.send_response(204)
                self.end_headers()
                pager.accepted.append((self.path, body, time.monotonic()))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
