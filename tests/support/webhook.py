# SPDX-License-Identifier: Apache-2.0
"""A place that webhooks are sent to. It remembers what came, and can be told to be difficult."""

import collections
import http.server
import json
import threading

Message = collections.namedtuple("Message", "path headers body accepted")


class WebhookReceiver:
    """`mood` is "accept", "refuse" (500), "hang" (no answer until the mood changes) or "close"
    (takes the message, and closes the connection without an answer)."""

    def __init__(self):
        self._changed = threading.Condition()
        self._messages = []
        self._mood = "accept"
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                size = int(self.headers["Content-Length"])
                receiver._receive(self, json.loads(self.rfile.read(size)))

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        serve = self._server.serve_forever
        threading.Thread(target=serve, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"

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

    def _receive(self, handler, body):
        with self._changed:
            mood = self._mood
            accepted = mood == "accept"
            headers = dict(handler.headers)
            self._messages.append(Message(handler.path, headers, body, accepted))
            if mood == "hang":
                self._changed.wait_for(lambda: self._mood != "hang", timeout=60)
        handler.close_connection = True
        if mood in ("accept", "refuse"):
            handler.send_response(200 if accepted else 500)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
