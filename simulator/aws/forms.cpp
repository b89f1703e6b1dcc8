// SPDX-License-Identifier: Apache-2.0
// Parameters as the query protocol sends them: forms, with lists and structures in their names.
#include <charconv>

#include "livesonic/base/text.h"
#include "simulator/aws/protocol.h"

namespace livesonic::simulator {
namespace {

constexpr std::size_t kMostParameters = 20'000;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
               hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

Parameters parse_form(std::string_view text) {
  Parameters parameters;
  for (const std::string_view pair : split(text, '&')) {
    if (pair.empty() || parameters.size() >= kMostParameters) continue;
    const std::size_t equals = pair.find('=');
    parameters[decode(pair.substr(0, equals))] =
        equals == std::string_view::npos ? std::string() : decode(pair.substr(equals + 1));
  }
  return parameters;
}

std::vector<std::string> numbered(const Parameters& parameters, const std::string& prefix) {
  std::map<int, std::string> ordered;
  const std::string start = prefix + ".";
  for (auto at = parameters.lower_bound(start);
       at != parameters.end() && at->first.starts_with(start); ++at) {
    const std::string_view rest = std::string_view(at->first).substr(start.size());
    int index = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), index);
    if (error == std::errc{} && end == rest.data() + rest.size()) ordered[index] = at->second;
  }
  std::vector<std::string> values;
  values.reserve(ordered.size());
  for (auto& [index, value] : ordered) values.push_back(std::move(value));
  return values;
}

std::vector<Parameters> structures(const Parameters& parameters, const std::string& prefix) {
  std::map<int, Parameters> ordered;
  const std::string start = prefix + ".";
  for (auto at = parameters.lower_bound(start);
       at != parameters.end() && at->first.starts_with(start); ++at) {
    const std::string_view rest = std::string_view(at->first).substr(start.size());
    const std::size_t dot = rest.find('.');
    if (dot == std::string_view::npos) continue;
    int index = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + dot, index);
    if (error == std::errc{} && end == rest.data() + dot) {
      ordered[index][std::string(rest.substr(dot + 1))] = at->second;
    }
  }
  std::vector<Parameters> found;
  found.reserve(ordered.size());
  for (auto& [index, structure] : ordered) found.push_back(std::move(structure));
  return found;
}

std::string parameter(const Parameters& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

std::optional<int> number(const Parameters& parameters, const std::string& name, int low, int high,
                          int otherwise) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return otherwise;
  const std::string& text = found->second;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high) {
    return std::nullopt;
  }
  return value;
}

bool fits_pattern(std::string_view text, std::string_view pattern) {
  // On a mismatch, the last * takes one character more: linear in memory, no recursion.
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace livesonic::simulator
