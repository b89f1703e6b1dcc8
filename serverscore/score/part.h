// SPDX-License-Identifier: Apache-2.0
// What each resource by itself does to a typical request: one that computes for some milliseconds,
// touches some memory, and writes durably once, about 5 ms in all on the idle host. Pure functions.
#pragma once

#include "serverscore/score/inputs.h"

namespace serverscore {

// One resource by itself: how much slower a typical request gets for want of it.
struct Part {
  double slowdown = 1;     // 1 (as on the idle host) to 100
  int score = 100;         // 100 / slowdown, 1..100
  bool known = false;      // whether any input spoke about it; if not, it is left out of the score
  bool estimated = false;  // without the kernel's pressure stall information
};

Part judge_cpu(const Inputs& inputs);
Part judge_io(const Inputs& inputs);
Part judge_memory(const Inputs& inputs);

// `slowdown` is brought within its bounds.
Part make_part(double slowdown, bool estimated);

// What counts of a slowdown that is a share of time lost: 1 / (1 - lost).
double slowdown_of_loss(double lost);

// 100 / slowdown, rounded, 1..100.
int to_score(double slowdown);

// The figures of the interval since an earlier look, where it is short enough to be about now.
const Since* recent(const Inputs& inputs);

}  // namespace serverscore
