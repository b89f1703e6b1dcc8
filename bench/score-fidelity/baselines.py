# SPDX-License-Identifier: Apache-2.0
"""What people look at today: figures that are higher the worse things seem, all from /proc."""
import dataclasses
import os
import pathlib

PROC = pathlib.Path("/proc")
# Of the weighted mix that many dashboards show as "health".
MIX = {"cpu": 0.4, "memory": 0.3, "disk": 0.3}


@dataclasses.dataclass
class Counters:
    """What has to be read twice."""

    all_ticks: int
    idle_ticks: int
    disk_ms: int  # in which the busiest disk worked
    at: float

    @staticmethod
    def read(now: float) -> "Counters":
        ticks = [int(word) for word in (PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]]
        busiest = 0
        for line in (PROC / "diskstats").read_text().splitlines():
            words = line.split()
            if (pathlib.Path("/sys/block") / words[2] / "device").exists():
                busiest = max(busiest, int(words[12]))
        return Counters(sum(ticks), ticks[3] + ticks[4], busiest, now)


def pressure(name: str, kind: str) -> float:
    """avg10, in percent; 0 where the kernel doesn't say."""
    try:
        text = (PROC / "pressure" / name).read_text()
    except OSError:
        return 0.0
    for line in text.splitlines():
        words = line.split()
        if words[0] == kind:
            return float(words[1].removeprefix("avg10="))
    return 0.0


def instant() -> dict[str, float]:
    """Figures of this moment."""
    load, *_, tasks, _ = (PROC / "loadavg").read_text().split()
    figures = {
        "load average per CPU": float(load) / os.cpu_count(),
        "run queue now": int(tasks.split("/")[0]) - 1,  # we are running, too
    }
    for name in ("cpu", "io", "memory"):
        for kind in ("some", "full"):
            if (name, kind) != ("cpu", "full"):  # has no meaning for a whole host
                figures[f"PSI {name} {kind}"] = pressure(name, kind)
    figures["largest PSI figure"] = max(v for k, v in figures.items() if k.startswith("PSI"))
    return figures


def between(before: Counters, after: Counters) -> dict[str, float]:
    """Figures of an interval, in percent."""
    ticks = max(1, after.all_ticks - before.all_ticks)
    cpu = 100 * (1 - (after.idle_ticks - before.idle_ticks) / ticks)
    disk = min(100.0, (after.disk_ms - before.disk_ms) / (after.at - before.at) / 10)
    meminfo = dict(
        line.split(":", 1) for line in (PROC / "meminfo").read_text().splitlines() if ":" in line
    )
    memory = 100 * (1 - int(meminfo["MemAvailable"].split()[0]) / int(meminfo["MemTotal"].split()[0]))
    mix = MIX["cpu"] * cpu + MIX["memory"] * memory + MIX["disk"] * disk
    return {"CPU busy %": cpu, "weighted CPU, memory, disk": mix}
