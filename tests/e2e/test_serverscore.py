# SPDX-License-Identifier: Apache-2.0
"""serverscore as it is sent to hosts: unprivileged, read-only, without /sys or /proc, many at once,
with a reader that goes, and with a state file that others had their hands on."""

import fcntl
import json
import os
import pathlib
import select
import shutil
import stat
import subprocess
import tempfile

import pytest

from support.process import wait_for
from support.serverscore import TIMEOUT_SECONDS, TREES, Serverscore, is_score

NOBODY = 65534


@pytest.fixture(scope="module")
def serverscore(bin_dir):
    """A copy that anyone may run, wherever the repository is."""
    with tempfile.TemporaryDirectory(prefix="serverscore-") as directory:
        os.chmod(directory, 0o755)
        copy = pathlib.Path(shutil.copy(bin_dir / "serverscore", directory))
        copy.chmod(0o755)
        yield Serverscore(copy)


@pytest.fixture
def runtime(tmp_path):
    """$XDG_RUNTIME_DIR of the runs: where they remember."""
    directory = tmp_path / "runtime"
    directory.mkdir(mode=0o700)
    return directory


@pytest.fixture
def in_a_namespace(serverscore):
    """in_a_namespace("mount …", options…) runs serverscore after the shell's commands, with mounts of
    its own."""
    if not serverscore.is_static():
        pytest.skip("the sanitizers need /proc and the libraries")
    unshare = ["unshare", "--mount", "--propagation", "private"]
    if os.geteuid() != 0:
        unshare.append("--map-root-user")
    if subprocess.run([*unshare, "true"], capture_output=True).returncode != 0:
        pytest.skip("this machine gives us no mount namespaces")

    def run(commands, *options, env=None):
        script = f'set -e\n{commands}\nexec "$@"'
        prefix = [*unshare, "sh", "-c", script, "sh"]
        return Serverscore(serverscore.program, prefix).run(*options, env=env, cwd="/")

    return run


def test_an_unprivileged_user_gets_the_score(serverscore):
    if os.geteuid() != 0:
        pytest.skip("only root can become nobody; whoever runs this is unprivileged already")
    for options in ([], ["--json"], ["--explain"], ["--containers"]):
        done = serverscore.run(
            *options, user=NOBODY, group=NOBODY, extra_groups=[], cwd="/",
            env={"XDG_RUNTIME_DIR": "/nonexistent"},
        )
        assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_a_read_only_root_is_no_hindrance(in_a_namespace, runtime):
    done = in_a_namespace("mount -o bind / /mnt\nmount -o remount,bind,ro /mnt\n"
                          f"! touch /mnt{runtime}/probe 2>/dev/null",
                          "--state", f"/mnt{runtime}/state")
    assert (done.returncode, done.stderr) == (0, "")
    assert is_score(done.stdout)
    assert list(runtime.iterdir()) == []


