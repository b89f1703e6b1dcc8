// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/host_task.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "livesonic/remote/batch_text.h"

namespace livesonic::remote {

void Task::take(CommandResult result) {
  if (stream) {
    std::exchange(stream->sink, nullptr)->on_end(result);
    return;
  }
  run->results[left.front()] = std::move(result);
  left.pop_front();
  --run->missing;
}

std::unique_ptr<Task> make_task(Host host, std::vector<Command> commands, Done done) {
  auto task = std::make_unique<Task>();
  task->host = std::move(host);
  task->left.resize(commands.size());
  std::iota(task->left.begin(), task->left.end(), std::size_t{0});
  task->run = std::make_shared<Run>();
  task->run->missing = commands.size();
  task->run->results.resize(commands.size());
  task->run->commands = std::move(commands);
  task->run->done = std::move(done);
  return task;
}

std::unique_ptr<Task> make_task(Host host, Stream stream) {
  auto task = std::make_unique<Task>();
  task->host = std::move(host);
  task->stream = std::move(stream);
  return task;
}

void refuse(Task& task, const std::string& reason) {
  while (!task.through()) {
    CommandResult result;
    result.end = End::kNotTried;
    result.detail = reason;
    task.take(std::move(result));
  }
  if (task.run) task.run->done(std::move(task.run->results));
}

std::size_t batch_size(const Task& task) {
  if (!task.run) return 1;
  const auto first_unfit = std::find_if(task.left.begin(), task.left.end(), [&](std::size_t index) {
    const Command& command = task.run->commands[index];
    return command.input != nullptr || !fits_batch(command.line);
  });
  return std::max<std::size_t>(1, static_cast<std::size_t>(first_unfit - task.left.begin()));
}

std::unique_ptr<Task> split_rest(Task& task) {
  auto rest = std::make_unique<Task>(task);
  rest->left.pop_front();
  task.left.resize(1);
  return rest;
}

}  // namespace livesonic::remote
