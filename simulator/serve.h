// SPDX-License-Identifier: Apache-2.0
// The simulated AWS and its hosts as one running whole: wires the rooms' parts together.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "livesonic/base/result.h"
#include "simulator/fleet.h"

namespace livesonic::simulator {

struct ServeOptions {
  FleetPlan plan;
  std::uint16_t aws_port = 0;
  std::uint16_t ssh_port = 0;
  double speed = 1;                      // of time, as the world knows it
  std::string script;                    // "demo", a file, or empty
  std::string access_key;                // the only one accepted; empty: any
  std::filesystem::path authorized_key;  // a .pub file; empty: any key
  std::filesystem::path ready_file;      // written when all is listening, removed at the end
};

// Runs until SIGINT, SIGTERM or SIGHUP. Prints the addresses as one line of JSON once ready.
Result<void> serve_until_signal(const ServeOptions& options);

}  // namespace livesonic::simulator
