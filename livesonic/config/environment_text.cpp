// SPDX-License-Identifier: Apache-2.0
#include "livesonic/config/environment_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace livesonic::config {
namespace {

bool is_variable_name(std::string_view name) {
  return !name.empty() && name.size() <= 128 && !(name.front() >= '0' && name.front() <= '9') &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}

std::string in_a_variable(std::string_view name) {
  std::string word(name);
  for (char& c : word) {
    if (c >= 'a' && c <= 'z') {
      c = static_cast<char>(c - 'a' + 'A');
    } else if (c == '-' || c == '.') {
      c = '_';
    }
  }
  return word;
}

}  // namespace

Result<ExpandedText> expand_environment(std::string_view text, const Environment& environment) {
  ExpandedText expanded;
  for (;;) {
    const std::size_t begin = text.find("${");
    expanded.text += text.substr(0, begin);
    if (begin == std::string_view::npos) return expanded;
    text.remove_prefix(begin + 2);
    const std::size_t end = text.find('}');
    const std::string name(text.substr(0, end));
    if (end == std::string_view::npos || !is_variable_name(name)) {
      return fail(ErrorKind::kInvalidInput,
                  "has '${' without the name of an environment variable and '}' after it");
    }
    const auto value = environment(name);
    if (!value || value->empty()) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("asks for the environment variable {}, which is not set", name));
    }
    expanded.text += *value;
    expanded.from_environment = true;
    text.remove_prefix(end + 1);
  }
}

std::string notify_variable(std::string_view channel, std::string_view secret) {
  return "LIVESONIC_NOTIFY_" + in_a_variable(channel) + "_" + std::string(secret);
}

std::string action_url_variable(std::string_view webhook) {
  return "LIVESONIC_ACTION_" + in_a_variable(webhook) + "_URL";
}

}  // namespace livesonic::config
