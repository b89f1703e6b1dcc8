# SPDX-License-Identifier: Apache-2.0
"""`livesonic poll --once` without a server, as cron runs it."""

import json
import subprocess

SIZES = {"web": 3, "api": 2, "batch": 2, "shop": 1}
FLEET = ",".join(f"{name}:{size}" for name, size in SIZES.items())


def scored(polls):
    return {poll["cluster"]: poll["scored"] for poll in polls}


def test_every_cluster_is_polled_each_time(watch):
    _, livesonic = watch(FLEET)
    for _ in range(5):
        assert scored(livesonic.poll().values()) == SIZES


def test_those_that_overlap_wait_for_each_other_and_count_once_each(watch):
    _, livesonic = watch(FLEET)
    argv = [livesonic.program, "--config", livesonic.config_file, "poll", "--once", "--json"]
    at_once = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) for _ in range(5)]
    answers = [(command.communicate(timeout=60)[0], command.returncode) for command in at_once]
    assert [status for _, status in answers] == [0] * 5
    for text, _ in answers:
        assert scored(json.loads(text)["polls"]) == SIZES
    for name in SIZES:
        assert len(livesonic.json("history", name, "--last", "1h")["points"]) == 5
