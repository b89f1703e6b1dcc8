// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/incident.h"

#include <fmt/format.h>

#include "livesonic/base/text.h"

namespace livesonic {

std::string_view to_string(DeliveryKind kind) {
  switch (kind) {
    case DeliveryKind::kOpening:
      return "opening";
    case DeliveryKind::kUpdate:
      return "update";
    case DeliveryKind::kClosing:
      return "closing";
    case DeliveryKind::kReport:
      return "report";
  }
  return "opening";
}

Result<DeliveryKind> parse_delivery_kind(std::string_view text) {
  if (text == "opening") return DeliveryKind::kOpening;
  if (text == "update") return DeliveryKind::kUpdate;
  if (text == "closing") return DeliveryKind::kClosing;
  if (text == "report") return DeliveryKind::kReport;
  return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is no kind of message", printable(text)));
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kCritical:
      return "critical";
  }
  return "warning";
}

Result<Severity> parse_severity(std::string_view text) {
  if (text == "info") return Severity::kInfo;
  if (text == "warning") return Severity::kWarning;
  if (text == "critical") return Severity::kCritical;
  return fail(ErrorKind::kInvalidInput,
              fmt::format("'{}' is no severity: there are info, warning and critical",
                          printable(shorten(text, 80))));
}

}  // namespace livesonic
