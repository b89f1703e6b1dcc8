// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648, 4). Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace livesonic {

// What `text` stands for, white space ignored; nothing when it is no base64. Padding may be
// missing.
std::optional<std::string> from_base64(std::string_view text);

// With padding, on one line.
std::string to_base64(std::string_view bytes);

}  // namespace livesonic
