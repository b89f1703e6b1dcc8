// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/host_trust.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "livesonic/base/text.h"
#include "livesonic/remote/console_keys.h"

namespace livesonic::remote {

std::optional<Failure> judge_pinned(const Presented& host, const std::string& pinned) {
  if (pinned == host.fingerprint) return std::nullopt;
  return Failure{
      End::kHostKeyChanged,
      fmt::format("{} presents the host key {}, but {} was pinned to {}; nothing is run there. If "
                  "the host was rebuilt on purpose: livesonic host-key forget {}",
                  host.where, host.fingerprint, pinned, host.id, host.id)};
}

std::optional<Failure> judge_known(const Presented& host, const std::vector<KnownKey>& known,
                                   const std::string& address, std::uint16_t port) {
  const auto is_it = [&](const KnownKey& key) { return key.fingerprint == host.fingerprint; };
  // Whatever else is said of a revoked key.
  if (std::any_of(known.begin(), known.end(),
                  [&](const KnownKey& key) { return key.revoked && is_it(key); })) {
    return Failure{End::kHostKeyChanged,
                   fmt::format("{} presents the host key {}, which known_hosts says is revoked; "
                               "nothing is run there. Whoever has this key may be anybody",
                               host.where, host.fingerprint)};
  }
  const auto expected =
      std::find_if(known.begin(), known.end(), [](const KnownKey& key) { return !key.revoked; });
  if (expected == known.end()) {
    return Failure{
        End::kHostKeyUnknown,
        fmt::format("{} presents the host key {}, and known_hosts has none for it; "
                    "check it and add it there (ssh-keyscan -p {} {})",
                    host.where, host.fingerprint, port, printable(shorten(address, 255)))};
  }
  if (std::any_of(known.begin(), known.end(), is_it)) return std::nullopt;
  return Failure{End::kHostKeyChanged,
                 fmt::format("{} presents the host key {}, but known_hosts has {} ({}); if the "
                             "host was rebuilt on purpose, correct known_hosts",
                             host.where, host.fingerprint, expected->fingerprint, expected->type)};
}

std::optional<Failure> judge_console(const Presented& host, const std::string& console) {
  const std::vector<std::string> printed = console_fingerprints(console);
  if (printed.empty()) {
    return Failure{
        End::kHostKeyUnknown,
        fmt::format("{} presents the host key {}, and the console of {} shows no host keys {}; "
                    "nothing is run there until it does",
                    host.where, host.fingerprint, host.id,
                    trim(console).empty()
                        ? "yet (a new instance takes minutes to print them)"
                        : "(cloud-init prints them at first boot only, and the console keeps no "
                          "more than 64 KiB)")};
  }
  if (std::find(printed.begin(), printed.end(), host.fingerprint) != printed.end()) {
    return std::nullopt;
  }
  return Failure{End::kHostKeyChanged,
                 fmt::format("{} presents the host key {}, but the console of {} shows {}; nothing "
                             "is run there. Somebody may be in between",
                             host.where, host.fingerprint, host.id, fmt::join(printed, ", "))};
}

}  // namespace livesonic::remote
