// SPDX-License-Identifier: Apache-2.0
// Finds the host's containers below ROOT/sys/fs/cgroup and reads their files: the rim of
// containers/. Needs no container runtime, no socket of one and no privilege.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "serverscore/capture/cgroup.h"
#include "serverscore/containers/name.h"

namespace serverscore {

// How many of a container's threads were doing what at one instant, serverscore itself left out.
struct Threads {
  double running = 0;  // ran, or waited for a CPU or for the next period of a quota
  double blocked = 0;  // waited for I/O
};

// What changes from one instant to the next.
struct ContainerLook {
  double at_s = 0;  // of a clock that only goes forward
  Text cpu_stat;    // cpu.stat; of version 1 also "usage_ns" and cpuacct.usage
  std::optional<Threads> threads;
};

struct Container {
  ContainerName name;
  CgroupFiles files;                 // cpu_stat is in the looks
  CgroupFiles group;                 // the limits of its ECS task or pod; nothing outside of those
  std::vector<ContainerLook> looks;  // one or more, the earliest first
};

// Sorted by path. Looks into at most 4096 cgroups of each hierarchy, 8 deep, and keeps at most 1024
// containers. Version 1, version 2 and hosts with both (the limits from the one, the pressure from
// the other) are read alike. Never fails.
std::vector<Container> find_containers(const std::string& root);

// One more look, to be taken a period of the CPU quotas later, which is 100 ms nearly everywhere.
// A look costs about 8 us of CPU for each thread; of more than 256 in a container, or 4096 on the
// host, an even selection is looked at.
void look_again(const std::string& root, std::vector<Container>& containers);

}  // namespace serverscore
