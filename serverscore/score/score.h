// SPDX-License-Identifier: Apache-2.0
// From what is known about the host to the number. Pure functions; docs/score.md derives them.
#pragma once

#include <vector>

#include "serverscore/score/dangers.h"
#include "serverscore/score/inputs.h"

namespace serverscore {

// One resource by itself: how much slower a typical request gets for want of it.
struct Part {
  double slowdown = 1;     // 1 (as on the idle host) to 100
  int score = 100;         // 100 / slowdown, 1..100
  bool known = false;      // whether any input spoke about it; if not, it is left out of the score
  bool estimated = false;  // without the kernel's pressure stall information
};

struct Verdict {
  int score = 100;      // 1..100
  double slowdown = 1;  // by all parts together, 1 or more; dangers not counted
  Part cpu;
  Part io;
  Part memory;
  std::vector<Danger> dangers;
};

Verdict judge(const Inputs& inputs);

Part judge_cpu(const Inputs& inputs);
Part judge_io(const Inputs& inputs);
Part judge_memory(const Inputs& inputs);

}  // namespace serverscore
