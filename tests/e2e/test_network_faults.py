# SPDX-License-Identifier: Apache-2.0
"""Hosts that vanish: the cable is cut under a real OpenSSH server in a network namespace."""

import os
import pathlib
import threading

import pytest

from support import network
from support.process import wait_for
from support.sshd import SSHD, Sshd

pytestmark = pytest.mark.skipif(
    os.getuid() != 0 or not os.path.exists(SSHD) or not network.available(),
    reason="needs to be root, network namespaces, and OpenSSH's server",
)

LOST = {"unreachable", "timed_out", "connection_lost"}


class Far:
    def __init__(self, cable, sshd, livesonic):
        self.cable, self.sshd, self.livesonic = cable, sshd, livesonic

    def member(self):
        (member,) = self.livesonic.get("/clusters/far")["members"]
        return member

    def poll(self):
        """The outcome of a poll from now."""
        self.livesonic.post("/clusters/far/poll")
        return self.member()["score"]["outcome"]

    def recovers(self):
        """Within two polls."""
        return "ok" in (self.poll(), self.poll())

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.livesonic.process.pid}/fd"))

    def sessions(self):
        """Of the monitor, as the far side sees them."""
        listener = self.sshd.process.pid
        children = pathlib.Path(f"/proc/{listener}/task/{listener}/children")
        return len(children.read_text().split())


@pytest.fixture
def far(make_livesonic, processes, tmp_path, ssh_key, bin_dir):
    """A host at the far end, in a cluster that is polled when it is asked for."""
    os.makedirs("/run/sshd", exist_ok=True)
    cable = network.FarNetwork()
    try:
        sshd = Sshd(
            processes, tmp_path / "sshd", cable.address, 22, f"{ssh_key}.pub", bin_dir,
            wrapper=cable.wrapper,
        )
        livesonic = make_livesonic(
            "http://127.0.0.1:9",
            22,
            poll_interval="1h",
            ssh={"user": "root", "connect_timeout": "1s"},
            serverscore={"timeout": "1s", "install": False},
            clusters=[{"name": "far", "kind": "static", "resource": cable.address}],
        )
        yield Far(cable, sshd, livesonic)
    finally:
        cable.remove()


def test_a_cut_cable_is_noticed_and_forgotten_once_mended(far):
    far.livesonic.serve()
    assert far.recovers()
    far.cable.cut()
    assert far.poll() in LOST
    assert far.poll() in LOST
    far.cable.mend()
    assert far.recovers()


def test_a_session_that_only_we_believe_in_is_replaced(far):
    far.livesonic.serve()
    assert far.recovers()
    far.cable.cut()
    far.sshd.stop()  # nobody can tell us
    far.cable.mend()
    far.sshd.start()
    assert far.recovers()  # the first packet is answered by a reset


def test_neither_side_keeps_what_was_lost(far):
    far.livesonic.serve()
    assert far.recovers()
    before = far.descriptors()
    for _ in range(6):
        far.cable.cut()
        assert far.poll() in LOST
        far.cable.mend()
        assert far.recovers()
    # The API's own connections come and go.
    wait_for(lambda: far.descriptors() <= before + 2, "descriptors being closed", pause=0.1)


def test_a_stream_that_falls_silent_is_noticed_and_comes_back(far):
    far.livesonic.settings["clusters"][0]["mode"] = "stream"
    far.livesonic.write_config()
    far.livesonic.serve()
    assert far.recovers()

    def live():
        stream = far.member()["stream"]
        return stream is not None and stream["live"]

    wait_for(live, "a live stream", pause=0.1)
    far.cable.cut()
    wait_for(lambda: not live(), "the silence being noticed", pause=0.1)
    far.cable.mend()
    wait_for(live, "a live stream again", pause=0.1)


def test_a_cable_that_fails_again_and_again_harms_nothing_for_good(far):
    far.livesonic.serve()
    assert far.recovers()
    over = threading.Event()

    def shake():
        while not over.is_set():
            far.cable.cut()
            over.wait(0.1)
            far.cable.mend()
            over.wait(0.3)

    shaking = threading.Thread(target=shake)
    shaking.start()
    try:
        outcomes = {far.poll() for _ in range(10)}
    finally:
        over.set()
        shaking.join()
    assert outcomes <= LOST | {"ok"}
    assert far.recovers()
    wait_for(lambda: far.sessions() <= 1, "one session being left", pause=0.1)
