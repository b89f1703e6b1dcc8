// SPDX-License-Identifier: Apache-2.0
// For tests of other rooms: a Remote whose hosts answer what a function says.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "livesonic/remote/remote.h"

namespace livesonic::remote {

// Results as a test wants to write them.
inline CommandResult exited(int status, std::string out = {}, std::string err = {}) {
  CommandResult result;
  result.end = End::kExited;
  result.exit_status = status;
  result.out = std::move(out);
  result.err = std::move(err);
  return result;
}
inline CommandResult ended(End end, std::string detail = {}) {
  CommandResult result;
  result.end = end;
  result.detail = std::move(detail);
  return result;
}

// Thread-safe, as long as the answering function is.
class FakeRemote final : public Remote {
 public:
  // Answers one command on the host of this id.
  using Answer = std::function<CommandResult(const std::string& host_id, const std::string& line)>;
  enum class Calling {
    kInline,       // `done` is called before run() returns
    kOtherThread,  // `done` is called on a thread of its own; the destructor waits for all of them
  };
  struct Call {
    Host host;
    std::vector<Command> commands;
  };

  explicit FakeRemote(Answer answer, Calling calling = Calling::kInline)
      : answer_(std::move(answer)), calling_(calling) {}

  void run(Host host, std::vector<Command> commands, Done done) override {
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back({host, commands});
    }
    auto work = [this, host = std::move(host), commands = std::move(commands),
                 done = std::move(done)] {
      std::vector<CommandResult> results;
      results.reserve(commands.size());
      for (const Command& command : commands) results.push_back(answer_(host.id, command.line));
      done(std::move(results));
    };
    if (calling_ == Calling::kInline) {
      work();
      return;
    }
    const std::lock_guard lock(mutex_);
    threads_.emplace_back(std::move(work));
  }

  struct Streaming {
    Host host;
    StreamCommand command;
    std::shared_ptr<LineSink> sink;  // null once it was ended
    StreamId id = 0;
  };

  StreamId stream(Host host, StreamCommand command, std::shared_ptr<LineSink> sink) override {
    const std::lock_guard lock(mutex_);
    streams_.push_back({std::move(host), std::move(command), std::move(sink), ++last_stream_});
    return last_stream_;
  }

  void end_stream(const std::string&, StreamId id) override {
    end_stream(id, ended(End::kNotTried, "it is no longer wanted"));
  }

  void forget(const std::string& host_id) override {
    const std::lock_guard lock(mutex_);
    forgotten_.push_back(host_id);
  }

  // The host ends a stream.
  void end_stream(StreamId id, const CommandResult& result) {
    std::shared_ptr<LineSink> sink;
    {
      const std::lock_guard lock(mutex_);
      for (Streaming& stream : streams_) {
        if (stream.id == id) sink = std::exchange(stream.sink, nullptr);
      }
    }
    if (sink) sink->on_end(result);
  }
  // All that were ever begun, in order.
  [[nodiscard]] std::vector<Streaming> streams() const {
    const std::lock_guard lock(mutex_);
    return streams_;
  }

  // What was asked so far, in order.
  [[nodiscard]] std::vector<Call> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  [[nodiscard]] std::vector<std::string> forgotten() const {
    const std::lock_guard lock(mutex_);
    return forgotten_;
  }

 private:
  const Answer answer_;
  const Calling calling_;
  mutable std::mutex mutex_;
  std::vector<Call> calls_;
  std::vector<std::string> forgotten_;
  std::vector<Streaming> streams_;
  StreamId last_stream_ = 0;
  std::vector<std::jthread> threads_;
};

}  // namespace livesonic::remote
