// SPDX-License-Identifier: Apache-2.0
// What SQLite's result codes mean to an operator. Pure function.
#pragma once

#include <filesystem>
#include <string_view>

#include "livesonic/base/result.h"

namespace livesonic::storage {

// `code` is a (possibly extended) result code, `said` SQLite's own words, `system_errno` the errno
// behind it, 0 when there is none.
Error sqlite_error(const std::filesystem::path& file, int code, std::string_view said,
                   int system_errno);

}  // namespace livesonic::storage
