# SPDX-License-Identifier: Apache-2.0
"""Livesonic as a whole, with an AWS and hosts around it."""

import os
import subprocess

import pytest

from support.certificate import Certificate
from support.channels import AT_ONCE
from support.hosts import COMMAND_SECONDS, CONNECT_SECONDS, Hosts
from support.livesonic import Livesonic
from support.mailbox import Mailbox
from support.webhook import WebhookReceiver

FAST = ("--pending", "0s", "--registering", "0s", "--shutting-down", "0s")


@pytest.fixture(scope="session")
def ssh_key(tmp_path_factory):
    """The private key that Livesonic shows; PATH.pub is the public one."""
    key = tmp_path_factory.mktemp("key") / "id_ed25519"
    argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key]
    subprocess.run(argv, check=True, timeout=30)
    return key


@pytest.fixture
def make_livesonic(processes, bin_dir, tmp_path, ssh_key):
    """make_livesonic(aws_url, ssh_port, section=…) gives a configured Livesonic. A section
    given as a dict adds to the defaults for tests."""

    def make(aws_url, ssh_port, directory=tmp_path, **sections):
        settings = {
            "aws": {
                "region": "ap-northeast-1",
                "access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
                "secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
                "endpoint_url": aws_url,
            },
            "ssh": {
                "user": "check",
                "identity_file": str(ssh_key),
                "port": ssh_port,
                "address": "private_ip",
            },
        }
        for name, section in sections.items():
            if isinstance(section, dict):
                section = {**settings.get(name, {}), **section}
            settings[name] = section
        return Livesonic(processes, bin_dir, directory, settings)

    return make


@pytest.fixture
def watch(start_simulator, make_livesonic):
    """watch("web:3", section=…) starts a simulator with these clusters, and gives it and a
    Livesonic whose configuration registers them."""

    def start(clusters, flags=(), register=True, **sections):
        fast = [word for pair in zip(FAST[::2], FAST[1::2]) if pair[0] not in flags for word in pair]
        fleet = start_simulator("--clusters", clusters, "--seed", "7", *fast, *flags)
        names = [word.split(":")[0] for word in clusters.split(",")]
        registered = [{"name": name, "elb": f"{name}-elb"} for name in names] if register else []
        return fleet, make_livesonic(
            fleet.url, fleet.ssh_port, **{"clusters": registered, **sections}
        )

    return start


@pytest.fixture
def make_webhook():
    """make_webhook() gives another place that webhooks are sent to."""
    receivers = []

    def make():
        receivers.append(WebhookReceiver())
        return receivers[-1]

    yield make
    for receiver in receivers:
        receiver.stop()


@pytest.fixture
def webhook(make_webhook):
    return make_webhook()


@pytest.fixture
def make_hosts(watch, processes, tmp_path, ssh_key, bin_dir):
    """make_hosts(N, section=…) gives hosts with nothing on them, and the Livesonic that polls them."""
    os.makedirs("/run/sshd", exist_ok=True)  # where sshd locks itself in until it knows who is there

    def make(count, **sections):
        fleet, livesonic = watch(f"web:{count}", poll_interval="1h", **sections)
        hosts = Hosts(fleet, processes, tmp_path, ssh_key, bin_dir)
        livesonic.settings["ssh"].update(
            user="root", port=hosts.port, connect_timeout=f"{CONNECT_SECONDS}s"
        )
        livesonic.settings["serverscore"] = {
            "timeout": f"{COMMAND_SECONDS}s",
            **sections.get("serverscore", {}),
        }
        livesonic.write_config()
        return hosts, livesonic

    return make


@pytest.fixture
def certificate(tmp_path):
    return Certificate(tmp_path)


@pytest.fixture
def tls_webhook(certificate):
    receiver = WebhookReceiver(certificate)
    yield receiver
    receiver.stop()


@pytest.fixture
def mailbox(certificate):
    mailbox = Mailbox(certificate)
    yield mailbox
    mailbox.stop()


@pytest.fixture
def notifying(watch):
    """notifying([channel, …], section=…) gives a fleet of two hosts, and a Livesonic that watches it
    and tells these channels at the first bad poll."""

    def start(channels, **sections):
        fleet, livesonic = watch("web:2", alerts=AT_ONCE, notify=channels, **sections)
        livesonic.serve()
        livesonic.wait_for_rounds("web", 1)
        return fleet, livesonic

    return start
