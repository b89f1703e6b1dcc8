// SPDX-License-Identifier: Apache-2.0
// A simulated host's shell that is given several commands in one channel, as
// livesonic/remote/batch_text.h writes them. Pure; what it is given comes from outside.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace livesonic::simulator {

class BatchShell {
 public:
  // Does this exec request begin such a conversation?
  static bool is_begun_by(std::string_view line);

  // Bytes of standard input. What can't be understood is passed over, as is all after 1 MiB without
  // an end of line.
  void hear(std::string_view bytes);

  struct Request {
    std::string command;
    std::string mark;  // what follows the number and, on standard output, the status
  };
  // The opening comes as a request without a command.
  std::optional<Request> next();

 private:
  void take(std::string_view line);

  std::string secret_;
  std::string line_;  // so far
  std::deque<Request> requests_;
};

}  // namespace livesonic::simulator
