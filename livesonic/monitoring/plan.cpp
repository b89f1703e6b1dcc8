// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/plan.h"

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

std::vector<remote::Command> commands_for(const std::vector<Service>& services) {
  std::vector<remote::Command> commands;
  commands.reserve(services.size());
  for (const Service& service : services) commands.push_back({service.command, service.timeout});
  return commands;
}

}  // namespace livesonic::monitoring
