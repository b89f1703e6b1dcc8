# SPDX-License-Identifier: Apache-2.0
"""livesonic-sim as a program: flags, history, scenarios, and leaving nothing behind."""

import csv
import io
import signal
import subprocess
import time

import pytest

from support.process import wait_for

FLEET = ("--seed", "7", "--clusters", "web:3,batch:2")


def run(bin_dir, *words):
    argv = [bin_dir / "livesonic-sim", *words]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60)


def test_history_is_of_the_same_fleet_that_serve_serves(bin_dir, start_simulator):
    answer = run(bin_dir, "history", *FLEET, "--last", "2h", "--step", "10m")
    rows = list(csv.DictReader(io.StringIO(answer.stdout)))
    instances = start_simulator(*FLEET).world()["instances"]
    assert {(row["cluster"], row["instance"]) for row in rows} == {
        (i["cluster"], i["id"]) for i in instances
    }
    assert len(rows) == 12 * len(instances)
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    assert all(45 <= int(row["score"]) <= 100 for row in rows)


def test_the_same_seed_gives_the_same_history_and_another_one_another(bin_dir):
    def history(seed):
        end = ("--until", "2026-03-01T00:00:00Z", "--last", "1d", "--step", "1h")
        return run(bin_dir, "history", "--clusters", "web:3", "--seed", seed, *end).stdout

    assert history("1") == history("1")
    assert history("1") != history("2")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_and_nothing_is_left(start_simulator, number):
    simulator = start_simulator(*FLEET, "--script", "demo")
    simulator.aws_fault("hang", seconds=60)
    before = time.monotonic()
    simulator.process.signal(number)
    assert simulator.process.wait() == 0
    assert time.monotonic() - before < 5
    assert not simulator.ready_file.exists()


def test_wrong_arguments_are_named(bin_dir, tmp_path):
    for words, complaint in (
        (("serve", "--clusters", "web"), "web:20"),
        (("serve", "--clusters", "web:x"), "'web:x'"),
        (("serve", "--pending", "soon"), "'soon' is not a duration"),
        (("history", "--step", "1ms"), "at least 1s"),
        (("serve", "--script", str(tmp_path / "none.yaml")), "none.yaml"),
    ):
        answer = run(bin_dir, *words)
        assert answer.returncode != 0, words
        assert complaint in answer.stdout + answer.stderr, words


def test_a_taken_port_is_named(bin_dir, start_simulator):
    simulator = start_simulator("--clusters", "web:1")
    answer = run(bin_dir, "serve", "--clusters", "web:1", "--ssh-port", str(simulator.ssh_port))
    assert answer.returncode == 1
    assert f"127.88.0.1:{simulator.ssh_port}" in answer.stderr


def test_a_scenario_happens_round_after_round(start_simulator, tmp_path):
    script = tmp_path / "quick.yaml"
    script.write_text(
        """
every: 500ms
events:
  - { at: 0s, cluster: web, hosts: 2, score: 10, for: 200ms }
  - { at: 100ms, cluster: web, scale: 1 }
"""
    )
    simulator = start_simulator("--clusters", "web:3", "--script", script)

    def suffering():
        return [i for i in simulator.world()["instances"] if i["score"] == 10]

    wait_for(lambda: len(suffering()) == 2, "two hosts suffer")
    wait_for(lambda: not suffering(), "they recover")
    wait_for(lambda: len(simulator.members("web-elb")) >= 5, "two rounds have passed")


def test_an_impossible_scenario_is_refused_with_its_line(bin_dir, tmp_path):
    script = tmp_path / "wrong.yaml"
    script.write_text("every: 1m\nevents:\n  - { at: 1s, cluster: web, colour: red, for: 1s }\n")
    answer = run(bin_dir, "serve", "--script", str(script))
    assert answer.returncode == 2
    assert "line 3" in answer.stderr
    assert "colour" in answer.stderr
