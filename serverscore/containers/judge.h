// SPDX-License-Identifier: Apache-2.0
// From the files of containers to a score for each, by the same judgement as for hosts, so that the
// number means the same: the speed, in percent, at which a typical request is served in the
// container compared with the same container idle on an idle host. Pure.
#pragma once

#include <optional>
#include <vector>

#include "serverscore/containers/find.h"
#include "serverscore/score/score.h"

namespace serverscore {

// What is known about a container beyond its inputs.
struct ContainerUse {
  std::vector<double> run_queue;   // threads that ran or wanted a CPU, at each look
  double cpu_limit = 0;            // CPUs it may use at once, at most the host's; 0: unknown
  std::optional<double> cpu_used;  // CPUs it used between its looks
  // Share of the quota's periods between its looks in which it was stopped, 0..1.
  std::optional<double> throttled;
  std::optional<double> oom_kills;  // of its processes, since it was made
};

struct ContainerScore {
  ContainerName name;
  ContainerUse use;
  Inputs inputs;
  Verdict verdict;
};

// The container as a host of its own: its pressure, its threads as the run queue, what it can get
// of the CPUs as its CPUs, its memory limit (or that of its task or pod, whichever leaves less)
// as the memory. What it has no limit of is the host's.
ContainerScore score_container(const Container& container, const Inputs& host);

// The lowest score first; of equal ones by path.
std::vector<ContainerScore> score_containers(const std::vector<Container>& containers,
                                             const Inputs& host);

}  // namespace serverscore
