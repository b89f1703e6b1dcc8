# SPDX-License-Identifier: Apache-2.0
"""Ways to real OpenSSH servers, and what a stolen key is good for."""

import os
import subprocess

import pytest

from support.process import free_port
from support.sshd import SSHD, Sshd, new_key

pytestmark = pytest.mark.skipif(
    os.getuid() != 0 or not os.path.exists(SSHD), reason="needs to be root, and OpenSSH's server"
)

SERVICES = [
    {"name": "uname", "command": "uname -s", "expect": "Linux"},
    {"name": "lines", "command": "echo one\nprintf 'a\\tb\\n'", "expect_contains": "a\tb"},
    {"name": "elsewhere", "command": "touch /nowhere", "clusters": ["other"]},
]


@pytest.fixture
def gated(make_hosts, bin_dir, tmp_path):
    """A host that lets our key in through livesonic-gate only."""
    hosts, livesonic = make_hosts(1, services=SERVICES)
    allow_list = tmp_path / "allow"
    answer = livesonic.run("authorized-keys", "--allow-list", "--cluster", "web")
    assert answer.returncode == 0, answer.stderr
    allow_list.write_text(answer.stdout)
    allow_list.chmod(0o644)
    answer = livesonic.run(
        "authorized-keys", "--gate", bin_dir / "livesonic-gate", "--list", allow_list
    )
    assert answer.returncode == 0, answer.stderr
    authorized = tmp_path / "authorized"
    authorized.write_text(answer.stdout)
    hosts.sshd(0, authorized=authorized)
    return hosts, livesonic, allow_list


def test_the_checks_run_through_the_gate(gated):
    _, livesonic, _ = gated
    polled = livesonic.poll()["web"]
    assert (polled["scored"], polled["failing"], polled["unreachable"]) == (1, 0, 0)


def test_a_stolen_key_runs_the_checks_and_nothing_else(gated, ssh_key, tmp_path):
    hosts, _, allow_list = gated
    common = [
        "-i", ssh_key, "-F", "none", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null",
        "-oBatchMode=yes", "-oLogLevel=ERROR",
    ]
    where = [f"root@{hosts.address(0)}"]

    def steal(*words, before=()):
        argv = ["ssh", *common, "-p", str(hosts.port), *before, *where, *words]
        return subprocess.run(argv, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)

    assert steal("uname -s").stdout == "Linux\n"
    assert steal("uname").stdout == "Linux\n", "an id stands for its command"
    trace = tmp_path / "trace"
    for words in (
        [f"touch {trace}"], [f"uname -s; touch {trace}"], [f"uname -s\ntouch {trace}"],
        ["touch /nowhere"], ["id"], ["sh"], [],
    ):
        refused = steal(*words)
        assert refused.returncode == 126, (words, refused)
        assert "livesonic-gate:" in refused.stderr
    assert not trace.exists()
    # Neither files nor connections nor a terminal.
    copied = subprocess.run(
        ["scp", "-P", str(hosts.port), *common, "/etc/hostname", f"{where[0]}:{trace}"],
        capture_output=True, timeout=60,
    )
    assert copied.returncode != 0 and not trace.exists()
    forwarded = steal(before=["-W", f"127.0.0.1:{hosts.port}"])
    assert forwarded.returncode != 0 and "SSH-2.0" not in forwarded.stdout
    # A list that others may write to allows nothing.
    allow_list.chmod(0o666)
    assert steal("uname -s").returncode == 126


def test_hosts_are_polled_through_a_bastion(make_hosts, processes, bin_dir, ssh_key, tmp_path):
    hosts, livesonic = make_hosts(2)
    for number in range(2):
        hosts.sshd(number)
    port = free_port()
    Sshd(processes, tmp_path / "bastion", "127.0.0.1", port, f"{ssh_key}.pub", bin_dir)
    livesonic.settings["ssh"]["jump"] = f"root@127.0.0.1:{port}"
    livesonic.write_config()
    assert livesonic.poll()["web"]["scored"] == 2
    livesonic.settings["ssh"]["jump"] = f"root@127.0.0.1:{free_port()}"
    livesonic.write_config()
    assert livesonic.poll()["web"]["unreachable"] == 2
    for member in livesonic.members("web").values():
        assert "the bastion root@127.0.0.1" in member["score"]["detail"]


def test_a_cluster_says_itself_how_its_hosts_are_reached(make_hosts, bin_dir):
    hosts, livesonic = make_hosts(1)
    hosts.sshd(0)
    livesonic.settings["ssh"]["port"] = free_port()
    livesonic.settings["serverscore"]["command"] = str(bin_dir / "serverscore")
    livesonic.settings["clusters"] = [
        {"name": "web", "elb": "web-elb", "port": hosts.port, "user": "root"},
        {"name": "here", "kind": "static", "resource": "localhost", "remote": "local"},
    ]
    livesonic.write_config()
    polled = livesonic.poll()
    assert (polled["web"]["scored"], polled["here"]["scored"]) == (1, 1)
    shown = livesonic.show("here")
    assert (shown["remote"], shown["user"]) == ("local", None)
    assert livesonic.show("web")["port"] == hosts.port


def test_ssh_config_is_heeded(make_hosts, tmp_path, ssh_key):
    hosts, livesonic = make_hosts(1)
    hosts.sshd(0)
    stranger = new_key(tmp_path / "stranger")
    config = tmp_path / "ssh_config"
    config.write_text(
        f"Host {hosts.address(0)}\n  Port {hosts.port}\n  User root\n  IdentityFile {ssh_key}\n"
    )
    del livesonic.settings["ssh"]["port"], livesonic.settings["ssh"]["user"]
    livesonic.settings["ssh"].update(ssh_config=str(config), identity_file=str(stranger))
    livesonic.write_config()
    assert livesonic.poll()["web"]["scored"] == 1
