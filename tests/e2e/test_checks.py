# SPDX-License-Identifier: Apache-2.0
"""Debian's own Nagios plugins on real hosts, and probes of real servers, some of them bad."""

import contextlib
import http.server
import os
import socket
import ssl
import subprocess
import threading
import time

import pytest

from support.process import free_port
from support.sshd import SSHD

PLUGINS = "/usr/lib/nagios/plugins"
SLACK_SECONDS = 6

needs_sshd = pytest.mark.skipif(
    os.getuid() != 0 or not os.path.exists(SSHD), reason="needs to be root, and OpenSSH's server"
)
needs_plugins = pytest.mark.skipif(
    not os.path.exists(f"{PLUGINS}/check_load"), reason="needs monitoring-plugins-basic"
)


def checks_of(livesonic, hosts, number=0):
    member = livesonic.members("web")[hosts.ids[number]]
    return {check["service"]: check for check in member["checks"]}


@needs_sshd
@needs_plugins
def test_plugins_work_as_they_are_with_their_perfdata(make_hosts):
    words = ("ok", "warning", "critical", "unknown")
    services = [
        {"name": f"dummy-{word}", "command": f"{PLUGINS}/check_dummy {status} 'so it is'"}
        for status, word in enumerate(words)
    ]
    services += [
        {"name": "load", "command": f"{PLUGINS}/check_load -w 9000,8000,7000 -c 9999,9998,9997"},
        {"name": "disk", "command": f"{PLUGINS}/check_disk -w 1% -c 1% -p /tmp"},
        {"name": "procs", "command": f"{PLUGINS}/check_procs -c 1:"},
        {"name": "absent", "command": f"{PLUGINS}/check_frobnicate"},
    ]
    hosts, livesonic = make_hosts(1, services=services)
    hosts.sshd(0)
    livesonic.serve()
    for _ in range(2):
        livesonic.post("/clusters/web/poll")
    (member,) = livesonic.get("/clusters/web")["members"]
    checks = {check["service"]: check for check in member["checks"]}
    for status, word in enumerate(words):
        check = checks[f"dummy-{word}"]
        assert (check["status"], check["exit_status"]) == (word, status)
        assert check["outcome"] == ("ok" if word == "ok" else "check_failed")
        assert check["summary"] == f"{word.upper()}: so it is"
        assert check["detail"] == ("" if word == "ok" else check["summary"])
    assert checks["load"]["status"] == "ok"
    assert "|" not in checks["load"]["summary"]
    assert (checks["absent"]["status"], checks["absent"]["outcome"]) == (
        "critical",
        "command_not_found",
    )

    def metrics_of(service):
        path = f"/clusters/web/instances/{hosts.ids[0]}/services/{service}/metrics?last=1h"
        return {metric["label"]: metric for metric in livesonic.get(path)["metrics"]}

    load = metrics_of("load")
    assert set(load) == {"load1", "load5", "load15"}
    assert len(load["load1"]["points"]) >= 2
    assert float(load["load1"]["warning"]) == 9000
    assert load["load1"]["min"] == 0
    disk = metrics_of("disk")
    assert len(disk) == 1
    (space,) = disk.values()
    assert space["unit"].endswith("B")
    assert 0 < space["points"][0]["value"] <= space["max"]
    assert metrics_of("procs")["procs"]["points"][0]["value"] >= 1
    assert metrics_of("dummy-ok") == {}
    exposed = livesonic.metrics()
    for status, word in enumerate(words):
        labels = f'cluster="web",instance="{hosts.ids[0]}",service="dummy-{word}"'
        assert exposed[f"livesonic_check_status{{{labels}}}"] == status


