# SPDX-License-Identifier: Apache-2.0
"""Real OpenSSH servers as hosts, the real serverscore on them, and all the ways hosts misbehave."""

import contextlib
import os
import socket
import threading
import time
import unicodedata

import pytest

from support.hosts import COMMAND_SECONDS, CONNECT_SECONDS
from support.sshd import SSHD, new_key

# Hangs until the connection is gone, and leaves nothing behind then.
HANG = "exec tail --pid=$PPID -f /dev/null"
# For what is no waiting: starting programs, on a machine that has other things to do too.
SLACK_SECONDS = 6

pytestmark = pytest.mark.skipif(
    os.getuid() != 0 or not os.path.exists(SSHD), reason="needs to be root, and OpenSSH's server"
)


@contextlib.contextmanager
def at_most(seconds, what):
    before = time.monotonic()
    yield
    took = time.monotonic() - before
    assert took < seconds, f"{what} took {took:.1f} s, more than {seconds} s"


def test_serverscore_and_services_run_on_a_real_host(make_hosts, bin_dir):
    hosts, livesonic = make_hosts(
        1,
        services=[
            {"name": "exact", "command": "echo ' active '", "expect": "active"},
            {"name": "regex", "command": "uname -s", "expect_regex": "^Lin.x", "expect_exit": 0},
            {"name": "wrong", "command": "echo inactive; echo why >&2; exit 3", "expect": "active"},
            {"name": "status", "command": "exit 4"},
            {"name": "absent", "command": "frobnicate --now"},
            {"name": "slow", "command": HANG, "timeout": "500ms"},
            {"name": "killed", "command": "kill -9 $$"},
            {"name": "parts", "command": "serverscore --json", "expect_contains": '"score"'},
        ],
    )
    hosts.sshd(0)
    polled = livesonic.poll()["web"]
    assert (polled["scored"], polled["failing"], polled["unreachable"]) == (1, 1, 0)
    member = livesonic.members("web")[hosts.ids[0]]
    assert member["score"]["outcome"] == "ok"
    assert 1 <= member["score"]["score"] <= 100
    assert polled["mean"] == member["score"]["score"]

    checks = {check["service"]: check for check in member["checks"]}
    assert {name: check["outcome"] for name, check in checks.items()} == {
        "exact": "ok",
        "regex": "ok",
        "wrong": "check_failed",
        "status": "check_failed",
        "absent": "command_not_found",
        "slow": "timed_out",
        "killed": "check_failed",
        "parts": "ok",
    }
    wrong = checks["wrong"]
    assert (wrong["out"], wrong["err"], wrong["exit_status"]) == ("inactive\n", "why\n", 3)
    assert "expected 'active', got 'inactive'" in wrong["detail"]
    assert 400 < checks["slow"]["took_ms"] < 500 + SLACK_SECONDS * 1000


def test_each_trouble_has_its_own_outcome_and_harms_no_other_host(make_hosts, tmp_path):
    troubles = {
        "hang": "timed_out",
        "flood": "invalid_output",
        "garbage": "invalid_output",
        "die": "connection_lost",
        "other user key": "auth_refused",
        "nobody listens": "unreachable",
        "silence": "unreachable",
        "no ssh": "unreachable",
        "healthy": "ok",
        "healthy too": "ok",
    }
    hosts, livesonic = make_hosts(len(troubles))
    stranger = new_key(tmp_path / "stranger")
    with contextlib.ExitStack() as listeners:
        for number, trouble in enumerate(troubles):
            if trouble in ("hang", "flood", "garbage", "die"):
                hosts.sshd(number, trouble)
            elif trouble == "other user key":
                hosts.sshd(number, authorized=f"{stranger}.pub")
            elif trouble == "silence":
                listeners.enter_context(listening(hosts.address(number), hosts.port))
            elif trouble == "no ssh":
                listeners.enter_context(
                    listening(hosts.address(number), hosts.port, b"HTTP/1.1 400 Bad\r\n\r\n")
                )
            elif trouble != "nobody listens":
                hosts.sshd(number)
        with at_most(CONNECT_SECONDS + COMMAND_SECONDS + SLACK_SECONDS, "the poll"):
            polled = livesonic.poll()["web"]

    assert (polled["instances"], polled["scored"]) == (len(troubles), 2)
    members = livesonic.members("web")
    scores = {trouble: members[id_]["score"] for trouble, id_ in zip(troubles, hosts.ids)}
    assert {trouble: score["outcome"] for trouble, score in scores.items()} == troubles
    for trouble, score in scores.items():
        assert (score["score"] is not None) == (troubles[trouble] == "ok")
        assert bool(score["detail"]) == (troubles[trouble] != "ok"), trouble
        assert "Cc" not in {unicodedata.category(character) for character in score["detail"]}
        assert len(score["detail"]) < 600


