# SPDX-License-Identifier: Apache-2.0
"""`livesonic serve` as a program: how it starts, stops, is spoken to, and keeps secrets."""

import contextlib
import itertools
import json
import resource
import signal
import socket
import sqlite3
import subprocess
import time

import pytest
import requests

from support.aws import REGION
from support.process import wait_for

PATIENCE = 30
STOP_SECONDS = 3


# --- starting and stopping ---


TROUBLES = ("none", "commands hang", "hosts are silent", "AWS hangs", "the webhook hangs")


@pytest.mark.parametrize("trouble", TROUBLES)
def test_sigterm_ends_it_at_once_whatever_it_waits_for(watch, webhook, trouble):
    patient = "60s"
    fleet, livesonic = watch(
        "web:3",
        ssh={"connect_timeout": patient},
        serverscore={"timeout": patient},
        alerts={"polls_to_open": 1},
        notify=[{"type": "webhook", "url": webhook.url, "timeout": patient}],
    )
    hosts = fleet.members("web-elb")
    if trouble == "hosts are silent":
        for host in hosts:
            fleet.set_fault(host, "ignore_everything")
    livesonic.serve()
    stream = events(livesonic)
    if trouble == "none":
        livesonic.wait_for_rounds("web", 1)
    elif trouble == "commands hang":
        for host in hosts:
            fleet.set_fault(host, "hang_commands")
    elif trouble == "AWS hangs":
        fleet.aws_fault("hang", calls=100, seconds=120)
    elif trouble == "the webhook hangs":
        webhook.mood = "hang"
        fleet.set_score(hosts[0], 7)
        wait_for(webhook.attempts, "an attempt to deliver", PATIENCE)
    if trouble in ("commands hang", "hosts are silent", "AWS hangs"):
        wait_for(lambda: rounds_stand_still(livesonic), "a poll that hangs", PATIENCE)

    before = time.monotonic()
    livesonic.process.signal(signal.SIGTERM)
    assert livesonic.process.wait(PATIENCE) == 0
    assert time.monotonic() - before < STOP_SECONDS
    stream.close()
    log = livesonic.process.log_text()
    assert "is watching" in log
    assert "stopping" in log


def rounds_stand_still(livesonic):
    """No poll is completed for longer than one takes."""
    def latest():
        return livesonic.get("/clusters/web")["score"]

    before = latest()
    with contextlib.suppress(TimeoutError):
        wait_for(lambda: latest() != before, "another round", seconds=2.5, pause=0.2)
    return latest() == before


def test_a_second_server_on_the_same_data_is_refused(watch):
    _, livesonic = watch("web:1")
    first = livesonic.serve().process
    second = livesonic.start()
    assert second.wait(PATIENCE) == 1
    assert f"another livesonic is at work in {livesonic.data_dir}" in second.log_text()
    assert first.exit_status is None
    assert livesonic.answers()


def test_with_json_every_line_of_the_log_is_an_object(watch):
    _, livesonic = watch("web:1")
    livesonic.serve()
    refused = livesonic.run("serve", "--json", seconds=30)  # the data is held by the other
    assert refused.returncode == 1
    lines = [json.loads(line) for line in refused.stderr.splitlines()]
    assert [set(line) for line in lines] == [{"time", "level", "message"}] * len(lines)
    assert "another livesonic" in lines[-1]["message"]


def test_a_taken_port_is_named(watch):
    _, livesonic = watch("web:1")
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        livesonic.settings["listen"] = f"127.0.0.1:{port}"
        livesonic.write_config()
        process = livesonic.start()
        assert process.wait(PATIENCE) == 1
    assert f"cannot listen on 127.0.0.1, port {port}" in process.log_text()
    assert "in use" in process.log_text()


