// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648), with padding. Pure.
#pragma once

#include <string>
#include <string_view>

namespace livesonic::simulator {

std::string to_base64(std::string_view bytes);

}  // namespace livesonic::simulator
