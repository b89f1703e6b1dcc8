// SPDX-License-Identifier: Apache-2.0
// The API's OpenAPI 3.1 document, as it stands in openapi.json.
#pragma once

#include <string_view>

namespace livesonic::web {

std::string_view openapi_document();

}  // namespace livesonic::web
