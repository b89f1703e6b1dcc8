// SPDX-License-Identifier: Apache-2.0
// For tests: Systems Manager with agents that run their scripts here, by /bin/sh.
#pragma once

#include <fmt/format.h>

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/remote/local.h"
#include "livesonic/remote/ssm.h"

namespace livesonic::remote {

class RunCommandForTest final : public RunCommand {
 public:
  Result<std::string> send(const Order& order, const std::stop_token&) override {
    const std::lock_guard lock(mutex_);
    orders_.push_back(order);
    for (const std::string& host : order.hosts) {
      if (unmanaged.contains(host)) {
        return fail(ErrorKind::kInvalidInput, "SendCommand: InvalidInstanceId");
      }
    }
    const std::string id = fmt::format("order-{}", orders_.size());
    for (const std::string& host : order.hosts) {
      const auto progress = std::make_shared<Shared>();
      progress->value.state = offline.contains(host) ? State::kPending : State::kRunning;
      progress_[{id, host}] = progress;
      if (offline.contains(host)) continue;
      Command command{order.script, order.run_within};
      command.output_limit = 24'000;
      agents_->run({host, {}}, {command}, [progress](std::vector<CommandResult> results) {
        const CommandResult& result = results.front();
        const std::lock_guard guard(progress->mutex);
        progress->value.out = result.out;
        progress->value.err = result.err.substr(0, 8'000);
        progress->value.state = result.end == End::kTimedOut ? State::kTimedOut : State::kEnded;
        if (result.end == End::kExited) progress->value.exit_status = result.exit_status;
        if (result.end == End::kKilled) progress->value.exit_status = 137;
      });
    }
    return id;
  }

  Result<Progress> look(const std::string& order, const std::string& host,
                        const std::stop_token&) override {
    std::shared_ptr<Shared> progress;
    {
      const std::lock_guard lock(mutex_);
      const auto found = progress_.find({order, host});
      // Real ones don't know their own orders at first.
      if (found == progress_.end() || looked_.insert({order, host}).second) {
        return fail(ErrorKind::kNotFound, "InvocationDoesNotExist");
      }
      progress = found->second;
    }
    const std::lock_guard guard(progress->mutex);
    return progress->value;
  }

  Result<std::string> place(const std::string& host) override {
    if (host == "stranger") return fail(ErrorKind::kNotFound, "nobody knows it");
    return "here";
  }

  [[nodiscard]] std::vector<Order> orders() const {
    const std::lock_guard lock(mutex_);
    return orders_;
  }

  // To be set before anything is asked.
  std::set<std::string> unmanaged;
  std::set<std::string> offline;

 private:
  struct Shared {
    std::mutex mutex;
    Progress value;
  };
  mutable std::mutex mutex_;
  std::vector<Order> orders_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<Shared>> progress_;
  std::set<std::pair<std::string, std::string>> looked_;
  std::unique_ptr<Remote> agents_ = make_local();  // first to go
};

}  // namespace livesonic::remote
