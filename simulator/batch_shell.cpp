// SPDX-License-Identifier: Apache-2.0
#include "simulator/batch_shell.h"

#include <utility>
#include <vector>

#include "simulator/commands.h"

namespace livesonic::simulator {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 20;
constexpr std::size_t kMostRequests = 1'000;

}  // namespace

bool BatchShell::is_begun_by(std::string_view line) {
  return line.starts_with("while IFS= read -r ");
}

void BatchShell::hear(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (line_.size() < kLongestLine) line_ += bytes.substr(0, end);
    if (end == std::string_view::npos) return;
    take(std::exchange(line_, {}));
    bytes.remove_prefix(end + 1);
  }
}

void BatchShell::take(std::string_view line) {
  if (requests_.size() >= kMostRequests) return;
  constexpr std::string_view kSecret = "_n_=";
  if (line.starts_with(kSecret)) {
    secret_ = line.substr(kSecret.size(), line.find(';') - kSecret.size());
    requests_.push_back({"", secret_ + " 0"});
    return;
  }
  std::vector<std::string> words = shell_words(line);
  if (words.size() != 3 || words[0] != "_r_" || secret_.empty()) return;
  requests_.push_back({std::move(words[2]), secret_ + " " + words[1]});
}

std::optional<BatchShell::Request> BatchShell::next() {
  if (requests_.empty()) return std::nullopt;
  Request request = std::move(requests_.front());
  requests_.pop_front();
  return request;
}

}  // namespace livesonic::simulator
