# SPDX-License-Identifier: Apache-2.0
"""A place that webhooks are sent to. It remembers what came, and can be told to be difficult."""

import collections
import http.server
import json
import threading
import time

Message = collections.namedtuple("Message", "path headers body accepted raw at")


class WebhookReceiver:
    """`mood` is "accept", "refuse" (500), "gone" (404), "busy" (429, to come back after RETRY_AFTER
    seconds), "hang" (no answer until the mood changes), "close" (takes the message, and closes the
    connection without an answer) or "die" (the same in the middle of a 500). With a Certificate it
    speaks TLS. With a `limit` it accepts so many in all, and hangs then until that is raised."""

    RETRY_AFTER = 3

    def __init__(self, certificate=None):
        self._changed = threading.Condition()
        self._messages = []
        self._mood = "accept"
        self._limit = None
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802
                receiver._receive(self, None, b"")

            def do_POST(self):  # noqa: N802
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                receiver._receive(self, json.loads(raw), raw)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if certificate:
            self._server.socket = certificate.server_context().wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        serve = self._server.serve_forever
        threading.Thread(target=serve, args=(0.05,), daemon=True).start()
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self._server.server_address[1]}/hook"

    def stop(self):
        self.mood = "accept"
        self._server.shutdown()
        self._server.server_close()

    @property
    def mood(self):
        return self._mood

    @mood.setter
    def mood(self, mood):
        with self._changed:
            self._mood = mood
            self._changed.notify_all()

    @property
    def limit(self):
        return self._limit

    @limit.setter
    def limit(self, limit):
        with self._changed:
            self._limit = limit
            self._changed.notify_all()

    def _is_hanging(self):
        if self._mood != "accept" or self._limit is None:
            return self._mood == "hang"
        return sum(message.accepted for message in self._messages) >= self._limit

    def attempts(self):
        """All that came, accepted or not, in the order of its coming."""
        with self._changed:
            return list(self._messages)

    def accepted(self):
        """The bodies of the accepted messages."""
        return [message.body for message in self.attempts() if message.accepted]

    def kinds(self, cause=None):
        """Such as ["opening", "closing"]: of the accepted messages, perhaps of one cause only."""
        return [
            body["kind"]
            for body in self.accepted()
            if cause is None or body["incident"]["cause"] == cause
        ]

    def _receive(self, handler, body, raw):
        with self._changed:
            mood = "hang" if self._is_hanging() else self._mood
            accepted = mood == "accept"
            headers = dict(handler.headers)
            self._messages.append(
                Message(handler.path, headers, body, accepted, raw, time.monotonic())
            )
            if mood == "hang":
                self._changed.wait_for(lambda: not self._is_hanging(), timeout=60)
        handler.close_connection = True
        status = {"accept": 200, "refuse": 500, "gone": 404, "busy": 429}.get(mood)
        if mood == "die":
            handler.wfile.write(b"HTTP/1.1 500 Internal Ser")
        if status:
            handler.send_response(status)
            handler.send_header("Content-Length", "0")
            if mood == "busy":
                handler.send_header("Retry-After", str(self.RETRY_AFTER))
            handler.end_headers()
