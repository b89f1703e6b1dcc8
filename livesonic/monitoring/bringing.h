// SPDX-License-Identifier: Apache-2.0
// The texts of bringing serverscore to a host: what is run there, and what its answers mean. Pure;
// the answers may be anything.
#pragma once

#include <string>
#include <string_view>

#include "livesonic/base/result.h"
#include "livesonic/remote/remote.h"

namespace livesonic::monitoring {

// A path on a host that needs no quoting in any shell: absolute, or below "~/", of letters, digits,
// '.', '_', '-' and '/'.
bool is_plain_path(std::string_view path);

// Is this what `serverscore --version` prints of a version before ours? Not when it can't be told.
bool is_older(std::string_view version_output, std::string_view ours);

struct HostLook {
  std::string machine;  // as `uname -m` prints it
  std::string sha256;   // of the file at `path`; empty when there is none
};
remote::Command look_command(const std::string& path);
Result<HostLook> read_look(const remote::CommandResult& result);

// Copies what is on its standard input to `path`, whole or not at all, and runs it once.
remote::Command copy_command(const std::string& path, const std::string& sha256,
                             std::shared_ptr<const std::string> bytes);
// An operator's sentence when it failed.
Result<void> read_copy(const remote::CommandResult& result);

}  // namespace livesonic::monitoring
