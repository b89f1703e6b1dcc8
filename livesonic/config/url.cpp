// SPDX-License-Identifier: Apache-2.0
#include "livesonic/config/url.h"

#include <algorithm>
#include <charconv>

namespace livesonic::config {
namespace {

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool is_host(std::string_view host) {
  if (host.starts_with('[')) return host.size() > 3 && host.ends_with(']');
  return !host.empty() && host.size() <= 253 && host.front() != '.' && host.front() != '-' &&
         host.find_first_of(":[]\\\"<>^`{|}") == std::string_view::npos;
}

}  // namespace

Result<void> check_url(std::string_view url) {
  const auto refused = [](const char* why) { return fail(ErrorKind::kInvalidInput, why); };
  if (url.size() > 4096) return refused("is longer than 4096 bytes");
  if (std::any_of(url.begin(), url.end(),
                  [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; })) {
    return refused("has white space or a control character in it");
  }
  const std::size_t scheme_end = url.find("://");
  const std::string_view scheme = url.substr(0, scheme_end);
  if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https")) {
    return refused("must begin with https:// or http://");
  }
  std::string_view rest = url.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    rest.remove_prefix(at + 1);
  }
  const std::size_t bracket = rest.rfind(']');
  const std::size_t colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (!is_host(rest.substr(0, colon))) return refused("has no host after ://");
  if (colon != std::string_view::npos && !is_port(rest.substr(colon + 1))) {
    return refused("has a port that is not from 1 to 65535");
  }
  return {};
}

}  // namespace livesonic::config
