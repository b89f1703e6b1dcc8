# SPDX-License-Identifier: Apache-2.0
"""A real SMTP server (aiosmtpd) with STARTTLS and a login, and what it was sent."""

import email
import email.policy
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from support.process import free_port


class Mailbox:
    USER = "livesonic"
    PASSWORD = "correct-horse-battery"

    def __init__(self, certificate=None):
        """Without a certificate it offers neither STARTTLS nor a login."""
        self._changed = threading.Condition()
        self._mails = []
        self.unknown = set()  # addresses that nobody has
        mailbox = self

        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
                if address in mailbox.unknown:
                    return "550 no such user here"
                envelope.rcpt_tos.append(address)
                return "250 OK"

            async def handle_DATA(self, server, session, envelope):  # noqa: N802
                with mailbox._changed:
                    mailbox._mails.append((session.ssl is not None, envelope))
                return "250 taken"

        def authenticate(server, session, envelope, mechanism, data):
            fine = isinstance(data, LoginPassword) and (data.login, data.password) == (
                mailbox.USER.encode(),
                mailbox.PASSWORD.encode(),
            )
            return AuthResult(success=fine, handled=False)

        options = {}
        if certificate:
            options = {
                "tls_context": certificate.server_context(),
                "require_starttls": True,
                "authenticator": authenticate,
                "auth_required": True,
            }
        self.port = free_port()
        self._controller = Controller(Handler(), hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def stop(self):
        self._controller.stop()

    def mails(self):
        """The mails in the order of their coming, parsed; `mail.envelope` has whom they are for."""
        with self._changed:
            taken = list(self._mails)
        parsed = []
        for encrypted, envelope in taken:
            mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
            mail.envelope = envelope
            mail.encrypted = encrypted
            parsed.append(mail)
        return parsed
