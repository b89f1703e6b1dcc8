# SPDX-License-Identifier: Apache-2.0
"""The ways in which the host is loaded: what stress-ng (Debian 12's) is told to do.

`{n}` stands for so many times the number of CPUs: `--cpu {2}` are four workers on two CPUs. Every
second scenario of each kind is held out: the formula was made without looking at it.
"""
import dataclasses
import re


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    kind: str
    stress: str  # arguments of stress-ng; empty: the host is left alone
    memory_limit_mib: int = 0  # runs in a memory cgroup of this size; 0: in none
    nice: int = 0
    cpu_limit: float = 0  # runs in a CPU cgroup with a quota of so many CPUs; 0: in none
    held_out: bool = False
    quick: bool = False  # belongs to the short run

    def arguments(self, cpus: int) -> list[str]:
        """What to call stress-ng with on a host of so many CPUs."""

        def workers(found: re.Match) -> str:
            return str(max(1, round(float(found.group(1)) * cpus)))

        return re.sub(r"\{([0-9.]+)\}", workers, self.stress).split()


# name, stress-ng's arguments, and how it is held back where it is
KINDS = {
    "idle": [
        ("idle", ""),
        ("idle-again", ""),
    ],
    # below, at and above capacity
    "cpu": [
        ("cpu-quarter", "--cpu {1} --cpu-load 25"),
        ("cpu-half", "--cpu {1} --cpu-load 50"),
        ("cpu-one-of-two", "--cpu {0.5}"),
        ("cpu-80-percent", "--cpu {1} --cpu-load 80"),
        ("cpu-full", "--cpu {1}"),
        ("cpu-full-matrix", "--matrix {1}"),
        ("cpu-1.5", "--cpu {1.5}"),
        ("cpu-1.5-matrix", "--matrix {1.5}"),
        ("cpu-2", "--cpu {2}"),
        ("cpu-2.5", "--cpu {2.5}"),
        ("cpu-3", "--cpu {3}"),
        ("cpu-4-matrix", "--matrix {4}"),
        ("cpu-4", "--cpu {4}"),
        ("cpu-6", "--cpu {6}"),
        ("cpu-8", "--cpu {8}"),
        ("cpu-12", "--cpu {12}"),
        ("cpu-many-at-40", "--cpu {4} --cpu-load 40"),
        ("cpu-many-at-20", "--cpu {4} --cpu-load 20"),
        ("cpu-nice-19", "--cpu {2}", {"nice": 19}),
        ("cpu-nice-10", "--cpu {2}", {"nice": 10}),
        ("cpu-throttled", "--cpu {2}", {"cpu_limit": 0.5}),
        ("cpu-throttled-2", "--matrix {4}", {"cpu_limit": 1}),
    ],
    "switch": [
        ("switch", "--switch {0.5}"),
        ("switch-2", "--switch {2}"),
        ("pipe", "--pipe {1}"),
        ("futex", "--futex {1}"),
        ("yield", "--yield {1}"),
        ("mq", "--mq {1}"),
    ],
    "fork": [
        ("fork", "--fork {0.5}"),
        ("fork-2", "--fork {2}"),
        ("vfork", "--vfork {1}"),
        ("pthread", "--pthread {1} --pthread-max 16"),
        ("fork-burst", "--fork {1} --fork-max 4"),
        ("clone", "--clone {1} --clone-max 8"),
    ],
    "sockets": [
        ("sock", "--sock {0.5}"),
        ("sock-2", "--sock {2}"),
        ("udp", "--udp {1}"),
        ("epoll", "--epoll {1}"),
        ("sockpair", "--sockpair {1}"),
        ("sockmany", "--sockmany {0.5}"),
    ],
    "disk": [
        ("hdd-buffered", "--hdd {0.5} --hdd-bytes 256M"),
        ("hdd-sync", "--hdd {0.5} --hdd-bytes 64M --hdd-opts fsync --hdd-write-size 64K"),
        ("hdd-2", "--hdd {2} --hdd-bytes 128M"),
        ("hdd-dsync", "--hdd {1} --hdd-bytes 64M --hdd-opts dsync --hdd-write-size 16K"),
        ("iomix", "--iomix {0.5} --iomix-bytes 128M"),
        ("iomix-2", "--iomix {2} --iomix-bytes 128M"),
        ("io-sync", "--io {1}"),
        ("sync-file", "--sync-file {1} --sync-file-bytes 64M"),
        ("hdd-direct-read", "--hdd {1} --hdd-bytes 256M --hdd-opts direct,rd-rnd"),
        ("fallocate", "--fallocate {1} --fallocate-bytes 128M"),
        ("dir", "--dir {1} --dir-dirs 1024"),
        ("rename", "--rename {1}"),
    ],
    "memory": [
        ("vm", "--vm {0.5} --vm-bytes 1G"),
        ("vm-2", "--vm {2} --vm-bytes 2G"),
        ("page-faults", "--fault {1}"),
        ("mmap", "--mmap {1} --mmap-bytes 256M"),
        ("stream", "--stream {0.5}"),
        ("stream-full", "--stream {1}"),
        ("vm-limited", "--vm {1} --vm-bytes 400M --vm-keep", {"memory_limit_mib": 256}),
        ("hdd-limited", "--hdd {1} --hdd-bytes 256M", {"memory_limit_mib": 64}),
        ("iomix-limited", "--iomix {1} --iomix-bytes 256M", {"memory_limit_mib": 48}),
        ("readahead-limited", "--readahead {1} --readahead-bytes 256M", {"memory_limit_mib": 48}),
    ],
    "mixture": [
        ("cpu-and-hdd", "--cpu {1} --hdd {0.5} --hdd-bytes 128M"),
        ("cpu-and-sync", "--cpu {0.5} --hdd {1} --hdd-bytes 64M --hdd-opts fsync"),
        ("cpu-and-vm", "--cpu {1} --vm {1} --vm-bytes 512M"),
        ("sock-and-hdd", "--sock {0.5} --hdd {0.5} --hdd-bytes 128M"),
        ("web-like", "--cpu {1} --cpu-load 40 --sock {0.5} --fork {0.5}"),
        ("batch-like", "--matrix {1} --iomix {0.5} --iomix-bytes 64M --vm {0.5} --vm-bytes 512M"),
        ("crowd", "--cpu {3} --switch {1} --io {0.5}"),
        ("crowd-2", "--cpu {2} --fork {1} --sock {0.5} --hdd {0.5} --hdd-bytes 64M"),
    ],
}


def every() -> list[Scenario]:
    """All of them, each with its place: fitted or held out, in the short run or not."""
    scenarios = []
    for kind, rows in KINDS.items():
        for index, (name, stress, *held_back) in enumerate(rows):
            scenarios.append(
                Scenario(name, kind, stress, held_out=index % 2 == 1, quick=index % 6 in (0, 1),
                         **(held_back[0] if held_back else {}))
            )
    return scenarios
