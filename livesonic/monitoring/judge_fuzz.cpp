// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "livesonic/monitoring/judge.h"

using namespace livesonic;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  remote::CommandResult result;
  result.end = remote::End::kExited;
  result.exit_status = 0;
  result.out.assign(reinterpret_cast<const char*>(data), size);
  result.err = result.out;
  const Instance instance;
  const ScoreReading score = monitoring::judge_score(instance, result, Time{});
  if (score.score && (*score.score < 1 || *score.score > 100)) __builtin_trap();
  Service service;
  service.expect.regex = "^a+b*$";
  monitoring::judge_check(instance, service, result, Time{});
  return 0;
}
