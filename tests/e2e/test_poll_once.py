# SPDX-License-Identifier: Apache-2.0
"""`livesonic poll --once` without a server, as cron runs it."""

import contextlib
import json
import sqlite3
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


def months(database):
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return [month for (month,) in connection.execute("SELECT month FROM history_months")]


def test_months_that_are_not_kept_are_dropped_where_only_cron_polls(watch, tmp_path):
    _, livesonic = watch("web:1")
    livesonic.poll()
    [instance] = livesonic.show("web")["members"]
    long_ago = tmp_path / "history.csv"
    long_ago.write_text(
        f"time,cluster,instance,score\n2001-02-03T04:05:06Z,web,{instance['id']},77\n"
    )
    imported = livesonic.run("history", "import", long_ago)
    assert imported.returncode == 0, imported.stderr
    assert 200102 in months(livesonic.database)
    livesonic.poll()
    assert months(livesonic.database) and 200102 not in months(livesonic.database)
