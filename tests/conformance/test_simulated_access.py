# SPDX-License-Identifier: Apache-2.0
"""Ways into simulated hosts besides an authorized key: pushed keys, Systems Manager, and the
console that tells a host's key."""

import re
import subprocess

import botocore.exceptions
import pytest

from support.aws import SimulatedAws
from support.process import wait_for
from support.ssh import Ssh

FAST = ("--clusters", "web:2", "--seed", "7", "--pending", "0s", "--shutting-down", "0s")


def code_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


@pytest.fixture
def fleet(start_simulator):
    return start_simulator(*FAST)


@pytest.fixture
def ssm(fleet):
    return SimulatedAws(fleet).client("ssm")


def run(ssm, instance_id, *lines, seconds=60):
    """What became of the script, once something has."""
    sent = ssm.send_command(
        InstanceIds=[instance_id],
        DocumentName="AWS-RunShellScript",
        Parameters={"commands": list(lines), "executionTimeout": [str(seconds)]},
    )
    where = {"CommandId": sent["Command"]["CommandId"], "InstanceId": instance_id}

    def over():
        told = ssm.get_command_invocation(**where)
        return told if told["Status"] not in {"Pending", "InProgress"} else None

    return wait_for(over, "the command ending")


# --- the console ---


def test_the_console_tells_the_key_that_the_host_shows(fleet, tmp_path):
    ec2 = SimulatedAws(fleet).client("ec2")
    host = fleet.world()["instances"][0]
    output = ec2.get_console_output(InstanceId=host["id"])["Output"]
    keys = output.split("-----BEGIN SSH HOST KEY KEYS-----\n")[1]
    (line,) = keys.split("-----END SSH HOST KEY KEYS-----")[0].splitlines()
    kind, key, _ = line.split()
    ssh = Ssh(tmp_path, fleet.ssh_port)
    (tmp_path / "known_hosts").write_text(f"[{host['address']}]:{fleet.ssh_port} {kind} {key}\n")
    strict = ("-o", "StrictHostKeyChecking=yes")
    assert ssh.run(host["address"], "true", options=strict).returncode == 0
    (tmp_path / "key.pub").write_text(f"{kind} {key}\n")
    shown = subprocess.check_output(["ssh-keygen", "-l", "-f", tmp_path / "key.pub"], text=True)
    prints = output.split("FINGERPRINTS-----\n")[1]
    told = re.search(r": 256 (SHA256:\S+) root@\S+ \(ED25519\)", prints).group(1)
    assert told == shown.split()[1]

    fleet.set_fault(host["id"], "changed_host_key")
    assert ec2.get_console_output(InstanceId=host["id"])["Output"] == output
    assert ssh.run(host["address"], "true", options=strict).returncode == 255


def test_the_console_may_lag_behind_unless_the_latest_is_asked_for(start_simulator):
    simulator = start_simulator("--console", "1h", "--pending", "0s")
    aws = SimulatedAws(simulator)
    (new,) = aws.add_load_balancer("web", 1)
    ec2 = aws.client("ec2")
    assert ec2.get_console_output(InstanceId=new).get("Output", "") == ""
    assert "BEGIN SSH HOST KEY" in ec2.get_console_output(InstanceId=new, Latest=True)["Output"]


# --- pushed keys ---


def test_a_pushed_key_lets_one_user_in_to_one_host(start_simulator, tmp_path):
    for name in ("theirs", "ours"):
        (tmp_path / name).mkdir()
    theirs = Ssh(tmp_path / "theirs", 0)
    simulator = start_simulator(*FAST, "--authorized-key", f"{theirs.key}.pub")
    ours = Ssh(tmp_path / "ours", simulator.ssh_port)
    host, other = simulator.world()["instances"]
    connect = SimulatedAws(simulator).client("ec2-instance-connect")
    key = (tmp_path / "ours" / "client-key.pub").read_text()
    assert ours.run(host["address"], "true").returncode == 255
    connect.send_ssh_public_key(InstanceId=host["id"], InstanceOSUser="root", SSHPublicKey=key)
    assert ours.run(host["address"], "true").returncode == 255
    connect.send_ssh_public_key(InstanceId=host["id"], InstanceOSUser="check", SSHPublicKey=key)
    assert ours.run(host["address"], "true").returncode == 0
    assert ours.run(other["address"], "true").returncode == 255
    theirs.port = simulator.ssh_port
    assert theirs.run(other["address"], "true").returncode == 0


