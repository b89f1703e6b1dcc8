// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>

#include "livesonic/base/text.h"
#include "livesonic/config/sections.h"

namespace livesonic::config {
namespace {

bool is_address(const std::string& host) {
  in_addr four{};
  in6_addr six{};
  return inet_pton(AF_INET, host.c_str(), &four) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &six) == 1;
}

bool is_loopback(const std::string& host) {
  in_addr four{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24U == 127;
  in6_addr six{};
  return inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

}  // namespace

void read_listen(MapReader& top, Listen& listen, Reading&) {
  const auto given = top.text("listen");
  if (!given) return;
  const std::string_view text = given->text;
  const std::size_t colon = text.rfind(':');
  const std::string_view digits =
      colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  std::string host(text.substr(0, colon));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() ||
      !(is_address(host) || host.empty() || host == "*")) {
    top.mistake(given->at, "listen",
                fmt::format("must be an address and a port such as 127.0.0.1:8460 or [::1]:8460, "
                            "not '{}'",
                            printable(shorten(text, 64))));
  } else if (!is_loopback(host)) {
    top.mistake(given->at, "listen",
                fmt::format("must be a loopback address: there is no sign-in yet, so anyone who "
                            "reaches {} could change what is watched; use 127.0.0.1:{} and, from "
                            "elsewhere, an SSH tunnel",
                            printable(shorten(text, 64)), port));
  } else {
    listen = {host, port};
  }
}

}  // namespace livesonic::config
