// SPDX-License-Identifier: Apache-2.0
// cloud-init writes the fingerprints through logger, which puts its prefix before each line, and
// the keys as they are.
#include "simulator/console.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace livesonic::simulator {
namespace {

constexpr std::string_view kRule = "#############################################################";

std::string logged(Time at, std::string_view text) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  return fmt::format("<14>{:%b %d %H:%M:%S} cloud-init: {}\n", fmt::gmtime(seconds), text);
}

}  // namespace

std::string console_of(const std::string& host_name, const PublicHostKey& key, Time booted) {
  const Time at = booted + std::chrono::seconds{14};
  std::string text =
      "[    0.000000] Linux version 6.1.0-simulated (gcc) #1 SMP\n"
      "[    0.000000] Command line: BOOT_IMAGE=/boot/vmlinuz root=/dev/xvda1 console=ttyS0\n"
      "[    4.810212] systemd[1]: Detected virtualization amazon.\n";
  text += fmt::format("[    5.027731] systemd[1]: Hostname set to <{}>.\n", host_name);
  text += fmt::format(
      "[   12.402187] cloud-init[1204]: Cloud-init v. 22.4.2 running 'modules:final' at "
      "{:%a, %d %b %Y %H:%M:%S} +0000. Up 12.40 seconds.\n",
      fmt::gmtime(std::chrono::floor<std::chrono::seconds>(at)));
  text += logged(at, kRule);
  text += logged(at, "-----BEGIN SSH HOST KEY FINGERPRINTS-----");
  text += logged(at, fmt::format("256 {} root@{} (ED25519)", key.fingerprint, host_name));
  text += logged(at, "-----END SSH HOST KEY FINGERPRINTS-----");
  text += logged(at, kRule);
  text += "-----BEGIN SSH HOST KEY KEYS-----\n";
  text += fmt::format("{} root@{}\n", key.line, host_name);
  text += "-----END SSH HOST KEY KEYS-----\n";
  text += "[   14.101990] cloud-init[1204]: Cloud-init v. 22.4.2 finished.\n";
  text += fmt::format("\nDebian GNU/Linux 12 {} ttyS0\n\n{} login: ", host_name, host_name);
  return text;
}

}  // namespace livesonic::simulator