def test_a_mistake_in_the_configuration_is_named_with_its_place(watch):
    _, livesonic = watch("web:1")
    livesonic.config_file.write_text("listen: 127.0.0.1:0\nalerts:\n  score_bellow: 40\n")
    for command in ("serve", "check-config", "status"):
        answer = livesonic.run(command)
        assert answer.returncode == 2, command
        assert f"{livesonic.config_file}:3:3: " in answer.stderr
        assert "did you mean 'score_below'?" in answer.stderr
    livesonic.config_file.write_text("listen: 0.0.0.0:8460\n")
    answer = livesonic.run("serve")
    assert answer.returncode == 2
    assert f"{livesonic.config_file}:1:" in answer.stderr
    assert "loopback" in answer.stderr
    assert not livesonic.data_dir.exists()


# --- speaking to it ---


def test_what_the_command_line_registers_is_watched_at_once(watch):
    fleet, livesonic = watch("web:2,api:3", register=False, poll_interval="1h")
    livesonic.serve()
    added = livesonic.json("cluster", "add", "shop", "--elb", "api-elb")
    assert (added["name"], added["origin"]) == ("shop", "operator")
    wait_for(
        lambda: livesonic.show("shop")["instances"]["scored"] == 3, "three scores", seconds=10
    )
    assert set(livesonic.members("shop")) == set(fleet.members("api-elb"))

    livesonic.json("service", "add", "nginx", "--command", "systemctl is-active nginx")
    livesonic.poll()
    for member in livesonic.members("shop").values():
        assert [(check["service"], check["outcome"]) for check in member["checks"]] == [
            ("nginx", "ok")
        ]
    assert livesonic.json("cluster", "remove", "shop") == {"removed": "shop"}
    assert livesonic.json("status")["clusters"] == []


def test_what_was_registered_and_read_is_there_after_a_restart(watch):
    _, livesonic = watch("web:2")
    livesonic.serve()
    livesonic.post("/clusters", name="again", elb="web-elb")
    livesonic.wait_for_rounds("web", 2)
    points = livesonic.get("/clusters/web/history?last=1h")["points"]
    livesonic.process.stop()

    # Without a server the commands answer from the data directory.
    assert {c["name"] for c in livesonic.json("cluster", "list")["clusters"]} == {"web", "again"}
    stored = livesonic.json("history", "web", "--last", "1h")["points"]
    assert stored[: len(points)] == points

    livesonic.serve()
    livesonic.wait_for_rounds("again", 1)


def events(livesonic):
    headers = {"Accept": "text/event-stream"}
    return livesonic.request("GET", "/events", stream=True, headers=headers)


def test_a_round_is_told_to_those_who_listen(watch):
    _, livesonic = watch("web:2")
    livesonic.serve()
    kinds = []
    with events(livesonic) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        name = None
        for line in stream.iter_lines(chunk_size=1, decode_unicode=True):
            if line.startswith("event:"):
                name = line.partition(":")[2].strip()
            elif line.startswith("data:"):
                event = json.loads(line.partition(":")[2])
                assert event["kind"] == name
                assert event["cluster"] == "web"
                kinds.append(name)
                if kinds.count("round") == 2:
                    break
    assert "readings" in kinds


def samples_of(livesonic):
    """What /metrics tells, by name and labels."""
    answer = requests.get(f"{livesonic.url}/metrics", timeout=10)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))


def test_prometheus_can_read_how_the_fleet_is(watch):
    _, livesonic = watch("web:2", poll_interval="1h")
    livesonic.serve()
    livesonic.post("/clusters/web/poll")
    samples = samples_of(livesonic)
    for member in livesonic.get("/clusters/web")["members"]:
        labels = f'cluster="web",instance="{member["id"]}"'
        score = int(samples[f"livesonic_instance_score{{{labels}}}"])
        assert score == member["score"]["score"]
    assert samples['livesonic_cluster_instances{cluster="web"}'] == "2"
    assert int(samples['livesonic_score_readings_total{way="poll",outcome="ok"}']) >= 2
    assert int(samples['livesonic_rounds_total{cluster="web"}']) >= 1
    count = int(samples["livesonic_poll_delay_seconds_count"])
    assert count == int(samples['livesonic_poll_delay_seconds_bucket{le="+Inf"}']) >= 2


