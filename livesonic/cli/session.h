// SPDX-License-Identifier: Apache-2.0
// What a command works with: the program, the configuration, the screen. Not thread-safe.
#pragma once

#include <optional>
#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/cli/api_client.h"
#include "livesonic/cli/program.h"
#include "livesonic/cli/screen.h"
#include "livesonic/config/config.h"

namespace livesonic::cli {

// The exit statuses, as every help text explains them.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUse = 2;

class Session {
 public:
  struct Options {
    std::optional<std::string> config_file;  // as given by --config
    bool json = false;
  };
  // What it is given must outlive it.
  Session(Program& program, Screen& screen, const Clock& clock,
          const config::Environment& environment, Options options)
      : program_(program),
        screen_(screen),
        clock_(clock),
        environment_(environment),
        options_(std::move(options)) {}

  Program& program() { return program_; }
  Screen& screen() { return screen_; }
  [[nodiscard]] Time now() const { return clock_.now(); }
  [[nodiscard]] bool json() const { return options_.json; }

  // The file that holds: --config, else $LIVESONIC_CONFIG, else the one in /etc where there is one,
  // else none: then the defaults hold.
  [[nodiscard]] std::optional<std::string> config_file() const;
  // Reads and checks it.
  [[nodiscard]] Result<config::Config> load_config() const;

  // The API; on failure it has complained and the status is in `status`.
  std::optional<ApiClient> connect(int& status);

  // Tells what went wrong; the exit status that goes with it.
  int fail_with(const Error& error);
  int wrong_use(const std::string& message);
  // Prints the answer as it is and returns 0: what --json asks for.
  int print_json(const Json& json);

 private:
  Program& program_;
  Screen& screen_;
  const Clock& clock_;
  const config::Environment& environment_;
  const Options options_;
};

}  // namespace livesonic::cli
