# SPDX-License-Identifier: Apache-2.0
"""Channels to people: how tests configure them, and how they do."""

from support.mailbox import Mailbox

# An incident opens at the first bad poll, and closes at the first good one.
AT_ONCE = {"polls_to_open": 1, "polls_to_close": 1}


def mail_channel(mailbox, certificate, **more):
    return {
        "type": "mail",
        "name": "mail",
        "host": "127.0.0.1",
        "port": mailbox.port,
        "user": Mailbox.USER,
        "password": Mailbox.PASSWORD,
        "from": "livesonic@monitor.example",
        "to": ["ops@example.com", "boss@example.com"],
        "ca_file": str(certificate.file),
        **more,
    }


def state_of(livesonic, name):
    return next(c for c in livesonic.get("/channels")["channels"] if c["name"] == name)


def text_of(mail, kind="plain"):
    return mail.get_body((kind,)).get_content()
