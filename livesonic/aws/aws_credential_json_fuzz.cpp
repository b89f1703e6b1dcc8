// SPDX-License-Identifier: Apache-2.0
// Every document that carries credentials, whatever is in it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "livesonic/aws/credential_json.h"
#include "livesonic/aws/http.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livesonic::aws;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(parse_role_credentials(text));
  static_cast<void>(parse_process_credentials(text));
  static_cast<void>(parse_sso_token(text));
  static_cast<void>(parse_sso_role_credentials(text));
  static_cast<void>(parse_http_date(text));
  return 0;
}
