// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/incident.h"

#include <fmt/format.h>

#include "livesonic/base/text.h"

namespace livesonic {

std::string_view to_string(DeliveryKind kind) {
  return kind == DeliveryKind::kOpening ? "opening" : "closing";
}

Result<DeliveryKind> parse_delivery_kind(std::string_view text) {
  if (text == "opening") return DeliveryKind::kOpening;
  if (text == "closing") return DeliveryKind::kClosing;
  return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is no kind of message", printable(text)));
}

}  // namespace livesonic
