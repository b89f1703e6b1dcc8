// SPDX-License-Identifier: Apache-2.0
// The form that errors have in every API served here.
#pragma once

#include <string_view>

#include "livesonic/httpd/message.h"

namespace livesonic::httpd {

// {"error": {"kind": "not_found", "message": "…"}}; what isn't UTF-8 in `message` is replaced.
Response error_response(int status, std::string_view kind, std::string_view message);

}  // namespace livesonic::httpd
