// SPDX-License-Identifier: Apache-2.0
// One look at AWS that many clusters share: kept for a while, taken by one of them for all.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::discovery {

// How old a look may be that clusters share: whoever comes a second time looks anew anyhow, so that
// those who come in between need not.
inline Duration shared_look_age(Duration interval) {
  return interval * 11 / 10;
}

// Thread-safe. While one reader looks the others wait for what it sees; no lock is held meanwhile.
template <typename T>
class Kept {
 public:
  using Fetch = std::function<Result<T>()>;

  // What was seen at most `most` ago, else what `fetch` sees now. With a `reader`, never the same
  // look twice for this one: whoever asks again wants to know what has changed. A failure is shared
  // with those who waited for it and with all who come within kErrorKept. When AWS throttles us the
  // looks grow rarer, up to eight times, and become as frequent as before step by step.
  Result<std::shared_ptr<const T>> get(const std::string& reader, Duration most, Time now,
                                       const std::stop_token& stop, const Fetch& fetch) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [this] { return !busy_; })) return stopped();
    const bool seen = !reader.empty() && version_ > 0 && seen_[reader] == version_;
    if (value_ && now - at_ <= most * pace_ && (!seen || pace_ > 1)) return give(reader);
    if (failure_ && now - failed_at_ < kErrorKept) return fail(*failure_);
    busy_ = true;
    lock.unlock();
    auto fetched = fetch();
    lock.lock();
    busy_ = false;
    changed_.notify_all();
    if (!fetched) {
      if (fetched.error().kind == ErrorKind::kThrottled) pace_ = std::min(pace_ * 2, 8);
      if (!stop.stop_requested()) {
        failure_ = fetched.error();
        failed_at_ = now;
      }
      return fail(std::move(fetched.error()));
    }
    pace_ = std::max(pace_ / 2, 1);
    failure_.reset();
    value_ = std::make_shared<const T>(std::move(*fetched));
    at_ = now;
    ++version_;
    return give(reader);
  }

  // Something has changed: the next reader looks anew, unless AWS throttles us.
  void outdate() {
    const std::lock_guard lock(mutex_);
    if (pace_ == 1) value_.reset();
  }

 private:
  static constexpr Duration kErrorKept = std::chrono::seconds{1};

  static tl::unexpected<Error> stopped() { return fail(ErrorKind::kUnavailable, "stopped"); }
  std::shared_ptr<const T> give(const std::string& reader) {
    if (!reader.empty()) seen_[reader] = version_;
    return value_;
  }

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  bool busy_ = false;
  std::shared_ptr<const T> value_;
  Time at_{};
  int version_ = 0;
  int pace_ = 1;
  std::map<std::string, int> seen_;
  std::optional<Error> failure_;
  Time failed_at_{};
};

}  // namespace livesonic::discovery
