// SPDX-License-Identifier: Apache-2.0
// Is this a web address? Pure function.
#pragma once

#include <string_view>

#include "livesonic/base/result.h"

namespace livesonic::config {

// Takes "http://HOST…" and "https://HOST…", with or without a port. The error says what is wrong in
// words that follow the key's name, and never repeats the address: it may hold a token.
Result<void> check_url(std::string_view url);

}  // namespace livesonic::config
