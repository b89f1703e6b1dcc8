// SPDX-License-Identifier: Apache-2.0
// serverscore on the hosts: what it is called on each of them, and bringing it to those that have
// none, or one older than ours.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/monitoring/binaries.h"
#include "livesonic/remote/remote.h"

namespace livesonic::monitoring {

// Thread-safe. Held by shared pointers, as answers of hosts may come when nobody waits any more;
// what it is given must outlive it.
class ScoreTool : public std::enable_shared_from_this<ScoreTool> {
 public:
  struct Settings {
    std::string command = "serverscore";  // how it is called where it is installed
    Duration timeout = std::chrono::seconds{10};
    bool bring = false;
    std::string bring_to = "~/.cache/livesonic/serverscore";  // see is_plain_path
  };
  ScoreTool(Settings settings, std::vector<std::filesystem::path> folders, remote::Remote& remote,
            const Clock& clock);

  // What to run for the score there. `cloud`: AWS is to be asked there as well, for what it has
  // announced to the host.
  remote::Command score_command(const std::string& host_id, bool cloud) const;
  // It answers there, and nothing else is known of it: the version is to be asked for as well.
  [[nodiscard]] std::optional<remote::Command> version_command(const std::string& host_id) const;

  // What came of it. True when it was asked for the parts of the score and would not tell, and is
  // to be asked again, plainly: an older serverscore, something else under its name, or a gate
  // whose allow-list has only that.
  bool declines(const std::string& host_id, const remote::CommandResult& score);
  // What came of both. True when serverscore had better be brought, and that may be tried now.
  bool lacks(const std::string& host_id, const remote::CommandResult& score,
             const remote::CommandResult* version);
  // Brings it, or says why that is not possible; `done` must not block.
  void bring(remote::Host host, std::function<void(Result<void>)> done);

  // Why it could not be brought; empty when it could, or was not tried.
  [[nodiscard]] std::string trouble(const std::string& host_id) const;

  // The host is not watched any more.
  void forget(const std::string& host_id);

 private:
  enum class Known { kNothing, kAnswers, kTheirs, kOurs };
  struct Entry {
    Known known = Known::kNothing;
    std::optional<Time> retry_at;  // bringing failed
    Time plain_until{};            // it is asked for nothing but the number
    std::string trouble;
  };
  struct Waiting {
    remote::Host host;
    std::function<void(Result<void>)> done;
  };

  void begin(Waiting one);
  void looked(Waiting one, const remote::CommandResult& result);
  void ended(const Waiting& one, Result<void> outcome);

  const Settings settings_;
  Binaries binaries_;
  remote::Remote& remote_;
  const Clock& clock_;

  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::size_t under_way_ = 0;
  std::deque<Waiting> waiting_;
};

}  // namespace livesonic::monitoring