def test_what_cannot_be_pushed_is_refused(fleet):
    connect = SimulatedAws(fleet).client("ec2-instance-connect")
    host, other = fleet.world()["instances"]
    fleet.terminate(other["id"])
    key = "ssh-ed25519 " + "A" * 68
    push = connect.send_ssh_public_key
    wanted = {"InstanceId": host["id"], "InstanceOSUser": "check", "SSHPublicKey": key}
    assert code_of(push, **{**wanted, "SSHPublicKey": "x" * 90}) == "InvalidArgsException"
    assert code_of(push, **{**wanted, "InstanceOSUser": "a b"}) == "InvalidArgsException"
    for instance_id, code in (
        (other["id"], "EC2InstanceStateInvalidException"),
        ("i-0123456789abcdef0", "EC2InstanceNotFoundException"),
    ):
        assert code_of(push, **{**wanted, "InstanceId": instance_id}) == code


# --- Systems Manager ---


def test_a_command_runs_as_over_ssh_and_needs_no_sshd(fleet, ssm):
    host = fleet.world()["instances"][0]
    fleet.set_score(host["id"], 42)
    fleet.set_fault(host["id"], "refuse_connections")
    told = run(ssm, host["id"], "serverscore", "echo 'a  b'")
    assert (told["Status"], told["ResponseCode"]) == ("Success", 0)
    assert told["StandardOutputContent"] == "42\na  b\n"
    told = run(ssm, host["id"], "frobnicate", "exit 7", "echo never")
    assert (told["Status"], told["ResponseCode"]) == ("Failed", 7)
    assert told["StandardOutputContent"] == ""
    assert "command not found" in told["StandardErrorContent"]


def test_output_is_cut_as_aws_cuts_it(fleet, ssm):
    host = fleet.world()["instances"][0]
    fleet.set_fault(host["id"], "flood")
    told = run(ssm, host["id"], "serverscore")
    assert len(told["StandardOutputContent"]) == 24_000
    assert told["StandardOutputContent"].endswith("\n---Output truncated---")
    listed = ssm.list_command_invocations(CommandId=told["CommandId"], Details=True)
    (invocation,) = listed["CommandInvocations"]
    assert len(invocation["CommandPlugins"][0]["Output"]) == 2_500


def test_a_command_that_hangs_runs_into_its_timeout_or_is_cancelled(fleet, ssm):
    host = fleet.world()["instances"][0]
    fleet.set_fault(host["id"], "hang_commands")
    told = run(ssm, host["id"], "serverscore", seconds=1)
    assert (told["Status"], told["StatusDetails"]) == ("TimedOut", "ExecutionTimedOut")
    assert told["ResponseCode"] == -1
    script = {"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["serverscore"]}}
    sent = ssm.send_command(InstanceIds=[host["id"]], **script)
    where = {"CommandId": sent["Command"]["CommandId"]}
    ssm.cancel_command(**where)
    assert ssm.get_command_invocation(**where, InstanceId=host["id"])["Status"] == "Cancelled"


def test_only_running_hosts_that_answer_are_online(fleet, ssm):
    host, other = fleet.world()["instances"]
    fleet.set_fault(other["id"], "ignore_everything")
    listed = ssm.describe_instance_information()["InstanceInformationList"]
    told = {one["InstanceId"]: one["PingStatus"] for one in listed}
    assert told == {host["id"]: "Online", other["id"]: "ConnectionLost"}
    fleet.terminate(other["id"])
    script = {"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["true"]}}
    assert code_of(ssm.send_command, InstanceIds=[other["id"]], **script) == "InvalidInstanceId"
    online = [{"Key": "PingStatus", "Values": ["Online"]}]
    assert len(ssm.describe_instance_information(Filters=online)["InstanceInformationList"]) == 1


def test_a_command_may_be_unknown_for_a_moment(start_simulator):
    simulator = start_simulator("--hidden", "1h", "--pending", "0s", "--clusters", "web:1")
    ssm = SimulatedAws(simulator).client("ssm")
    host = simulator.world()["instances"][0]["id"]
    sent = ssm.send_command(
        InstanceIds=[host], DocumentName="AWS-RunShellScript", Parameters={"commands": ["true"]}
    )
    where = {"CommandId": sent["Command"]["CommandId"], "InstanceId": host}
    assert code_of(ssm.get_command_invocation, **where) == "InvocationDoesNotExist"
