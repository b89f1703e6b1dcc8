// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "livesonic/monitoring/expectations.h"
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
  monitoring::judge_check(instance, service, result, Time{});
  service.expect.regex = "^a+b*$";
  service.expect.json = JsonExpectation{"/a/0/b", "1"};
  service.forbid.json = JsonExpectation{"", std::nullopt, "1:2"};
  service.thresholds = {"", "1", "2"};
  service.plugin = true;
  const CheckReading reading = monitoring::judge_check(instance, service, result, Time{});
  if ((reading.status == CheckStatus::kOk) != (reading.outcome == Outcome::kOk)) __builtin_trap();
  // A pointer that is not one, as check_json_pointer would have said.
  (void)monitoring::json_value(result.out, "/" + result.out);
  return 0;
}
