// SPDX-License-Identifier: Apache-2.0
// Whole small files.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "livesonic/base/result.h"

namespace livesonic {

// The file's content; an error naming the file and the reason, also when it is larger than `limit`.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit = 1 << 20);

// "~" and "~/x" with the home directory of the current user put in; anything else as it is.
std::filesystem::path expand_home(const std::filesystem::path& path);

}  // namespace livesonic
