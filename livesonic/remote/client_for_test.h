// SPDX-License-Identifier: Apache-2.0
// For tests: a Remote over SSH that is waited for, and a memory of host keys.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/remote/ssh.h"
#include "livesonic/remote/sshd_for_test.h"

namespace livesonic::remote {

class MemoryOfKeys final : public KeyMemory {
 public:
  Result<std::optional<std::string>> pinned(const std::string& host_id) override {
    const std::lock_guard lock(mutex_);
    if (broken_) return fail(ErrorKind::kUnavailable, "the database is locked");
    const auto found = pins_.find(host_id);
    return found == pins_.end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::string> pin(const std::string& host_id, const std::string& fingerprint) override {
    const std::lock_guard lock(mutex_);
    ++asked_;
    if (broken_) return fail(ErrorKind::kUnavailable, "the database is locked");
    return pins_.emplace(host_id, fingerprint).first->second;
  }
  void set(const std::string& host_id, const std::string& fingerprint) {
    const std::lock_guard lock(mutex_);
    pins_[host_id] = fingerprint;
  }
  void break_it() {
    const std::lock_guard lock(mutex_);
    broken_ = true;
  }
  int asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  void forget(const std::string& host_id) {
    const std::lock_guard lock(mutex_);
    pins_.erase(host_id);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> pins_;
  bool broken_ = false;
  int asked_ = 0;
};

using Results = std::vector<CommandResult>;

class Client {
 public:
  explicit Client(SshSettings settings, Outside outside = {}) {
    auto made = make_ssh(std::move(settings), keys_, outside);
    if (!made) throw std::runtime_error(made.error().message);
    remote_ = std::move(*made);
  }

  std::future<Results> start(Host host, std::vector<Command> commands) {
    auto promise = std::make_shared<std::promise<Results>>();
    remote_->run(std::move(host), std::move(commands),
                 [promise](Results results) { promise->set_value(std::move(results)); });
    return promise->get_future();
  }
  Results run(Host host, std::vector<Command> commands) {
    auto future = start(std::move(host), std::move(commands));
    if (future.wait_for(std::chrono::seconds{60}) != std::future_status::ready) {
      throw std::runtime_error("run() never called done");
    }
    return future.get();
  }
  CommandResult run_one(Host host, const std::string& line, Duration timeout = kLong) {
    return run(std::move(host), {Command{line, timeout}}).at(0);
  }

  static constexpr Duration kLong = std::chrono::seconds{30};

  MemoryOfKeys& keys() { return keys_; }
  Remote& remote() { return *remote_; }
  void stop() { remote_.reset(); }

 private:
  MemoryOfKeys keys_;
  std::unique_ptr<Remote> remote_;
};

inline SshSettings settings_for(const SshdForTest& sshd) {
  SshSettings settings;
  settings.identity_file = sshd.identity();
  settings.connect_timeout = std::chrono::seconds{20};  // sanitizers are slow
  return settings;
}

inline Host host_at(std::uint16_t port, std::string id = "i-1") {
  return {std::move(id), "127.0.0.1", port, current_user()};
}

}  // namespace livesonic::remote
