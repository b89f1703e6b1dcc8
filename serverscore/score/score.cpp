// SPDX-License-Identifier: Apache-2.0
#include "serverscore/score/score.h"

#include <algorithm>

namespace serverscore {

Verdict judge(const Inputs& inputs) {
  Verdict verdict;
  verdict.cpu = judge_cpu(inputs);
  verdict.io = judge_io(inputs);
  verdict.memory = judge_memory(inputs);
  verdict.dangers = find_dangers(inputs);
  // A request computes, or waits: the delays of each add up.
  for (const Part* part : {&verdict.cpu, &verdict.io, &verdict.memory}) {
    verdict.slowdown += part->slowdown - 1;
  }
  verdict.score = to_score(verdict.slowdown);
  for (const Danger& danger : verdict.dangers) verdict.score = std::min(verdict.score, danger.cap);
  return verdict;
}

}  // namespace serverscore
