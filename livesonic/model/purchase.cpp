// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/purchase.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "livesonic/base/text.h"

namespace livesonic {
namespace {

constexpr double kDearest = 1'000'000;  // USD an hour

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

}  // namespace

std::string to_string(const Purchase& purchase) {
  std::string text =
      fmt::format("{}:{}:{}", to_string(purchase.lifecycle), purchase.type, purchase.zone);
  if (purchase.max_price) text += fmt::format("@{}", *purchase.max_price);
  return text;
}

bool is_protected(const std::map<std::string, std::string>& tags) {
  const auto tag = tags.find(kProtectTag);
  return tag != tags.end() && tag->second != "false";
}

Result<Purchase> parse_purchase(std::string_view text) {
  const auto wrong = [&] {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("'{}' is nothing to launch: it takes MARKET:TYPE:ZONE, such as "
                            "spot:c6i.large:ap-northeast-1a or on-demand:m6i.large:us-east-1b, and "
                            "for spot a cap in USD an hour may follow: @0.04",
                            printable(shorten(text, 80))));
  };
  Purchase purchase;
  std::string_view what = text;
  if (const std::size_t at = what.find('@'); at != std::string_view::npos) {
    const std::string_view digits = what.substr(at + 1);
    double price = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), price);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    if (!whole || !(price > 0 && price < kDearest)) return wrong();
    purchase.max_price = price;
    what = what.substr(0, at);
  }
  const auto parts = split(what, ':');
  if (parts.size() != 3 || !is_word(parts[1]) || !is_word(parts[2])) return wrong();
  if (parts[1].find('.') == std::string_view::npos) return wrong();
  if (parts[0] == "spot") {
    purchase.lifecycle = Lifecycle::kSpot;
  } else if (parts[0] != "on-demand" || purchase.max_price) {
    return wrong();
  }
  purchase.type = parts[1];
  purchase.zone = parts[2];
  return purchase;
}

}  // namespace livesonic
