// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/count.h"

namespace livesonic::alerting {
namespace {

bool long_enough(const Lasting& lasting, int polls, Time since, const Counting& counting) {
  const Duration passed = counting.at - since;
  if (passed < lasting.duration) return false;
  return polls >= lasting.polls ||
         (counting.partial && passed >= counting.interval * (lasting.polls - 1));
}

}  // namespace

std::optional<Condition> count(Condition condition, const Observation& seen,
                               const Counting& counting) {
  const bool in_row = condition.bad_polls > 0;
  switch (seen.seen) {
    case Seen::kNothing:
      if (!in_row && !condition.firing) return std::nullopt;
      return condition;
    case Seen::kBad:
      if (!in_row && !condition.firing) condition.since = counting.at;
      if (!in_row || !counting.partial) ++condition.bad_polls;
      condition.good_polls = 0;
      condition.good_since.reset();
      condition.detail = seen.detail;
      if (!condition.firing && counting.may_fire) {
        condition.firing =
            long_enough(seen.rule->bad, condition.bad_polls, condition.since, counting);
      }
      return condition;
    case Seen::kBetween:
      if (!condition.firing) return std::nullopt;
      condition.bad_polls = 0;
      condition.good_polls = 0;
      condition.good_since.reset();
      return condition;
    case Seen::kGood:
      if (!condition.firing) return std::nullopt;
      condition.bad_polls = 0;
      if (!condition.good_since) condition.good_since = counting.at;
      if (condition.good_polls == 0 || !counting.partial) ++condition.good_polls;
      if (long_enough(seen.rule->good, condition.good_polls, *condition.good_since, counting)) {
        return std::nullopt;
      }
      return condition;
  }
  return condition;
}

}  // namespace livesonic::alerting
