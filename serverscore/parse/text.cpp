// SPDX-License-Identifier: Apache-2.0
#include "serverscore/parse/text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace serverscore {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

}  // namespace

void note(Notes& notes, std::string_view file, std::string_view what) {
  std::string text;
  text.reserve(file.size() + 2 + what.size());
  text.append(file).append(": ").append(what);
  notes.push_back(std::move(text));
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::string_view take_word(std::string_view& line) {
  // By hand: find_first_of asks memchr about every character, which was a third of a whole run.
  std::size_t begin = 0;
  while (begin < line.size() && is_blank(line[begin])) ++begin;
  std::size_t end = begin;
  while (end < line.size() && !is_blank(line[end])) ++end;
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

std::string_view take_up_to(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view item = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return item;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<double> to_count(std::string_view word, double most) {
  std::uint64_t value = 0;
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  const auto count = static_cast<double>(value);
  if (count > most) return std::nullopt;
  return count;
}

std::optional<double> to_decimal(std::string_view word, double most) {
  const std::size_t point = word.find('.');
  const auto whole = to_count(word.substr(0, point), most);
  if (!whole || point == std::string_view::npos) return whole;
  double value = *whole;
  double scale = 0.1;
  for (const char c : word.substr(point + 1)) {
    if (!is_digit(c)) return std::nullopt;
    value += scale * (c - '0');
    scale /= 10;
  }
  return std::min(value, most);
}

std::string printable(std::string_view text, std::size_t most) {
  std::string shown(text.substr(0, std::min(text.find('\n'), most)));
  for (char& c : shown) {
    if (c < ' ' || c > '~') c = '?';
  }
  return shown;
}

}  // namespace serverscore
