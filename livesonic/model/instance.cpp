// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/instance.h"

#include <fmt/format.h>

#include "livesonic/base/text.h"

namespace livesonic {

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
