// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/batch_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace livesonic::remote {
namespace {

// "SECRET 12 255\n": what follows the secret, at most.
constexpr std::size_t kLongestTail = 16;
// More than anyone configures, and little enough for a shell to read byte by byte.
constexpr std::size_t kLongestCommand = 16'384;

// Reads " 12" at the beginning of `text`, and takes it off.
std::optional<std::size_t> take_number(std::string_view& text) {
  if (!text.starts_with(' ')) return std::nullopt;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

const char* const kBatchLine = R"(while IFS= read -r _l_; do eval "$_l_"; done)";

bool fits_batch(std::string_view command) {
  if (command.size() > kLongestCommand) return false;
  return std::none_of(command.begin(), command.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
  });
}

std::string batch_opening(const std::string& secret) {
  // A subshell keeps what a command does to its shell (exit, cd, variables, traps) from the others.
  // The space keeps eval from taking a command for an option.
  return fmt::format(
      "_n_={};_r_(){{ (_c_=$2;shift 2;eval \" $_c_\")</dev/null;echo \"$_n_ $1 $?\";"
      "echo \"$_n_ $1\">&2;}};echo \"$_n_ 0 0\";echo \"$_n_ 0\">&2\n",
      secret);
}

std::string batch_request(std::size_t number, std::string_view command) {
  std::string line = fmt::format("_r_ {} '", number);
  for (const char c : command) {
    if (c == '\'') {
      line += R"('\'')";
    } else {
      line += c;
    }
  }
  return line += "'\n";
}

void MarkedText::hear(std::string_view bytes) {
  held_.erase(0, taken_);
  taken_ = 0;
  held_ += bytes;
}

std::optional<MarkedText::Piece> MarkedText::next() {
  const std::string_view text = std::string_view(held_).substr(taken_);
  if (text.empty()) return std::nullopt;
  const std::size_t found = text.find(secret_);
  if (found == std::string_view::npos) {
    // The beginning of the secret may be at the end.
    const std::size_t keep = std::min(text.size(), secret_.size() - 1);
    if (keep == text.size()) return std::nullopt;
    taken_ += text.size() - keep;
    return Piece{text.substr(0, text.size() - keep)};
  }
  std::string_view tail = text.substr(found + secret_.size());
  const std::size_t line = tail.find('\n');
  if (line == std::string_view::npos && tail.size() < kLongestTail) {
    if (found == 0) return std::nullopt;
    taken_ += found;
    return Piece{text.substr(0, found)};
  }
  tail = tail.substr(0, line);
  const auto number = take_number(tail);
  const auto status = has_status_ ? take_number(tail) : std::size_t{0};
  if (line == std::string_view::npos || !number || !status || *status > 255 || !tail.empty() ||
      *number != next_number_) {
    // No mark of ours: text like any other.
    const std::size_t end = found + secret_.size();
    taken_ += end;
    return Piece{text.substr(0, end)};
  }
  taken_ += found + secret_.size() + line + 1;
  ++next_number_;
  return Piece{text.substr(0, found), true, static_cast<int>(*status)};
}

std::string_view MarkedText::rest() {
  const std::string_view text = std::string_view(held_).substr(taken_);
  taken_ = held_.size();
  return text;
}

}  // namespace livesonic::remote
