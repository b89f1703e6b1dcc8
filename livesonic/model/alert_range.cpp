// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/alert_range.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "livesonic/base/text.h"

namespace livesonic {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

tl::unexpected<Error> no_range(std::string_view text, std::string_view why) {
  return fail(ErrorKind::kInvalidInput,
              fmt::format("'{}' is no range: {}; write 10 (alert outside of 0 to 10), 10: (below "
                          "10), ~:10 (above 10), 10:20 (outside) or @10:20 (inside)",
                          printable(shorten(text, 40)), why));
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('+') || text.empty()) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

Result<AlertRange> parse_alert_range(std::string_view text) {
  const std::string_view whole = text;
  AlertRange range;
  if (text.starts_with('@')) {
    range.inside = true;
    text.remove_prefix(1);
  }
  if (text.empty()) return no_range(whole, "it has no number");
  const std::size_t colon = text.find(':');
  const std::string_view low = colon == std::string_view::npos ? "" : text.substr(0, colon);
  const std::string_view high = colon == std::string_view::npos ? text : text.substr(colon + 1);
  if (low == "~") {
    range.low = -kInfinity;
  } else if (!low.empty()) {
    const auto number = parse_number(low);
    if (!number) return no_range(whole, "what it begins with is no number");
    range.low = *number;
  }
  if (!high.empty()) {
    const auto number = parse_number(high);
    if (!number) return no_range(whole, "what it ends with is no number");
    range.high = *number;
  } else if (low.empty()) {
    return no_range(whole, "it has no number");
  }
  if (range.low > range.high) return no_range(whole, "it ends before it begins");
  return range;
}

}  // namespace livesonic
