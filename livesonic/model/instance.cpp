// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/instance.h"

#include <fmt/format.h>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic {

bool is_in_service(std::string_view balancer_state) {
  return balancer_state == "InService" || balancer_state == "healthy" ||
         balancer_state == "RUNNING" || balancer_state == "running" || balancer_state == "listed";
}

std::string in_words(const Notice& notice) {
  if (!notice.interruption) {
    return fmt::format("rebalance recommendation of {}", to_iso8601(notice.at));
  }
  return fmt::format("spot interruption: {} at {}",
                     notice.action.empty() ? "taken back" : notice.action,
                     to_iso8601(notice.deadline.value_or(notice.at)));
}

std::string_view to_string(Lifecycle lifecycle) {
  switch (lifecycle) {
    case Lifecycle::kOnDemand:
      return "on-demand";
    case Lifecycle::kSpot:
      return "spot";
    case Lifecycle::kScheduled:
      return "scheduled";
  }
  return "?";
}

Result<Lifecycle> parse_lifecycle(std::string_view text) {
  for (const Lifecycle lifecycle :
       {Lifecycle::kOnDemand, Lifecycle::kSpot, Lifecycle::kScheduled}) {
    if (text == to_string(lifecycle)) return lifecycle;
  }
  return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is no lifecycle", printable(text)));
}

}  // namespace livesonic