def test_prometheus_can_read_what_aws_was_asked(watch):
    _, livesonic = watch("web:1")
    livesonic.serve()
    livesonic.wait_for_rounds("web", 1)
    samples = samples_of(livesonic)
    for service, operation in [
        ("elasticloadbalancing", "DescribeInstanceHealth"),
        ("ec2", "DescribeInstances"),
    ]:
        labels = (
            f'account="default",region="{REGION}",service="{service}",operation="{operation}"'
        )
        assert int(samples[f"livesonic_aws_calls_total{{{labels}}}"]) >= 1
        assert int(samples[f"livesonic_aws_requests_total{{{labels}}}"]) >= 1
        # Of calls that the simulator answers within a millisecond, none may be left.
        assert float(samples[f"livesonic_aws_call_seconds_total{{{labels}}}"]) >= 0


def test_web_pages_of_others_are_turned_away(watch):
    _, livesonic = watch("web:1", poll_interval="1h")
    livesonic.serve()

    def ask(method, path, **headers):
        body = {"name": "evil", "elb": "web-elb"} if method == "POST" else None
        return livesonic.request(method, path, json=body, headers=headers).status_code

    port = livesonic.url.rpartition(":")[2]
    assert ask("GET", "/status", Host="evil.example") == 403
    assert ask("GET", "/status", Host=f"evil.example:{port}") == 403
    assert ask("POST", "/clusters", Host="evil.example") == 403
    assert ask("POST", "/clusters", Origin="http://evil.example") == 403
    assert ask("POST", "/clusters", Origin="null") == 403
    assert ask("DELETE", "/clusters/web", Origin="http://evil.example") == 403
    page = requests.get(livesonic.url, headers={"Host": "evil.example"}, timeout=10)
    assert page.status_code == 403
    # A form of any page can send this without asking first.
    form = livesonic.request(
        "POST",
        "/clusters",
        data='{"name": "evil", "elb": "web-elb"}',
        headers={"Content-Type": "text/plain"},
    )
    assert form.status_code == 400
    assert ask("GET", "/status", Host=f"localhost:{port}") == 200
    assert [cluster["name"] for cluster in livesonic.get("/clusters")["clusters"]] == ["web"]


def test_secrets_are_neither_stored_nor_logged_nor_told(watch, webhook):
    secrets = {
        "key id": "AKIAVERYSECRETKEYID1",
        "key": "s3cr3t/of+AWS==x",
        "session token": "s3ssion-token",
        "webhook's token": "t0ken-of-the-hook",
    }
    token = secrets["webhook's token"]
    fleet, livesonic = watch(
        "web:2",
        aws={
            "access_key_id": secrets["key id"],
            "secret_access_key": secrets["key"],
            "session_token": secrets["session token"],
        },
        notify=[{"type": "webhook", "name": "ops", "url": f"{webhook.url}/{token}"}],
    )
    webhook.mood = "refuse"  # so that there is an error to tell
    fleet.aws_fault("server_error", calls=1)
    livesonic.serve()
    fleet.set_score(fleet.members("web-elb")[0], 7)
    wait_for(webhook.attempts, "an attempt to deliver", PATIENCE)
    assert webhook.attempts()[0].path.endswith(token)
    wait_for(lambda: livesonic.get("/status")["outbox"]["last_error"], "a stored failure", PATIENCE)
    livesonic.post("/domains/sync")

    (incident,) = livesonic.incidents()
    host = fleet.members("web-elb")[0]
    said = [
        livesonic.request("GET", path).text
        for path in (
            "/health",
            "/status",
            "/clusters",
            "/clusters/web?gone=true",
            "/clusters/web/history?last=1h",
            f"/clusters/web/instances/{host}/history?last=1h",
            "/services",
            "/incidents",
            f"/incidents/{incident['id']}",
            "/domains?gone=true",
        )
    ]
    said += [requests.get(livesonic.url + path, timeout=10).text for path in ("/", "/api/v1")]
    said.append(livesonic.run("check-config").stdout)
    livesonic.config_file.write_text(livesonic.config_file.read_text().replace('"ops"', '"o p s"'))
    mistaken = livesonic.run("check-config")
    assert mistaken.returncode == 2
    said.append(mistaken.stderr)
    files = [file for file in livesonic.data_dir.rglob("*") if file.is_file()]
    assert {file.stat().st_mode & 0o777 for file in [livesonic.data_dir, *files]} == {0o700, 0o600}
    stored = [file.read_bytes() for file in files]
    livesonic.process.stop()
    stored.append(livesonic.database.read_bytes())
    said.append(livesonic.process.log_text())
    for what, secret in secrets.items():
        assert all(secret not in text for text in said), f"the {what} was told"
        assert all(secret.encode() not in data for data in stored), f"the {what} was stored"


