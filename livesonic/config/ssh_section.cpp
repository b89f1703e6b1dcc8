// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "livesonic/config/sections.h"

namespace livesonic::config {

using namespace std::chrono_literals;

void read_ssh(const YamlNode& node, SshConfig& ssh, Reading& reading) {
  MapReader map(node, "ssh", reading);
  map.boolean("enabled", ssh.enabled);
  if (const auto user = map.text("user")) {
    ssh.user = user->text;
    const bool fits = ssh.user.size() <= 256 && ssh.user.front() != '-' &&
                      std::none_of(ssh.user.begin(), ssh.user.end(), [](char c) {
                        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
                      });
    if (!fits) map.mistake(user->at, "user", "must be a user's name on the hosts");
  }
  map.path("identity_file", ssh.identity_file);
  map.secret("passphrase", "LIVESONIC_SSH_PASSPHRASE", ssh.passphrase);
  map.port("port", ssh.port);
  map.choice<AddressKind>("address", ssh.address,
                          {{"public_dns", AddressKind::kPublicDns},
                           {"private_dns", AddressKind::kPrivateDns},
                           {"public_ip", AddressKind::kPublicIp},
                           {"private_ip", AddressKind::kPrivateIp}});
  map.duration("connect_timeout", ssh.connect_timeout, 100ms, 5min);
  map.choice<HostKeys>("host_keys", ssh.host_keys,
                       {{"pin", HostKeys::kPin},
                        {"known_hosts", HostKeys::kKnownHosts},
                        {"insecure", HostKeys::kInsecure}});
  map.path("known_hosts", ssh.known_hosts);
  if (ssh.host_keys == HostKeys::kInsecure) {
    reading.warnings.emplace_back(
        "ssh.host_keys is insecure: any host that answers at an instance's address is believed; "
        "use pin or known_hosts outside of tests");
  }
  map.refuse_unknown_keys();
}

void read_serverscore(const YamlNode& node, ServerscoreConfig& serverscore, Reading& reading) {
  MapReader map(node, "serverscore", reading);
  map.text("command", serverscore.command);
  map.duration("timeout", serverscore.timeout, 100ms, 10min);
  map.refuse_unknown_keys();
}

}  // namespace livesonic::config
