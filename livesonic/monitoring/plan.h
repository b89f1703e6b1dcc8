// SPDX-License-Identifier: Apache-2.0
// What is to be run on an instance, and where to reach it. Pure functions.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/model/access.h"
#include "livesonic/model/instance.h"
#include "livesonic/model/reading.h"
#include "livesonic/model/service.h"
#include "livesonic/monitoring/score_tool.h"
#include "livesonic/remote/remote.h"

namespace livesonic::monitoring {

enum class AddressKind { kPublicDns, kPrivateDns, kPublicIp, kPrivateIp };

// How the hosts are to be reached and asked, unless their cluster says something else. What is
// empty, or 0, is left to ssh_config.
struct HostAccess {
  AddressKind address = AddressKind::kPublicDns;
  std::string user;
  std::uint16_t port = 0;
  ScoreTool::Settings score;
  std::vector<std::filesystem::path> binaries;  // folders where serverscore for others lies
};

std::string_view to_string(AddressKind kind);  // "public_dns", as in the configuration

// Where to reach the instance of a cluster; nullopt when an address is needed and AWS has given it
// none of that kind (yet).
std::optional<remote::Host> host_of(const Instance& instance, const Access& cluster,
                                    const HostAccess& access);

// Is what is run once in an `interval` (zero: each time) to be run now? `last` may be null.
bool is_due(Duration interval, const CheckReading* last, Time now);

// Which of the services, by their indexes, are to be run on an instance now, given what is known of
// it: those that have no interval of their own, whose interval has passed since they were run, and
// those of which we could not find out how they are. Polls are never quite on time, so an interval
// has passed when all but a little of it has.
std::vector<std::size_t> due_services(const std::vector<Service>& services,
                                      const std::vector<CheckReading>& latest, Time now);

// Each service's command, in order.
std::vector<remote::Command> commands_for(const std::vector<Service>& services);

}  // namespace livesonic::monitoring
