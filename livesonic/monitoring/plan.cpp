// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/plan.h"

#include <algorithm>
#include <utility>

namespace livesonic::monitoring {
namespace {

const std::string& address_of(const Instance& instance, AddressKind kind) {
  switch (kind) {
    case AddressKind::kPublicDns:
      return instance.public_dns;
    case AddressKind::kPrivateDns:
      return instance.private_dns;
    case AddressKind::kPublicIp:
      return instance.public_ip;
    case AddressKind::kPrivateIp:
      break;
  }
  return instance.private_ip;
}

// A poll comes up to a twentieth of the poll interval early or late, and so does the one before.
constexpr Duration kMostLeeway = std::chrono::seconds{30};
constexpr int kLeewayShare = 8;

}  // namespace

std::string_view to_string(AddressKind kind) {
  switch (kind) {
    case AddressKind::kPublicDns:
      return "public_dns";
    case AddressKind::kPrivateDns:
      return "private_dns";
    case AddressKind::kPublicIp:
      return "public_ip";
    case AddressKind::kPrivateIp:
      return "private_ip";
  }
  return "?";
}

std::optional<remote::Host> host_of(const Instance& instance, const Access& cluster,
                                    const HostAccess& access) {
  if (cluster.reach != Reach::kSsh) {
    remote::Host host{instance.id, {}};
    host.way = cluster.reach == Reach::kSsm ? remote::Way::kSsm : remote::Way::kLocal;
    return host;
  }
  std::string address = address_of(instance, access.address);
  if (address.empty() && !instance.id.starts_with("i-")) {
    // No EC2 instance, so AWS has no addresses of all kinds for it: a host of a list, a task.
    for (const std::string* other : {&instance.private_dns, &instance.private_ip}) {
      if (address.empty()) address = *other;
    }
  }
  if (address.empty()) return std::nullopt;
  return remote::Host{instance.id, std::move(address),
                      cluster.port != 0 ? cluster.port : access.port,
                      cluster.user.empty() ? access.user : cluster.user, cluster.jump};
}

bool is_due(Duration interval, const CheckReading* last, Time now) {
  if (interval <= Duration{0} || last == nullptr) return true;
  if (last->outcome != Outcome::kOk && !is_failed_check(last->outcome)) return true;
  if (last->at > now) return true;  // the clock was set back
  return now - last->at >= interval - std::min(interval / kLeewayShare, kMostLeeway);
}

std::vector<std::size_t> due_services(const std::vector<Service>& services,
                                      const std::vector<CheckReading>& latest, Time now) {
  std::vector<std::size_t> due;
  for (std::size_t i = 0; i < services.size(); ++i) {
    const auto last = std::find_if(latest.begin(), latest.end(), [&](const CheckReading& one) {
      return one.service == services[i].name;
    });
    if (is_due(services[i].interval, last == latest.end() ? nullptr : &*last, now)) {
      due.push_back(i);
    }
  }
  return due;
}

std::vector<remote::Command> commands_for(const std::vector<Service>& services) {
  std::vector<remote::Command> commands;
  commands.reserve(services.size());
  for (const Service& service : services) commands.push_back({service.command, service.timeout});
  return commands;
}

}  // namespace livesonic::monitoring