@needs_sshd
def test_expectations_hold_as_they_are_written_and_so_do_their_negations(make_hosts):
    perfdata = "echo \"all fine | a=5;;; 'b c'=7ms\""
    services = {
        "not": ({"command": "echo up", "expect_not": "down"}, "ok"),
        "not-2": ({"command": "echo down", "expect_not": "down"}, "critical"),
        "not-contains": ({"command": "echo an ERROR", "expect_not_contains": "ERROR"}, "critical"),
        "not-regex": ({"command": "echo E12", "expect_not_regex": "^E[0-9]"}, "critical"),
        "not-exit": ({"command": "exit 3", "expect_not_exit": 3}, "critical"),
        "not-exit-2": ({"command": "exit 4", "expect_not_exit": 3}, "ok"),
        "json": (
            {
                "command": "echo '{\"status\": \"ok\", \"n\": [1, 2.5]}'",
                "expect_json": {"pointer": "/status", "equals": "ok"},
                "expect_not_json": {"pointer": "/n/1", "range": "3:"},
            },
            "ok",
        ),
        "json-2": (
            {"command": "echo oops", "expect_json": {"pointer": "/a", "equals": 1}},
            "critical",
        ),
        "number": ({"command": "echo 12", "warning": "10", "critical": "20"}, "warning"),
        "number-2": ({"command": "echo 12 ms", "warning": "@10:20"}, "warning"),
        "number-3": ({"command": "echo none", "warning": "10"}, "unknown"),
        "metric": ({"command": perfdata, "metric": "b c", "critical": "~:5"}, "critical"),
        "metric-2": ({"command": perfdata, "metric": "a", "critical": "~:5"}, "ok"),
        "plugin": ({"command": f"{perfdata}; exit 1", "plugin": True, "expect_contains": "fine"},
                   "warning"),
        "no-plugin": ({"command": "exit 1", "plugin": False}, "critical"),
    }
    hosts, livesonic = make_hosts(
        1, services=[{"name": name, **keys} for name, (keys, _) in services.items()]
    )
    hosts.sshd(0)
    livesonic.poll()
    checks = checks_of(livesonic, hosts)
    assert {name: check["status"] for name, check in checks.items()} == {
        name: status for name, (_, status) in services.items()
    }
    for check in checks.values():
        assert (check["outcome"] == "ok") == (check["status"] == "ok")
        assert bool(check["detail"]) == (check["status"] != "ok")
    listed = livesonic.run("service", "list").stdout
    assert "not exit 3" in listed and "b c critical ~:5" in listed


@needs_sshd
def test_a_service_is_run_once_in_its_interval_also_without_a_server(make_hosts, tmp_path):
    trace = tmp_path / "runs"
    hosts, livesonic = make_hosts(
        1,
        services=[
            {"name": "hourly", "command": f"echo run >>{trace}; exit 1", "interval": "1h"},
            {"name": "each", "command": f"echo each >>{trace}"},
        ],
    )
    hosts.sshd(0)
    for _ in range(3):
        livesonic.poll()
    assert sorted(trace.read_text().split()) == ["each"] * 3 + ["run"]
    check = checks_of(livesonic, hosts)["hourly"]
    assert (check["status"], check["outcome"]) == ("warning", "check_failed")
    # One run was one bad poll: three polls make no incident of it.
    open_now = livesonic.json("incidents", "--open")["incidents"]
    assert "service:hourly" not in {incident["cause"] for incident in open_now}


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/fine")
            self.end_headers()
            return
        self.send_response(503 if self.path == "/broken" else 200)
        self.end_headers()
        self.wfile.write(f'{{"status": "ok", "path": "{self.path}"}}'.encode())

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def web_site(context=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def tcp_server(treat):
    """Calls treat(connection) for each connection, and closes none before the end."""
    with contextlib.ExitStack() as kept:
        listener = kept.enter_context(contextlib.closing(socket.create_server(("127.0.0.1", 0))))

        def accept():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    kept.callback(connection.close)
                    treat(connection)

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]


def certificate(directory, days):
    key, made = directory / "key.pem", directory / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", key, "-out", made, "-days", str(days), "-subj", "/O=Test & Co",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True, timeout=30,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return context


