// SPDX-License-Identifier: Apache-2.0
// Who may connect when: so many hosts at a time, so few through one address that no sshd begins to
// drop logins (MaxStartups), and one that failed not again at once. Pure: time and randomness are
// passed in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "livesonic/base/clock.h"
#include "livesonic/remote/event_loop.h"

namespace livesonic::remote {

// How long after the beginning of its last attempt a host may be tried again that failed so many
// times in a row: from half a second on twice as long each time, up to five seconds, a quarter more
// or less so that hosts that failed together don't come back together. `random` is any number.
Duration backoff(int failures, std::uint64_t random);

// Not thread-safe. Each host is in it once at most.
class ConnectLine {
 public:
  // `way`: what is connected to first, an address with its port. OpenSSH drops logins at random
  // from the tenth on that isn't through (MaxStartups 10:30:100).
  explicit ConnectLine(std::size_t most, std::size_t most_per_way = 8)
      : most_(most), most_per_way_(most_per_way) {}

  void ask(const std::string& id, const std::string& way, SteadyTime now, std::uint64_t random);
  // The next one whose turn it is, who has it from now on until end().
  std::optional<std::string> next(SteadyTime now);
  // When there may be a next one although nobody's turn ends; nullopt when that is not a matter of
  // time.
  [[nodiscard]] std::optional<SteadyTime> due() const;

  enum class Outcome { kReached, kFailed, kLeft };
  void end(const std::string& id, Outcome outcome);
  // Its failures are nobody's business any more.
  void forget(const std::string& id) { troubles_.erase(id); }
  void clear();

 private:
  struct Entry {
    std::string id;
    std::string way;
    bool failed_before = false;
    SteadyTime began{};
  };
  struct Way {
    std::size_t connecting = 0;
    std::deque<Entry> blocked;  // because there are too many
  };
  struct Trouble {
    int failures = 0;
    SteadyTime last_attempt{};
  };

  void queue(Entry entry);
  std::optional<Entry> take(std::deque<Entry>& line);

  const std::size_t most_;
  const std::size_t most_per_way_;
  std::multimap<SteadyTime, Entry> held_;  // not before then
  // Hosts that failed last have at most half of the turns: they take the longest.
  std::deque<Entry> well_;
  std::deque<Entry> ill_;
  std::unordered_map<std::string, Way> ways_;
  std::unordered_map<std::string, Entry> connecting_;
  std::size_t ill_connecting_ = 0;
  std::unordered_map<std::string, Trouble> troubles_;
};

}  // namespace livesonic::remote