def test_without_sys_what_is_missing_is_left_out(in_a_namespace):
    done = in_a_namespace("mount -t tmpfs none /sys", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert 1 <= document["score"] <= 100
    assert document["inputs"]["contained"] is False


def test_without_proc_there_is_nothing_to_say(in_a_namespace):
    done = in_a_namespace("mount -t tmpfs none /proc")
    assert done.returncode == 3
    assert done.stdout == ""
    assert "nothing to read below" in done.stderr


def test_an_empty_root_is_nothing_to_read_either(serverscore, tmp_path):
    done = serverscore.run("--root", tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert "nothing to read below" in done.stderr


def test_an_answer_that_cannot_be_written_is_not_taken_for_given(serverscore):
    with open("/dev/full", "w") as full:
        done = serverscore.run(stdout=full)
    assert done.returncode == 1
    assert "can't be written" in done.stderr


def test_a_closed_standard_output_is_told(serverscore):
    # In a shell, as Python gives every child one.
    done = subprocess.run(["sh", "-c", '"$1" >&-', "sh", serverscore.program],
                          capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    assert done.returncode == 1
    assert "can't be written" in done.stderr


def test_with_all_files_closed_it_still_ends(serverscore):
    done = subprocess.run(["sh", "-c", '"$1" <&- >&- 2>&-', "sh", serverscore.program],
                          capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    assert done.returncode == 1


def test_a_non_blocking_standard_output_gets_the_whole_answer(serverscore):
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(writer, False)
    process = serverscore.start("--json", "--containers", "--state", "none",
                                "--root", TREES / "ecs-on-ec2-cgroup2",
                                stdin=subprocess.DEVNULL, stdout=writer)
    os.close(writer)
    with os.fdopen(reader) as answer:
        wait_for(lambda: select.select([reader], [], [], 0)[0], "an answer")
        document = json.loads(answer.read())
    assert (process.wait(TIMEOUT_SECONDS), process.stderr.read()) == (0, "")
    process.stderr.close()
    assert len(document["containers"]) == 3


def test_each_container_of_an_ecs_host_has_its_score(serverscore):
    for tree in ("ecs-on-ec2-cgroup1", "ecs-on-ec2-cgroup2"):
        done = serverscore.run("--json", "--containers", "--root", TREES / tree)
        containers = json.loads(done.stdout)["containers"]
        assert [container["runtime"] for container in containers] == ["ecs"] * 3
        assert len({container["task"] for container in containers}) == 2
        scores = [container["score"] for container in containers]
        assert scores == sorted(scores)
        assert all(1 <= score <= 100 for score in scores)


def test_it_is_installed_with_its_manual(bin_dir, tmp_path):
    builds = [folder for folder in (bin_dir.parent, bin_dir.parent / "release")
              if (folder / "cmake_install.cmake").exists()]
    if not builds:
        pytest.skip("the programs aren't where they were built")
    subprocess.run(["cmake", "--install", builds[0], "--component", "serverscore",
                    "--prefix", tmp_path], check=True, capture_output=True)
    installed = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert installed == {"bin/serverscore", "share/man/man1/serverscore.1"}
    assert "serverscore" in Serverscore(tmp_path / "bin/serverscore").run("--version").stdout


def test_the_plugin_says_by_its_status_how_it_is(serverscore):
    def status(tree):
        return serverscore.run("--nagios", "-w", 60, "-c", 30, "--root", TREES / tree).returncode

    assert status("amazon-linux-2023-6.1") == 0
    assert status("ubuntu-22.04-5.15") == 1
    assert status("conntrack-running-out") == 2
    assert serverscore.run("--nagios", "--root", "/nonexistent").returncode == 3


def test_a_stream_ends_when_nobody_holds_its_input(serverscore, runtime):
    process = serverscore.start("--stream", "1s", env={"XDG_RUNTIME_DIR": str(runtime)},
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    lines = [process.stdout.readline() for _ in range(2)]
    assert process.poll() is None
    rest, complaint = process.communicate(timeout=TIMEOUT_SECONDS)
    assert (process.returncode, complaint) == (0, "")
    assert all(line.endswith("\n") for line in [*lines, *rest.splitlines(keepends=True)])


def test_a_stream_of_json_is_an_object_a_line(serverscore, runtime):
    process = serverscore.start("--stream", "200ms", "--json", stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, env={"XDG_RUNTIME_DIR": str(runtime)})
    documents = [json.loads(process.stdout.readline()) for _ in range(3)]
    process.communicate(timeout=TIMEOUT_SECONDS)
    assert process.returncode == 0
    assert all(1 <= document["score"] <= 100 for document in documents)


def test_a_stream_ends_when_its_reader_has_gone(serverscore, runtime):
    process = serverscore.start("--stream", "100ms", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                env={"XDG_RUNTIME_DIR": str(runtime)})
    process.stdout.readline()
    process.stdout.close()
    process.wait(TIMEOUT_SECONDS)  # its standard input is still open
    process.stdin.close()
    process.stderr.close()
    assert process.returncode is not None


def test_many_at_once_share_what_they_remember(serverscore, runtime):
    environment = {"XDG_RUNTIME_DIR": str(runtime)}
    crowd = [serverscore.start(env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
             for _ in range(50)]
    answers = [process.communicate(timeout=TIMEOUT_SECONDS) for process in crowd]
    assert [process.returncode for process in crowd] == [0] * 50
    assert all(is_score(out) and err == "" for out, err in answers)

    state = runtime / "serverscore.state"
    assert stat.S_IMODE(state.stat().st_mode) & 0o077 == 0
    assert state.stat().st_size < 65536
    assert state.read_bytes().isascii()

    # It is of use to those who come a little later, and no sooner.
    def since_the_last_look():
        return json.loads(serverscore.run("--json", env=environment).stdout)["inputs"]["since"]

    since = wait_for(since_the_last_look, "an earlier look", seconds=20, pause=0.5)
    assert since["seconds"] >= 1.5


def answers_with(serverscore, state):
    done = serverscore.run("--state", state)
    assert (done.returncode, done.stderr) == (0, "")
    assert is_score(done.stdout)


@pytest.mark.parametrize("content", [
    b"", b"\0" * 100, b"\xff\xfe garbage \x1b[31m", b"serverscore", b"9" * 300_000,
    b"serverscore-state 1\nboot x\nlook -1 nan inf 1e999\n" * 50,
], ids=["empty", "zeros", "garbage", "a-word", "huge", "absurd"])
def test_garbage_in_the_state_file_is_no_hindrance(serverscore, tmp_path, content):
    state = tmp_path / "state"
    state.write_bytes(content)
    answers_with(serverscore, state)
    answers_with(serverscore, state)


def test_a_state_file_cut_anywhere_is_no_hindrance(serverscore, tmp_path):
    state = tmp_path / "state"
    answers_with(serverscore, state)
    whole = state.read_bytes()
    for kept in {0, 1, len(whole) // 3, len(whole) // 2, len(whole) - 1}:
        state.write_bytes(whole[:kept])
        answers_with(serverscore, state)


def test_a_symbolic_link_is_not_written_through(serverscore, tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("precious\n")
    link = tmp_path / "state"
    link.symlink_to(precious)
    answers_with(serverscore, link)
    assert precious.read_text() == "precious\n"


def test_a_directory_in_its_place_is_left_alone(serverscore, tmp_path):
    (tmp_path / "state").mkdir()
    answers_with(serverscore, tmp_path / "state")
    assert list((tmp_path / "state").iterdir()) == []


def test_a_pipe_or_a_device_in_its_place_does_not_hold_it_up(serverscore, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    answers_with(serverscore, tmp_path / "pipe")
    for device in ("/dev/null", "/dev/full"):
        (tmp_path / "link").unlink(missing_ok=True)
        (tmp_path / "link").symlink_to(device)
        answers_with(serverscore, tmp_path / "link")


def test_a_folder_that_is_not_there_is_not_made(serverscore, tmp_path):
    answers_with(serverscore, tmp_path / "nowhere" / "state")
    assert not (tmp_path / "nowhere").exists()


def test_a_state_file_of_someone_else_is_no_hindrance(serverscore):
    if os.geteuid() != 0:
        pytest.skip("only root can make files of others")
    with tempfile.TemporaryDirectory(prefix="serverscore-state-") as directory:
        os.chmod(directory, 0o755)
        state = pathlib.Path(directory) / "state"
        answers_with(serverscore, state)
        before = state.read_bytes()
        state.chmod(0o644)
        done = serverscore.run("--state", state, user=NOBODY, group=NOBODY, extra_groups=[], cwd="/")
        assert (done.returncode, done.stderr) == (0, "")
        assert state.read_bytes() == before
