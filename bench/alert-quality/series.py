# SPDX-License-Identifier: Apache-2.0
"""The traces as scores, and what incidents over them are worth. traces/README.md says where they are from."""
import csv
import datetime
import json
import pathlib
import statistics

TRACES = pathlib.Path(__file__).parent / "traces"
STEP_S = 300
# NAB's own probationary period: what is normal is learned from it, and nothing in it is scored.
PROBATION = 0.15

# 100 is as usual, which is the median of the probationary period. Latency and CPU are bad when they are more,
# the group's metric when it is less.
CONVERSIONS = {
    "nab_ec2_request_latency_5min": lambda value, usual: usual / value,
    "nab_asg_metric_5min": lambda value, usual: value / usual,
    "nab_ec2_cpu_5min": lambda value, usual: usual / value,
}


def seconds(text):
    moment = datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
    return int(moment.replace(tzinfo=datetime.timezone.utc).timestamp())


class Series:
    """`scores`: [time, 1..100] from the end of the probation on; `windows`: (from, to) that are labelled."""

    def __init__(self, name):
        self.name = name
        with open(TRACES / f"{name}.csv", newline="") as lines:
            rows = [(seconds(row["timestamp"]), float(row["value"])) for row in csv.DictReader(lines)]
        learned = int(len(rows) * PROBATION)
        usual = statistics.median(value for _, value in rows[:learned])
        convert = CONVERSIONS[name]
        self.scores = [[at, max(1, min(100, round(100 * convert(value, usual))))]
                       for at, value in rows[learned:]]
        labelled = json.loads((TRACES / "windows.json").read_text())[name]
        self.windows = [(seconds(begin), seconds(end)) for begin, end in labelled]

    def judge(self, incidents, below):
        """Windows in which an incident opened, openings outside of any, and for each window that was
        detected the minutes from its first bad sample to the opening."""
        detected, delays = 0, []
        for begin, end in self.windows:
            opened = [at for at, _ in incidents if begin <= at <= end]
            if not opened:
                continue
            detected += 1
            bad = next(at for at, score in self.scores if at >= begin and score < below)
            delays.append((min(opened) - bad) / 60)
        false = sum(not any(begin <= at <= end for begin, end in self.windows) for at, _ in incidents)
        return detected, false, delays


def all_series():
    return [Series(name) for name in CONVERSIONS]
