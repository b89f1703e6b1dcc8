// SPDX-License-Identifier: Apache-2.0
// What EC2 says of all instances of one account and region that any cluster has, kept together so
// that one call asks for a thousand of them, of whatever cluster.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/aws/ec2.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::discovery {

// Thread-safe. One reader asks EC2 at a time, the others wait and mostly find what they need; no
// lock is held meanwhile.
class InstanceBook {
 public:
  // As Ec2::describe_instances does: an instance that isn't known is left out.
  using Ask = std::function<Result<std::vector<aws::Ec2Instance>>(const std::vector<std::string>&)>;

  static constexpr std::size_t kIdsPerCall = 1000;
  // So many may be looked at in each interval; with more of them, each is looked at more rarely.
  static constexpr std::size_t kPerInterval = 2000;

  explicit InstanceBook(Duration interval) : interval_(interval) {}

  // Those of `ids` that EC2 knows. Those in `fresh` are asked for now, unless another reader has
  // just done so, or lately and this one comes for the first time; of a small region all are, and
  // of a large one those whose turn it is. A call that has room left takes along what will be asked
  // for next.
  Result<std::vector<aws::Ec2Instance>> describe(const std::string& reader,
                                                 const std::vector<std::string>& ids,
                                                 const std::set<std::string>& fresh, Time now,
                                                 const std::stop_token& stop, const Ask& ask);

  // Clusters that haven't asked yet will ask for these.
  void expect(const std::vector<std::string>& ids, Time now);

  // EC2 has been asked in another way, and has said this of them.
  void note(const std::vector<aws::Ec2Instance>& instances, Time now);

  // They have changed: whoever needs them next asks for them anew.
  void outdate(const std::vector<std::string>& ids);

 private:
  struct Entry {
    Time seen_at{};    // the epoch: never
    Time wanted_at{};  // by any cluster
    std::optional<aws::Ec2Instance> instance;
  };

  std::vector<std::string> due(const std::string& reader, const std::vector<std::string>& ids,
                               const std::set<std::string>& fresh, Time now);

  const Duration interval_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  bool busy_ = false;
  std::map<std::string, Entry> entries_;
  std::map<std::string, Time> last_read_;  // by reader
  Time routine_since_{};                   // the interval in which routine_calls_ were made
  std::size_t routine_calls_ = 0;          // for nothing but that time has passed
};

}  // namespace livesonic::discovery
