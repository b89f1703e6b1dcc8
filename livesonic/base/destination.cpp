// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/destination.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "livesonic/base/text.h"

namespace livesonic {
namespace {

constexpr std::size_t kMostHops = 8;
constexpr std::size_t kLongestHost = 255;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_host(std::string_view host, bool in_brackets) {
  const std::string_view others = in_brackets ? "._-:%" : "._-";
  return !host.empty() && host.size() <= kLongestHost && host.front() != '-' &&
         std::all_of(host.begin(), host.end(), [&](char c) {
           return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
         });
}

Result<Destination> parse_one(std::string_view text) {
  const auto unfit = [&](const char* why) {
    return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is no bastion such as user@host:22: {}",
                                                      printable(shorten(text, 64)), why));
  };
  std::string_view rest = text;
  if (rest.starts_with("ssh://")) {
    rest.remove_prefix(6);
    if (rest.ends_with('/')) rest.remove_suffix(1);
  }
  Destination found;
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    found.user = std::string(rest.substr(0, at));
    if (!is_user_name(found.user)) return unfit("the user's name");
    rest.remove_prefix(at + 1);
  }
  std::string_view port;
  bool has_port = false;
  const bool in_brackets = rest.starts_with('[');
  if (in_brackets) {
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos) return unfit("a ']' is missing");
    found.host = std::string(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    has_port = !rest.empty();
    if (has_port && rest.front() != ':') return unfit("after the ']' only a port can follow");
    if (has_port) port = rest.substr(1);
  } else {
    const std::size_t colon = rest.find(':');
    if (colon != rest.rfind(':')) return unfit("an IPv6 address is written in brackets");
    has_port = colon != std::string_view::npos;
    found.host = std::string(rest.substr(0, colon));
    if (has_port) port = rest.substr(colon + 1);
  }
  if (!is_host(found.host, in_brackets)) return unfit("the host's name");
  if (has_port) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), found.port);
    if (error != std::errc{} || end != port.data() + port.size() || found.port == 0) {
      return unfit("the port must be 1 to 65535");
    }
  }
  return found;
}

}  // namespace

bool is_user_name(std::string_view name) {
  return !name.empty() && name.size() <= 256 && name.front() != '-' &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
}

Result<std::vector<Destination>> parse_jump(std::string_view text) {
  std::vector<Destination> hops;
  if (text == "none") return hops;
  for (const std::string_view part : split(text, ',')) {
    auto hop = parse_one(trim(part));
    if (!hop) return fail(hop.error());
    hops.push_back(std::move(*hop));
  }
  if (hops.size() > kMostHops) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{} bastions in a row are more than {}", hops.size(), kMostHops));
  }
  return hops;
}

}  // namespace livesonic
