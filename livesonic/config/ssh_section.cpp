// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/destination.h"
#include "livesonic/config/sections.h"

namespace livesonic::config {

using namespace std::chrono_literals;

namespace {

void read_host_keys(MapReader& map, HostKeys& host_keys) {
  if (const auto given = map.text("host_keys"); given && given->text == "ca") {
    map.mistake(given->at, "host_keys",
                "can't be ca: the SSH library (libssh 0.10) has no host certificates in its key "
                "exchange, so that a host can't present one; choose console, known_hosts or pin");
    return;
  }
  map.choice<HostKeys>("host_keys", host_keys,
                       {{"pin", HostKeys::kPin},
                        {"console", HostKeys::kConsole},
                        {"known_hosts", HostKeys::kKnownHosts},
                        {"insecure", HostKeys::kInsecure}});
}

void read_jump(MapReader& map, std::string& jump) {
  const auto given = map.text("jump");
  if (!given) return;
  jump = given->text;
  if (const auto hops = parse_jump(jump); !hops) {
    map.mistake(given->at, "jump", hops.error().message);
  }
}

}  // namespace

void read_ssh(const YamlNode& node, SshConfig& ssh, Reading& reading) {
  MapReader map(node, "ssh", reading);
  map.boolean("enabled", ssh.enabled);
  if (const auto user = map.text("user")) {
    ssh.user = user->text;
    if (!is_user_name(ssh.user)) {
      map.mistake(user->at, "user", "must be a user's name on the hosts");
    }
  }
  map.choice<SshIdentity>("identity", ssh.identity,
                          {{"file", SshIdentity::kFile},
                           {"agent", SshIdentity::kAgent},
                           {"instance_connect", SshIdentity::kInstanceConnect}});
  map.path("identity_file", ssh.identity_file);
  map.secret("passphrase", "LIVESONIC_SSH_PASSPHRASE", ssh.passphrase);
  map.path("agent_socket", ssh.agent_socket);
  map.path("agent_key", ssh.agent_key);
  if (ssh.identity != SshIdentity::kAgent) {
    for (const char* key : {"agent_socket", "agent_key"}) {
      if (map.has(key)) map.mistake(map.position_of(key), key, "is for 'identity: agent' only");
    }
  }
  map.port("port", ssh.port);
  read_jump(map, ssh.jump);
  map.path("ssh_config", ssh.ssh_config);
  map.choice<AddressKind>("address", ssh.address,
                          {{"public_dns", AddressKind::kPublicDns},
                           {"private_dns", AddressKind::kPrivateDns},
                           {"public_ip", AddressKind::kPublicIp},
                           {"private_ip", AddressKind::kPrivateIp}});
  map.duration("connect_timeout", ssh.connect_timeout, 100ms, 5min);
  read_host_keys(map, ssh.host_keys);
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
  map.boolean("install", serverscore.install);
  if (const auto path = map.text("install_path")) {
    serverscore.install_path = path->text;
    // The user's shell on the host sees it, whichever that is: nothing that needs quotes.
    const bool plain = std::all_of(path->text.begin(), path->text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             std::string_view("/._-~").find(c) != std::string_view::npos;
    });
    const bool fits = plain && (path->text.starts_with("~/") || path->text.starts_with("/")) &&
                      path->text.find('~', 1) == std::string::npos && !path->text.ends_with('/') &&
                      path->text.size() <= 200;
    if (!fits) {
      map.mistake(path->at, "install_path",
                  "must be a file's path on the hosts, absolute or below ~/, of letters, digits, "
                  "'.', '_' and '-'");
    }
  }
  map.refuse_unknown_keys();
}

}  // namespace livesonic::config