@contextlib.contextmanager
def listening(address, port, greeting=None):
    """A TCP server that never speaks first; with a greeting, one that says that and no more."""
    with contextlib.closing(socket.socket()) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((address, port))
        server.listen(8)
        if greeting is None:
            yield
            return
        def greet():
            with contextlib.suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    connection.sendall(greeting)

        threading.Thread(target=greet, daemon=True).start()
        yield


def test_each_check_of_a_bad_host_ends_within_its_own_deadline(make_hosts):
    services = [{"name": "hangs", "command": HANG, "timeout": "1s"}]
    hosts, livesonic = make_hosts(2, services=services)
    hosts.sshd(0, "hang")
    hosts.sshd(1)
    with at_most(CONNECT_SECONDS + COMMAND_SECONDS + 1 + SLACK_SECONDS, "the poll"):
        livesonic.poll()
    members = livesonic.members("web")
    for id_, score in zip(hosts.ids, ("timed_out", "ok")):
        member = members[id_]
        assert member["score"]["outcome"] == score
        assert [check["outcome"] for check in member["checks"]] == ["timed_out"]
        assert 900 < member["checks"][0]["took_ms"] < 1000 + SLACK_SECONDS * 1000


def test_a_host_that_shows_another_key_gets_no_command_until_its_key_is_forgotten(
    make_hosts, tmp_path
):
    trace = tmp_path / "commands-run"
    hosts, livesonic = make_hosts(
        2, services=[{"name": "trace", "command": f"echo run >> {trace}"}]
    )
    impostor, victim = hosts.sshd(0), hosts.ids[0]
    hosts.sshd(1)
    assert livesonic.poll()["web"]["scored"] == 2
    assert trace.read_text().count("run") == 2

    impostor.change_host_key()
    polled = livesonic.poll()["web"]
    assert (polled["scored"], polled["unreachable"]) == (1, 1)
    (incident,) = livesonic.json("incidents", "--open")["incidents"]
    assert incident["cause"] == "host-key"
    assert [member["instance"] for member in incident["members"]] == [victim]
    member = livesonic.members("web")[victim]
    assert member["score"]["outcome"] == "host_key_changed"
    assert "host-key forget" in member["score"]["detail"]
    assert [check["outcome"] for check in member["checks"]] == ["host_key_changed"]
    assert trace.read_text().count("run") == 3

    forgotten = livesonic.run("host-key", "forget", victim)
    assert forgotten.returncode == 0, forgotten.stderr
    assert livesonic.poll()["web"]["scored"] == 2
    assert livesonic.members("web")[victim]["score"]["outcome"] == "ok"
    assert livesonic.json("incidents", "--open")["incidents"] == []


def test_a_server_notices_a_lost_host_and_its_return(make_hosts):
    hosts, livesonic = make_hosts(1)
    sshd = hosts.sshd(0)
    livesonic.serve()

    def outcome():
        livesonic.post("/clusters/web/poll")
        (member,) = livesonic.get("/clusters/web")["members"]
        return member["score"]["outcome"]

    assert outcome() == "ok"
    sshd.stop()
    # The session was kept open: that it broke may be noticed by a command first.
    assert outcome() in ("connection_lost", "unreachable")
    assert outcome() == "unreachable"
    sshd.start()
    assert outcome() == "ok"
