# SPDX-License-Identifier: Apache-2.0
"""What all tests against running programs share: the programs themselves, moto, the simulator.

Every process is started through the `processes` fixture, ended by its pid, and shows the end of its
log when the test that used it fails.
"""

import os
import pathlib

import pytest

from support.moto import MotoServer
from support.process import Processes, free_port
from support.simulator import Simulator

ROOT = pathlib.Path(__file__).resolve().parent.parent
FAKE_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_DEFAULT_REGION": "ap-northeast-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}


@pytest.fixture(scope="session", autouse=True)
def fake_aws_environment():
    """No test can reach a real account, whatever the machine has configured."""
    patch = pytest.MonkeyPatch()
    for name in list(os.environ):
        if name.startswith("AWS_"):
            patch.delenv(name)
    for name, value in FAKE_CREDENTIALS.items():
        patch.setenv(name, value)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def bin_dir():
    """Where livesonic, livesonic-sim and serverscore are: LIVESONIC_BIN_DIR, or build/bin."""
    path = pathlib.Path(os.environ.get("LIVESONIC_BIN_DIR", ROOT / "build" / "bin"))
    if not path.is_dir():
        pytest.fail(f"{path} does not exist: build first, or set LIVESONIC_BIN_DIR")
    return path.resolve()


@pytest.fixture
def port():
    """A TCP port that was free on 127.0.0.1 a moment ago."""
    return free_port()


@pytest.fixture
def processes(tmp_path, request):
    """Starts programs: processes.start([...], ready=...). They end with the test."""
    started = Processes(tmp_path)
    yield started
    problems = started.stop_all()
    _show_logs(request.node, started)
    assert not problems, "\n".join(problems)


@pytest.fixture
def start_simulator(processes, bin_dir, tmp_path):
    """start_simulator("--clusters", "web:3", ...) returns a running Simulator."""
    return lambda *flags: Simulator.start(processes, bin_dir, tmp_path, flags)


@pytest.fixture(scope="session")
def moto_process(tmp_path_factory):
    processes = Processes(tmp_path_factory.mktemp("moto"))
    yield MotoServer.start(processes)
    processes.stop_all()


@pytest.fixture
def moto(moto_process):
    """A moto server with nothing in it."""
    moto_process.reset()
    return moto_process


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    report = outcome.get_result()
    if report.when == "call":
        item.stash[_FAILED] = report.failed


_FAILED = pytest.StashKey[bool]()


def _show_logs(node, processes):
    if node.stash.get(_FAILED, True):
        for process in processes.all:
            node.add_report_section("teardown", f"log of {process.name}", process.log_tail())
