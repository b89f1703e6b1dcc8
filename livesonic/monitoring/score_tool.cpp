// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/score_tool.h"

#include <utility>

#include "livesonic/base/log.h"
#include "livesonic/monitoring/bringing.h"
#include "livesonic/monitoring/score_line.h"

namespace livesonic::monitoring {
namespace {

// Each holds what a host's window takes in memory, and the monitor's uplink is shared by all.
constexpr std::size_t kAtOnce = 16;
// A full disk or a home that can't be written to is seldom cured within minutes.
constexpr Duration kRetry = std::chrono::minutes{10};
// It may be replaced by a newer one meanwhile.
constexpr Duration kPlain = std::chrono::hours{1};
constexpr int kCommandNotFound = 127;
constexpr int kCannotExecute = 126;  // of another machine's kind, or on a noexec file system

}  // namespace

ScoreTool::ScoreTool(Settings settings, std::vector<std::filesystem::path> folders,
                     remote::Remote& remote, const Clock& clock)
    : settings_(std::move(settings)),
      binaries_(std::move(folders)),
      remote_(remote),
      clock_(clock) {}

remote::Command ScoreTool::score_command(const std::string& host_id, bool cloud) const {
  bool ours = false;
  bool plain = false;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = entries_.find(host_id); found != entries_.end()) {
      ours = found->second.known == Known::kOurs;
      plain = found->second.plain_until > clock_.now();
    }
  }
  std::string line = ours ? settings_.bring_to : settings_.command;
  if (!plain) line += cloud ? " --brief --cloud" : " --brief";
  return {std::move(line), settings_.timeout};
}

bool ScoreTool::declines(const std::string& host_id, const remote::CommandResult& score) {
  if (score.end != remote::End::kExited || score.exit_status == kCommandNotFound) return false;
  if (score.exit_status == 0 && parse_score_line(score.out)) return false;
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[host_id];
  const Time now = clock_.now();
  if (entry.plain_until > now) return false;
  entry.plain_until = now + kPlain;
  return true;
}

std::optional<remote::Command> ScoreTool::version_command(const std::string& host_id) const {
  if (!settings_.bring) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(host_id);
  if (found == entries_.end() || found->second.known != Known::kAnswers) return std::nullopt;
  return remote::Command{settings_.command + " --version", settings_.timeout};
}

bool ScoreTool::lacks(const std::string& host_id, const remote::CommandResult& score,
                      const remote::CommandResult* version) {
  if (!settings_.bring || score.end != remote::End::kExited) return false;
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[host_id];
  const bool missing = score.exit_status == kCommandNotFound || score.exit_status == kCannotExecute;
  const bool old =
      version != nullptr && version->exit_status == 0 && is_older(version->out, LIVESONIC_VERSION);
  if (!missing && !old) {
    if (entry.known == Known::kNothing && score.exit_status == 0) entry.known = Known::kAnswers;
    if (version != nullptr) entry.known = Known::kTheirs;
    return false;
  }
  entry.known = missing ? Known::kNothing : Known::kAnswers;
  return !entry.retry_at || *entry.retry_at <= clock_.now();
}

void ScoreTool::bring(remote::Host host, std::function<void(Result<void>)> done) {
  Waiting one{std::move(host), std::move(done)};
  {
    const std::lock_guard lock(mutex_);
    if (under_way_ >= kAtOnce) {
      waiting_.push_back(std::move(one));
      return;
    }
    ++under_way_;
  }
  begin(std::move(one));
}

void ScoreTool::begin(Waiting one) {
  remote::Host host = one.host;
  remote_.run(std::move(host), {look_command(settings_.bring_to)},
              [self = shared_from_this(),
               one = std::move(one)](const std::vector<remote::CommandResult>& results) {
                self->looked(one, results.front());
              });
}

void ScoreTool::looked(Waiting one, const remote::CommandResult& result) {
  const auto look = read_look(result);
  if (!look) {
    ended(one, fail(look.error()));
    return;
  }
  const auto binary = binaries_.find(look->machine);
  if (!binary) {
    ended(one, fail(binary.error()));
    return;
  }
  if (binary->sha256 == look->sha256) {
    ended(one, {});
    return;
  }
  remote::Host host = one.host;
  remote_.run(std::move(host), {copy_command(settings_.bring_to, binary->sha256, binary->bytes)},
              [self = shared_from_this(),
               one = std::move(one)](const std::vector<remote::CommandResult>& results) {
                const auto copied = read_copy(results.front());
                if (copied) log::info("{}: serverscore was brought there", one.host.id);
                self->ended(one, copied);
              });
}

void ScoreTool::ended(const Waiting& one, Result<void> outcome) {
  std::optional<Waiting> next;
  {
    const std::lock_guard lock(mutex_);
    // It may have been forgotten meanwhile.
    if (const auto found = entries_.find(one.host.id); found != entries_.end()) {
      Entry& entry = found->second;
      if (outcome) entry.known = Known::kOurs;
      if (outcome) entry.plain_until = {};
      entry.retry_at = outcome ? std::nullopt : std::optional(clock_.now() + kRetry);
      entry.trouble = outcome ? "" : outcome.error().message;
    }
    if (waiting_.empty()) {
      --under_way_;
    } else {
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
  }
  one.done(std::move(outcome));
  if (next) begin(std::move(*next));
}

std::string ScoreTool::trouble(const std::string& host_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(host_id);
  return found == entries_.end() ? "" : found->second.trouble;
}

void ScoreTool::forget(const std::string& host_id) {
  const std::lock_guard lock(mutex_);
  entries_.erase(host_id);
}

}  // namespace livesonic::monitoring
