# SPDX-License-Identifier: Apache-2.0
"""The simulated hosts, asked by the real OpenSSH client."""

import concurrent.futures
import socket
import subprocess

import pytest

from support.process import wait_for
from support.ssh import Ssh


@pytest.fixture
def fleet(start_simulator):
    return start_simulator("--clusters", "web:3", "--seed", "7", "--pending", "0s", "--shutting-down", "0s")


@pytest.fixture
def ssh(fleet, tmp_path):
    return Ssh(tmp_path, fleet.ssh_port)


@pytest.fixture
def host(fleet):
    """One instance, as the control API describes it."""
    return fleet.world()["instances"][0]


@pytest.mark.parametrize("command", ["serverscore", "/usr/local/bin/serverscore", "~/serverscore"])
def test_serverscore_answers_one_number(ssh, host, fleet, command):
    fleet.set_score(host["id"], 42)
    answer = ssh.run(host["address"], command)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, b"42\n", b"")


def test_commands_answer_as_on_a_real_host(ssh, host, fleet):
    fleet.service_down(host["id"], "cron")
    for command, status, out in (
        ("systemctl is-active nginx", 0, b"active\n"),
        ("systemctl is-active cron", 3, b"inactive\n"),
        ("echo 'a  b'", 0, b"a  b\n"),
        ("false", 1, b""),
        ("exit 7", 7, b""),
        ("hostname", 0, b"web-01\n"),
    ):
        answer = ssh.run(host["address"], command)
        assert (answer.returncode, answer.stdout) == (status, out), command
    unknown = ssh.run(host["address"], "frobnicate")
    assert unknown.returncode == 127
    assert b"command not found" in unknown.stderr
    assert b"|load1=" in ssh.run(host["address"], "/usr/lib/nagios/plugins/check_load -w 4").stdout


def test_one_session_carries_many_commands_at_once(ssh, host, tmp_path, processes):
    control = ("-o", f"ControlPath={tmp_path}/mux")
    address = host["address"]
    argv = ssh.argv(address, options=(*control, "-M", "-N"))
    master = processes.start(
        argv, lambda: ssh.run(address, options=(*control, "-O", "check")).returncode == 0
    )
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        def ask(number):
            return ssh.run(address, f"echo {number}", options=control).stdout
        slow = pool.submit(ssh.run, address, "sleep 1", options=control)
        assert list(pool.map(ask, range(40))) == [f"{number}\n".encode() for number in range(40)]
        assert slow.result().returncode == 0
    # OpenSSH's client misses a signal that comes just before it waits in poll(); not this request.
    ssh.run(address, options=(*control, "-O", "exit"))
    master.wait()


def test_a_host_key_survives_a_restart_of_the_simulator(ssh, host, fleet, start_simulator):
    assert ssh.run(host["address"], "true").returncode == 0
    fleet.process.stop()
    start_simulator("--clusters", "web:3", "--seed", "7", "--ssh-port", str(fleet.ssh_port))
    strict = ("-o", "StrictHostKeyChecking=yes")
    assert ssh.run(host["address"], "true", options=strict).returncode == 0


def test_only_the_authorized_key_is_let_in(start_simulator, tmp_path):
    (tmp_path / "good").mkdir()
    (tmp_path / "bad").mkdir()
    good = Ssh(tmp_path / "good", 0)
    simulator = start_simulator("--clusters", "web:1", "--authorized-key", f"{good.key}.pub")
    good.port = simulator.ssh_port
    bad = Ssh(tmp_path / "bad", simulator.ssh_port)
    address = simulator.world()["instances"][0]["address"]
    assert good.run(address, "true").returncode == 0
    refused = bad.run(address, "true")
    assert refused.returncode == 255
    assert b"Permission denied" in refused.stderr


# --- faults ---


def test_a_changed_host_key_is_noticed(ssh, host, fleet):
    assert ssh.run(host["address"], "true").returncode == 0
    fleet.set_fault(host["id"], "changed_host_key")
    assert b"HOST IDENTIFICATION HAS CHANGED" in ssh.run(host["address"], "true").stderr
    fleet.relieve(host["id"])
    assert ssh.run(host["address"], "true").returncode == 0


def test_a_refusing_host_refuses_until_the_fault_ends(ssh, host, fleet):
    fleet.set_fault(host["id"], "refuse_connections")
    assert b"Connection refused" in ssh.run(host["address"], "true").stderr
    fleet.set_fault(host["id"], "refuse_connections", seconds=0.5)
    wait_for(lambda: ssh.run(host["address"], "true").returncode == 0, "let in again")


def test_a_refused_key_and_a_broken_connection_are_told_apart(ssh, host, fleet):
    fleet.set_fault(host["id"], "refuse_keys")
    assert b"Permission denied" in ssh.run(host["address"], "true").stderr
    fleet.set_fault(host["id"], "close_mid_command")
    broken = ssh.run(host["address"], "hostname")
    assert broken.returncode == 255
    assert broken.stdout == b"web"


def test_a_silent_host_takes_connections_and_says_nothing(host, fleet):
    fleet.set_fault(host["id"], "ignore_everything")
    with socket.create_connection((host["address"], fleet.ssh_port), timeout=5) as connection:
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        fleet.relieve(host["id"])
        connection.settimeout(10)
        assert connection.recv(4) == b"SSH-"


def test_a_hanging_command_hangs_and_harms_no_other(ssh, host, fleet):
    fleet.set_fault(host["id"], "hang_commands")
    with pytest.raises(subprocess.TimeoutExpired):
        ssh.run(host["address"], "serverscore", seconds=1)
    other = fleet.world()["instances"][1]["address"]
    assert ssh.run(other, "true").returncode == 0


def test_ten_megabytes_and_garbage_arrive_as_they_are(ssh, host, fleet):
    fleet.set_fault(host["id"], "flood")
    assert len(ssh.run(host["address"], "serverscore").stdout) == 10 * 1024 * 1024
    fleet.set_fault(host["id"], "garbage")
    answer = ssh.run(host["address"], "serverscore")
    assert answer.returncode == 0
    with pytest.raises(UnicodeDecodeError):
        answer.stdout.decode()


def test_a_terminated_host_is_gone_and_a_new_one_answers(ssh, host, fleet):
    fleet.terminate(host["id"])
    assert b"Connection refused" in ssh.run(host["address"], "true").stderr
    (new,) = fleet.scale("web-elb", 1)
    address = fleet.instance(new)["address"]
    assert address != host["address"]
    wait_for(lambda: ssh.run(address, "true").returncode == 0, "new host answering")
