// SPDX-License-Identifier: Apache-2.0
// What a simulated host answers to a command line. Pure functions; the line comes from outside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {

struct CommandAnswer {
  std::string out, err;
  int exit_status = 0;
  Duration takes{};     // until it answers
  Duration every{};     // answers again and again, until nobody listens; zero: once
  bool hangs = false;   // never answers
  bool breaks = false;  // the connection breaks after `out`
};

// The host's answer with its faults applied: serverscore (with --brief, --cloud, --json,
// --version or --stream; any path in front), systemctl is-active NAME, check_load, check_disk,
// echo, true, false, exit N, sleep N, hostname, uname, uptime. Anything else is not found: exit
// status 127, as a shell has it.
CommandAnswer answer_command(const HostView& host, std::string_view line);

// Words as a shell takes them apart, with '…', "…" and \x, but nothing expanded.
std::vector<std::string> shell_words(std::string_view line);

}  // namespace livesonic::simulator