# --- a full disk ---


class SmallDisk:
    """A file system with 8 MiB of room."""

    wrapper = ()

    def __init__(self, directory):
        self.directory = directory / "small-disk"
        self.directory.mkdir()
        argv = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", self.directory]
        mount = subprocess.run(argv, capture_output=True, text=True)
        if mount.returncode != 0:
            pytest.skip(f"mounting isn't permitted here: {mount.stderr.strip()}")
        self._filler = self.directory / "filler"

    def fill(self, _):
        with (
            pytest.raises(OSError, match="No space left"),
            open(self._filler, "wb", buffering=0) as file,
        ):
            while True:
                file.write(bytes(4096))

    def make_room(self, _):
        self._filler.unlink()

    def close(self):
        subprocess.run(["umount", "--lazy", self.directory], check=True)


class SmallFiles:
    """A limit on the sizes of the server's files; works where nothing can be mounted."""

    wrapper = ("sh", "-c", 'trap "" XFSZ; exec "$0" "$@"')

    def __init__(self, directory):
        self.directory = directory

    def fill(self, livesonic):
        # Each commit makes the write-ahead log longer, until it is 4 MiB.
        log = livesonic.data_dir / "livesonic.db-wal"
        self._limit(livesonic, log.stat().st_size)

    def make_room(self, livesonic):
        self._limit(livesonic, resource.RLIM_INFINITY)

    @staticmethod
    def _limit(livesonic, size):
        sizes = (size, resource.RLIM_INFINITY)
        resource.prlimit(livesonic.process.pid, resource.RLIMIT_FSIZE, sizes)

    def close(self):
        pass


@pytest.fixture(params=[SmallDisk, SmallFiles])
def scarcity(request, tmp_path):
    made = request.param(tmp_path)
    yield made
    made.close()


def test_a_full_disk_is_told_and_survived(scarcity, watch):
    _, livesonic = watch("web:2")
    livesonic.data_dir = scarcity.directory / "data"
    livesonic.settings["data_dir"] = str(livesonic.data_dir)
    livesonic.write_config()
    livesonic.wrapper = scarcity.wrapper
    livesonic.serve()
    livesonic.post("/clusters", name="before", elb="web-elb")
    livesonic.wait_for_rounds("web", 2)
    before = livesonic.get("/clusters/web/history?last=1h")["points"]

    scarcity.fill(livesonic)
    process = livesonic.process
    process.wait_until(
        lambda: "the disk is full" in process.log_text(), "the log telling of it", PATIENCE
    )
    # A registration that can't be kept is not acknowledged; what is there can be read.
    numbers = itertools.count()

    def refusal():
        body = {"name": f"refused-{next(numbers)}", "elb": "web-elb"}
        answer = livesonic.request("POST", "/clusters", json=body)
        return None if answer.ok else (answer.status_code, answer.json())

    status, body = wait_for(refusal, "a refusal", PATIENCE)
    assert status == 502
    assert "the disk is full" in body["error"]["message"]
    assert livesonic.get("/clusters/web/history?last=1h")["points"][: len(before)] == before

    scarcity.make_room(livesonic)
    livesonic.wait_for_rounds("web", 2)
    livesonic.post("/clusters", name="after", elb="web-elb")
    assert livesonic.get("/clusters/web/history?last=1h")["points"][: len(before)] == before
    names = {cluster["name"] for cluster in livesonic.get("/clusters")["clusters"]}
    assert {"web", "before", "after"} <= names
    assert process.exit_status is None
    process.stop()
    with contextlib.closing(sqlite3.connect(livesonic.database)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
