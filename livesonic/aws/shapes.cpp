// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/shapes.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>

namespace livesonic::aws {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_instance_id(std::string_view text) {
  if (!text.starts_with("i-")) return false;
  const std::string_view digits = text.substr(2);
  return digits.size() >= 8 && digits.size() <= 17 && std::ranges::all_of(digits, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 && text.front() != '-' && text.front() != '.' &&
         std::ranges::all_of(
             text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_ip_address(std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  const std::string terminated(text);
  return text.find('\0') == std::string_view::npos &&
         (inet_pton(AF_INET, terminated.c_str(), address.data()) == 1 ||
          inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1);
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_arn(std::string_view text) {
  return text.starts_with("arn:") && text.size() <= 2048 &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace livesonic::aws
