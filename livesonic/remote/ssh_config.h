// SPDX-License-Identifier: Apache-2.0
// What an ssh_config file says of the way to hosts: the few keywords that matter here, read as
// OpenSSH reads them (ssh -G agrees, in the tests). Pure but for load_ssh_config().
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livesonic/base/result.h"

namespace livesonic::remote {

struct SshConfigFile {
  enum class Keyword { kHostName, kPort, kUser, kIdentityFile, kProxyJump };
  struct Line {
    std::vector<std::size_t> blocks;  // into `blocks`: the host must match all of these
    Keyword keyword{};
    std::string value;
  };
  std::vector<std::vector<std::string>> blocks;  // the patterns of each Host line
  std::vector<Line> lines;                       // in the order of reading
  std::vector<std::string> notes;                // sentences about what is not heeded, and where
};

// What holds for one host. What isn't set is not said.
struct SshConfigAnswer {
  std::string host_name;  // with its tokens put in; the host itself unless something else is said
  std::optional<std::uint16_t> port;
  std::optional<std::string> user;
  std::vector<std::string> identity_files;  // with "~" and tokens as they are written
  std::optional<std::string> proxy_jump;    // as parse_jump() takes it
};

// The files that an Include means, as (name, content), in order.
using ReadIncluded = std::function<Result<std::vector<std::pair<std::string, std::string>>>(
    const std::string& pattern)>;

// Heeds Include, Host, HostName, Port, User, IdentityFile, ProxyJump and `Match all`. Other Match
// blocks apply to no host, other keywords to nothing: both leave a note. An error names the file
// and the line: a value that makes no sense, a quote that doesn't end, too many Includes.
Result<SshConfigFile> parse_ssh_config(std::string_view content, const std::string& name,
                                       const ReadIncluded& read_included);

// The same from a file of at most 1 MiB. Included files are looked for in ~/.ssh, as ssh does.
Result<SshConfigFile> load_ssh_config(const std::filesystem::path& file);

SshConfigAnswer look_up(const SshConfigFile& config, const std::string& host);

// What IdentityFile's tokens may stand for.
struct Tokens {
  std::string home;        // %d
  std::string local_user;  // %u
  std::string host;        // %h: the HostName
  std::string original;    // %n: the host that was asked for
  std::string user;        // %r
  std::string port;        // %p
};
std::string expand_tokens(std::string_view text, const Tokens& tokens);

}  // namespace livesonic::remote
