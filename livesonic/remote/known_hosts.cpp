// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/known_hosts.h"

#include <fmt/format.h>
#include <libssh/libssh.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

#include "livesonic/base/file.h"
#include "livesonic/base/text.h"
#include "livesonic/remote/session.h"

namespace livesonic::remote {
namespace {

constexpr std::size_t kMaxFile = std::size_t{16} << 20;
constexpr std::size_t kMaxLine = std::size_t{64} << 10;
constexpr std::string_view kRevoked = "@revoked ";

struct Algorithm {
  std::string_view key_type;
  std::string_view names;
};
constexpr std::array kAlgorithms{
    Algorithm{"ssh-ed25519", "ssh-ed25519"},
    Algorithm{"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
    Algorithm{"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"},
    Algorithm{"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"},
    Algorithm{"ssh-rsa", "rsa-sha2-512,rsa-sha2-256"},
};

struct EntryDeleter {
  void operator()(ssh_knownhosts_entry* entry) const { ssh_knownhosts_entry_free(entry); }
};

}  // namespace

std::vector<KnownKey> parse_known_hosts(std::string_view content, const std::string& host,
                                        std::uint16_t port) {
  std::string wanted = port == 22 ? host : fmt::format("[{}]:{}", host, port);
  std::transform(wanted.begin(), wanted.end(), wanted.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::vector<KnownKey> keys;
  for (std::string_view raw : split(content, '\n')) {
    std::string line(trim(raw));
    if (line.empty() || line.size() > kMaxLine || line[0] == '#') continue;
    if (line.find('\0') != std::string::npos) continue;
    std::replace(line.begin(), line.end(), '\t', ' ');
    const bool revoked = line.starts_with(kRevoked);
    if (revoked) line = trim(std::string_view(line).substr(kRevoked.size()));
    if (line.empty() || line[0] == '@') continue;
    ssh_knownhosts_entry* found = nullptr;
    if (ssh_known_hosts_parse_line(wanted.c_str(), line.c_str(), &found) != SSH_OK) continue;
    const std::unique_ptr<ssh_knownhosts_entry, EntryDeleter> entry(found);
    KnownKey key{ssh_key_type_to_char(ssh_key_type(entry->publickey)),
                 fingerprint_of(entry->publickey), revoked};
    if (!key.fingerprint.empty()) keys.push_back(std::move(key));
  }
  return keys;
}

Result<std::vector<KnownKey>> read_known_hosts(const std::filesystem::path& file,
                                               const std::string& host, std::uint16_t port) {
  const auto path = expand_home(file.empty() ? "~/.ssh/known_hosts" : file);
  auto content = read_file(path, kMaxFile);
  if (!content) {
    if (content.error().kind == ErrorKind::kNotFound) return std::vector<KnownKey>{};
    return fail(content.error());
  }
  return parse_known_hosts(*content, host, port);
}

std::string host_key_algorithms(const std::vector<KnownKey>& known) {
  const auto is_known = [&](const Algorithm& algorithm) {
    return std::any_of(known.begin(), known.end(), [&](const KnownKey& key) {
      return !key.revoked && key.type == algorithm.key_type;
    });
  };
  std::string list;
  for (const bool wanted : {true, false}) {
    for (const Algorithm& algorithm : kAlgorithms) {
      if (is_known(algorithm) != wanted) continue;
      if (!list.empty()) list += ',';
      list += algorithm.names;
    }
  }
  return list;
}

}  // namespace livesonic::remote
