# SPDX-License-Identifier: Apache-2.0
"""A certificate for 127.0.0.1 and localhost that nobody but its own file vouches for."""

import ssl
import subprocess


class Certificate:
    def __init__(self, directory):
        self.file = directory / "certificate.pem"
        self.key = directory / "certificate.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
             "-keyout", self.key, "-out", self.file],
            check=True, capture_output=True, timeout=60,
        )

    def server_context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context
