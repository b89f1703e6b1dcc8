// SPDX-License-Identifier: Apache-2.0
// Where environment variables come from: the process, or a test's table.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace livesonic::aws {

// Looks up an environment variable; nullopt when it isn't set. Must be callable from any thread.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

}  // namespace livesonic::aws
