# SPDX-License-Identifier: Apache-2.0
"""Scores that come by themselves, and serverscore where nobody installed it: on real OpenSSH
servers."""

import os
import pathlib
import shutil

import pytest

from support.livesonic import when
from support.process import wait_for
from support.sshd import SSHD

pytestmark = pytest.mark.skipif(
    os.getuid() != 0 or not os.path.exists(SSHD), reason="needs to be root, and OpenSSH's server"
)


def streamed(livesonic):
    """The cluster's members by id, once all of their streams are live."""

    def live():
        members = livesonic.get("/clusters/web")["members"]
        return all(member["stream"] and member["stream"]["live"] for member in members)

    wait_for(live, "live streams", pause=0.1)
    return {member["id"]: member for member in livesonic.get("/clusters/web")["members"]}


@pytest.fixture
def streaming(make_hosts):
    """Two hosts in a cluster whose scores stream, which is polled once an hour."""
    hosts, livesonic = make_hosts(2)
    livesonic.settings["clusters"][0]["mode"] = "stream"
    livesonic.write_config()
    return hosts, livesonic


def test_scores_come_without_polls_and_return_after_a_host_was_lost(streaming):
    hosts, livesonic = streaming
    sshds = [hosts.sshd(number) for number in range(2)]
    livesonic.serve()
    livesonic.post("/clusters/web/poll")
    first = streamed(livesonic)[hosts.ids[0]]["score"]
    assert first["outcome"] == "ok"

    def later(than, number=0):
        score = livesonic.get("/clusters/web")["members"]
        (member,) = [one for one in score if one["id"] == hosts.ids[number]]
        return when(member["score"]["at"]) > when(than["at"]) and member["score"]["outcome"] == "ok"

    wait_for(lambda: later(first), "a newer score without a poll", pause=0.2)

    sshds[0].stop()

    def lost():
        members = {one["id"]: one for one in livesonic.get("/clusters/web")["members"]}
        member = members[hosts.ids[0]]
        return not member["stream"]["live"] and member["score"]["outcome"] != "ok"

    wait_for(lost, "the loss being noticed", pause=0.1)
    summary = livesonic.get("/clusters/web")
    assert (summary["mode"], summary["streams"]) == ("stream", {"live": 1, "broken": 1})
    sshds[0].start()
    streamed(livesonic)


def test_the_mode_of_a_registered_cluster_can_be_changed(watch):
    fleet, livesonic = watch("web:2", register=False, poll_interval="1h")
    livesonic.serve()
    livesonic.json("cluster", "add", "web", "--elb", "web-elb")
    livesonic.post("/clusters/web/poll")
    assert livesonic.get("/clusters/web")["members"][0]["stream"] is None
    assert livesonic.json("cluster", "add", "web", "--elb", "web-elb", "--mode", "stream")
    livesonic.post("/clusters/web/poll")
    streamed(livesonic)
    assert livesonic.json("cluster", "add", "web", "--elb", "web-elb")["mode"] == "stream"
    livesonic.json("cluster", "add", "web", "--elb", "web-elb", "--mode", "poll")
    livesonic.post("/clusters/web/poll")
    assert livesonic.get("/clusters/web")["streams"] == {"live": 0, "broken": 0}


@pytest.fixture
def empty_path(tmp_path):
    """A folder of programs without serverscore."""
    folder = tmp_path / "no-programs"
    folder.mkdir()
    return folder


def test_a_host_without_serverscore_gets_it_in_the_first_poll(make_hosts, empty_path, tmp_path):
    there = tmp_path / "host" / "cache" / "serverscore"
    hosts, livesonic = make_hosts(1, serverscore={"install_path": str(there)})
    hosts.sshd(0, path=empty_path)
    assert livesonic.poll()["web"]["scored"] == 1
    assert there.read_bytes() == (livesonic.program.parent / "serverscore").read_bytes()
    assert there.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in there.parent.iterdir()] == ["serverscore"]
    before = there.stat().st_ino
    assert livesonic.poll()["web"]["scored"] == 1
    assert there.stat().st_ino == before  # it has the right sum, and stays
    there.write_bytes(b"#!/bin/sh\nexit 127\n")
    assert livesonic.poll()["web"]["scored"] == 1


def test_where_it_cannot_be_brought_the_reading_says_why(make_hosts, empty_path):
    hosts, livesonic = make_hosts(1, serverscore={"install_path": "/proc/nowhere/serverscore"})
    hosts.sshd(0, path=empty_path)
    assert livesonic.poll()["web"]["scored"] == 0
    score = livesonic.members("web")[hosts.ids[0]]["score"]
    assert score["outcome"] == "command_not_found"
    assert "bringing it there failed" in score["detail"]
    assert "/proc/nowhere" in score["detail"]


def test_nothing_is_brought_where_that_is_turned_off(make_hosts, empty_path, tmp_path):
    there = tmp_path / "host" / "serverscore"
    hosts, livesonic = make_hosts(1, serverscore={"install": False, "install_path": str(there)})
    hosts.sshd(0, path=empty_path)
    assert livesonic.poll()["web"]["scored"] == 0
    assert not there.parent.exists()


def test_an_older_one_is_left_alone_and_ours_is_used(make_hosts, tmp_path):
    old = tmp_path / "old"
    old.mkdir()
    program = old / "serverscore"
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && echo serverscore 0.0.1 || echo 7\n')
    program.chmod(0o755)
    there = tmp_path / "host" / "serverscore"
    hosts, livesonic = make_hosts(1, serverscore={"install_path": str(there)})
    hosts.sshd(0, path=old)
    livesonic.serve()

    def ours():
        livesonic.post("/clusters/web/poll")
        return there.exists() and livesonic.get("/clusters/web")["score"]["mean"] != 7

    wait_for(ours, "the score of ours", pause=0.1)
    assert pathlib.Path(shutil.which("serverscore", path=str(old))).read_text().endswith("echo 7\n")
