# SPDX-License-Identifier: Apache-2.0
"""The build for 64-bit ARM, under qemu-user: it says the very same as this machine's own."""

import json
import pathlib
import re
import subprocess

import pytest

from support.serverscore import TREES, Serverscore, is_score

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "build" / "bin" / "serverscore-aarch64"
# 3.2, or whatever comes before CentOS 7's 3.10.
NEWEST_KERNEL_IT_MAY_NEED = (3, 10)


@pytest.fixture(scope="module")
def aarch64():
    if not PROGRAM.exists():
        pytest.fail(f"{PROGRAM} does not exist: ./run build aarch64")
    return Serverscore(PROGRAM, ["qemu-aarch64-static"])


def without_what_changes(text):
    """Less how full this machine's own disk is: a tree's root lies on it."""
    document = json.loads(text)
    for filesystem in document["inputs"]["filesystems"]:
        for name in ("bytes_available", "inodes_free"):
            filesystem.pop(name, None)
    return document


@pytest.mark.parametrize("tree", sorted(path.name for path in TREES.iterdir()))
def test_it_answers_as_the_native_build_does(aarch64, bin_dir, tree):
    native = Serverscore(bin_dir / "serverscore")
    common = ("--state", "none", "--root", TREES / tree)
    for options in ([], ["--explain"]):
        ours, theirs = aarch64.run(*options, *common), native.run(*options, *common)
        assert (ours.returncode, ours.stderr) == (0, "")
        assert ours.stdout == theirs.stdout
    ours, theirs = aarch64.run("--json", *common), native.run("--json", *common)
    ours, theirs = (without_what_changes(done.stdout) for done in (ours, theirs))
    for document in (ours, theirs):
        # Late on a busy machine, it looks less often.
        document["inputs"]["run_queue"] = document["inputs"]["run_queue"][:1]
        # Of a request that doesn't end while it looks, the time for which it looked.
        document["inputs"].pop("disk_await_ms")
    assert ours == theirs


def test_it_answers_on_this_very_host(aarch64, tmp_path):
    for _ in range(2):
        done = aarch64.run("--state", tmp_path / "state")
        assert (done.returncode, done.stderr) == (0, "")
        assert is_score(done.stdout)


@pytest.mark.parametrize("program", ["serverscore", "serverscore-aarch64"])
def test_it_is_static_and_runs_on_old_kernels(bin_dir, program):
    path = PROGRAM if program == PROGRAM.name else bin_dir / program
    if not Serverscore(path).is_static():
        pytest.skip("the sanitizers' build needs the libraries")
    notes = subprocess.run(["readelf", "--notes", "--program-headers", path],
                           capture_output=True, text=True, check=True).stdout
    assert "INTERP" not in notes
    kernel = re.search(r"OS: Linux, ABI: (\d+)\.(\d+)", notes)
    assert (int(kernel[1]), int(kernel[2])) <= NEWEST_KERNEL_IT_MAY_NEED


def test_it_is_small(aarch64):
    assert PROGRAM.stat().st_size <= 1_500_000
