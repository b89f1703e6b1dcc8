# SPDX-License-Identifier: Apache-2.0
"""serverscore --stream with real peers: OpenSSH's client and server, pipes, full disks."""

import json
import os
import subprocess

import pytest

from support.process import free_port, wait_for
from support.serverscore import TIMEOUT_SECONDS, Serverscore, is_score
from support.sshd import SSHD, Sshd

needs_sshd = pytest.mark.skipif(
    os.getuid() != 0 or not os.path.exists(SSHD), reason="needs to be root, and OpenSSH's server"
)


@pytest.fixture
def serverscore(bin_dir):
    return Serverscore(bin_dir / "serverscore")


@pytest.fixture
def over_ssh(processes, tmp_path, ssh_key, bin_dir):
    """over_ssh("-tt") starts `serverscore --stream 1s` through a real sshd. Returns the client, and the
    process id on the other side."""
    os.makedirs("/run/sshd", exist_ok=True)
    clients = []
    sshd = Sshd(processes, tmp_path / "sshd", "127.0.0.1", free_port(), f"{ssh_key}.pub", bin_dir)

    def start(*options):
        argv = [
            "ssh", "-F", "none", "-i", ssh_key, "-p", str(sshd.port), "-o", "LogLevel=ERROR",
            "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", *options,
            "root@127.0.0.1", "echo $$; exec serverscore --stream 1s",
        ]
        client = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        clients.append(client)
        return client, int(client.stdout.readline())

    yield start
    for client in clients:
        client.kill()
        client.communicate(timeout=TIMEOUT_SECONDS)


def has_ended(pid):
    def gone():
        try:
            with open(f"/proc/{pid}/stat") as stat:
                return stat.read().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            return True

    wait_for(gone, f"the end of process {pid}", seconds=20)


@needs_sshd
def test_lines_come_over_ssh_as_they_are_made(over_ssh):
    client, pid = over_ssh()
    assert all(is_score(client.stdout.readline()) for _ in range(3))
    assert os.path.exists(f"/proc/{pid}")


@needs_sshd
@pytest.mark.parametrize("options", [[], ["-tt"]], ids=["pipes", "terminal"])
def test_it_ends_when_the_client_dies(over_ssh, options):
    client, pid = over_ssh(*options)
    client.stdout.readline()
    client.kill()
    has_ended(pid)


@needs_sshd
def test_it_ends_when_the_client_has_nothing_more_to_say(over_ssh):
    client, pid = over_ssh()
    client.stdout.readline()
    client.stdin.close()
    has_ended(pid)
    assert client.wait(TIMEOUT_SECONDS) == 0
    client.stdin = None


def test_nobody_on_standard_input_is_the_end_at_once(serverscore):
    done = serverscore.run("--stream", "1s", stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = subprocess.run(["sh", "-c", '"$1" --stream 1s <&-', "sh", serverscore.program],
                          capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("output", [">&-", ">/dev/full"], ids=["closed", "full"])
def test_an_output_that_takes_nothing_is_told(serverscore, output):
    process = subprocess.Popen(["sh", "-c", f'exec "$1" --stream 1s {output}', "sh",
                                serverscore.program],
                               stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.wait(TIMEOUT_SECONDS) == 1  # though its standard input is open
    _, complaint = process.communicate()
    assert "can't be written" in complaint


def test_a_pipeline_that_has_read_enough_ends_it(serverscore):
    process = subprocess.Popen(["bash", "-c", '"$1" --stream 100ms --json | head -2; '
                                'echo "${PIPESTATUS[0]}"', "bash", serverscore.program],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    first, second, status = (process.stdout.readline() for _ in range(3))
    assert json.loads(first)["t"] < json.loads(second)["t"]
    assert status == "0\n"
    process.communicate(timeout=TIMEOUT_SECONDS)
