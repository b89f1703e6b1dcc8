// SPDX-License-Identifier: Apache-2.0
// From what is known about the host to the number. Pure functions; docs/score.md derives them, and
// tells how well they hold.
#pragma once

#include <vector>

#include "serverscore/score/dangers.h"
#include "serverscore/score/inputs.h"
#include "serverscore/score/part.h"

namespace serverscore {

struct Verdict {
  int score = 100;      // 1..100
  double slowdown = 1;  // by all parts together, 1 or more; dangers not counted
  Part cpu;
  Part io;
  Part memory;
  std::vector<Danger> dangers;
};

Verdict judge(const Inputs& inputs);

}  // namespace serverscore
