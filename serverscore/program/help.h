// SPDX-License-Identifier: Apache-2.0
// What --help prints. serverscore.1 says the same at length.
#pragma once

#include <string_view>

namespace serverscore {

extern const std::string_view kHelpText;

}  // namespace serverscore
