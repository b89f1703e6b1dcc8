// SPDX-License-Identifier: Apache-2.0
// Looks at the host again and again, cheaply: what changes quickly is read through files that stay
// open; the rest is read anew every few seconds. Like capture(), it judges nothing. For one thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "serverscore/capture/capture.h"
#include "serverscore/capture/files.h"

namespace serverscore {

class Watch {
 public:
  // Keeps the last `instants` looks at the run queue, at least one.
  Watch(std::string root, std::size_t instants);

  // The first look, as a single run takes it: takes `plan.span` of time.
  const Capture& first(const CapturePlan& plan);

  // Looks at the run queue only.
  void sample();
  // Looks at the rest. The readings of stat are this look's and the one's before. All files are
  // read anew every ten seconds, or every two when those that stay open aren't what matters: inside
  // a container it is its cgroup, whose pressure the kernel reckons every two seconds.
  const Capture& look(bool contained);

 private:
  void read_all();

  std::string root_;
  std::size_t instants_;
  KeptFile stat_;
  KeptFile diskstats_;
  KeptFile loadavg_;
  KeptFile meminfo_;
  KeptFile cpu_pressure_;
  KeptFile io_pressure_;
  KeptFile memory_pressure_;
  Capture seen_;
  double all_read_s_ = 0;  // when read_all() was last called, since boot
};

}  // namespace serverscore