def test_probes_tell_what_lies_in_front_of_a_fleet(watch, tmp_path):
    def garbage(connection):
        connection.recv(1000)
        connection.sendall(b"\0\xff garbage\n" * 100)

    def banner(connection):
        connection.sendall(b"220 mail.example ready\r\n")

    with contextlib.ExitStack() as servers:
        site = servers.enter_context(web_site())
        tls = servers.enter_context(web_site(certificate(tmp_path, 10)))
        odd = servers.enter_context(tcp_server(garbage))
        mail = servers.enter_context(tcp_server(banner))
        hanging = servers.enter_context(tcp_server(lambda _: None))
        url = f"http://127.0.0.1:{site}"
        probes = {
            "fine": ({"kind": "http", "target": f"{url}/fine",
                      "expect_json": {"pointer": "/status", "equals": "ok"}}, "ok"),
            "broken": ({"kind": "http", "target": f"{url}/broken"}, "critical"),
            "broken-on-purpose": ({"kind": "http", "target": f"{url}/broken",
                                   "expect_status": 503}, "ok"),
            "moved": ({"kind": "http", "target": f"{url}/moved", "expect_status": 302}, "ok"),
            "followed": ({"kind": "http", "target": f"{url}/moved", "redirects": 2,
                          "expect_contains": "/fine"}, "ok"),
            "forbidden": ({"kind": "http", "target": f"{url}/x",
                           "expect_not_regex": "status"}, "critical"),
            "slow": ({"kind": "http", "target": f"{url}/x", "warning": "@0:100"}, "warning"),
            "balancer": ({"kind": "http", "target": f"{url}/{{balancer}}",
                          "expect_regex": "web-elb.*amazonaws"}, "ok"),
            "untrusted": ({"kind": "http", "target": f"https://127.0.0.1:{tls}/"}, "critical"),
            "not-verified": ({"kind": "http", "target": f"https://127.0.0.1:{tls}/",
                              "verify": False}, "ok"),
            "certificate": ({"kind": "tls", "target": f"127.0.0.1:{tls}", "verify": False},
                            "warning"),
            "invalid": ({"kind": "tls", "target": f"127.0.0.1:{tls}"}, "critical"),
            "port": ({"kind": "tcp", "target": f"127.0.0.1:{site}"}, "ok"),
            "mail": ({"kind": "tcp", "target": f"127.0.0.1:{mail}", "expect_regex": "^220 "},
                     "ok"),
            "closed": ({"kind": "tcp", "target": f"127.0.0.1:{free_port()}"}, "critical"),
            "garbage": ({"kind": "http", "target": f"http://127.0.0.1:{odd}/"}, "critical"),
            "garbage-tls": ({"kind": "tls", "target": f"127.0.0.1:{odd}"}, "critical"),
            "hangs": ({"kind": "http", "target": f"http://127.0.0.1:{hanging}/",
                       "timeout": "500ms"}, "critical"),
            "hangs-tls": ({"kind": "tls", "target": f"127.0.0.1:{hanging}", "timeout": "500ms"},
                          "critical"),
            "name": ({"kind": "dns", "target": "localhost", "addresses": ["127.0.0.1", "::1"]},
                     "ok"),
            "elsewhere": ({"kind": "dns", "target": "localhost", "addresses": ["192.0.2.1"]},
                          "critical"),
        }
        _, livesonic = watch(
            "web:1",
            poll_interval="1h",
            probes=[{"name": name, "clusters": ["web"], **keys}
                    for name, (keys, _) in probes.items()],
        )
        livesonic.serve()
        before = time.monotonic()
        livesonic.post("/clusters/web/poll")
        assert time.monotonic() - before < 10 + SLACK_SECONDS
        cluster = livesonic.get("/clusters/web")
        found = {probe["name"]: probe["reading"] for probe in cluster["probes"]}
        assert {name: reading["status"] for name, reading in found.items()} == {
            name: status for name, (_, status) in probes.items()
        }, {name: reading["detail"] for name, reading in found.items()}
        for reading in found.values():
            assert bool(reading["detail"]) == (reading["status"] != "ok")
        assert cluster["front"]["probes"] == len(probes)
        assert found["broken"]["http_status"] == 503
        assert found["hangs"]["outcome"] == "timed_out"
        assert found["certificate"]["detail"].startswith("warning: days is ")
        assert "Test & Co" in found["certificate"]["out"]
        (days,) = livesonic.get("/clusters/web/probes/certificate/metrics?last=1h")["metrics"]
        assert (days["label"], days["warning"], days["critical"]) == ("days", "14:", "3:")
        assert 9 < days["points"][0]["value"] <= 10
        exposed = livesonic.metrics()

        def exposed_of(name, probe, more=""):
            return exposed[f'livesonic_probe_{name}{{cluster="web",probe="{probe}"{more}}}']

        numbers = {"ok": 0, "warning": 1, "critical": 2}
        for name, (_, status) in probes.items():
            assert exposed_of("status", name) == numbers[status]
        assert 0 < exposed_of("seconds", "fine") < 10
        assert 9 < exposed_of("value", "certificate", ',metric="days"') <= 10
        assert abs(exposed_of("timestamp_seconds", "fine") - time.time()) < 600
        shown = livesonic.run("cluster", "show", "web").stdout
        assert "it answered with HTTP status 503" in shown
        assert "probes of its front fail" in livesonic.run("status").stdout


def test_probes_are_added_and_removed_while_the_server_runs(watch):
    with web_site() as port:
        _, livesonic = watch("web:1", poll_interval="1h")
        livesonic.serve()
        url = f"http://127.0.0.1:{port}/"
        added = livesonic.run("probe", "add", "site", "--kind", "http", "--cluster", "web",
                              "--target", url, "--expect-contains", "ok", "--interval", "1h")
        assert added.returncode == 0, added.stderr
        assert url in livesonic.run("probe", "list").stdout
        livesonic.post("/clusters/web/poll")
        (first,) = livesonic.get("/clusters/web")["probes"]
        assert first["reading"]["status"] == "ok"
        livesonic.post("/clusters/web/poll")
        (second,) = livesonic.get("/clusters/web")["probes"]
        assert second["reading"]["at"] == first["reading"]["at"]  # its interval has not passed
        assert livesonic.run("probe", "remove", "site").returncode == 0
        assert livesonic.get("/clusters/web")["probes"] == []
        refused = livesonic.run("probe", "add", "bad", "--kind", "tcp", "--cluster", "web",
                                "--target", "nowhere")
        assert refused.returncode == 2
        assert "HOST:PORT" in refused.stderr
