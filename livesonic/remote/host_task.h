// SPDX-License-Identifier: Apache-2.0
// What waits for a channel of a host, or has one: commands of one call of Remote::run(), or a
// stream.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/remote/remote.h"

namespace livesonic::remote {

// One call of Remote::run(). Its commands may be on their way in several tasks.
struct Run {
  std::vector<Command> commands;
  Done done;
  std::vector<CommandResult> results;  // by command
  std::size_t missing = 0;             // results that are still to come
};

struct Stream {
  StreamId id = 0;
  StreamCommand command;
  std::shared_ptr<LineSink> sink;
};

// Belongs to the reactor's thread. Exactly one of `run` and `stream` is set.
struct Task {
  Host host;
  std::shared_ptr<Run> run;
  std::deque<std::size_t> left;  // which of the run's commands are still to go, in order
  std::optional<Stream> stream;

  Duration connect_budget{};  // what is left of the connect timeout for a reconnection
  bool started = false;       // it has had a session
  bool reconnected = false;   // its one reconnection is used up
  int refusals = 0;           // channels refused in a row

  [[nodiscard]] bool through() const { return run ? left.empty() : !stream->sink; }
  // The next result: of the first command that is left, or of the stream.
  void take(CommandResult result);
};

std::unique_ptr<Task> make_task(Host host, std::vector<Command> commands, Done done);
std::unique_ptr<Task> make_task(Host host, Stream stream);
// Ends a task that nobody has begun with: kNotTried.
void refuse(Task& task, const std::string& reason);

// How many of the commands that are left can go into one channel: at least one.
std::size_t batch_size(const Task& task);
// The commands after the first one, as a task of their own.
std::unique_ptr<Task> split_rest(Task& task);

}  // namespace livesonic::remote
