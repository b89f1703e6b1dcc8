// SPDX-License-Identifier: Apache-2.0
#include "livesonic/httpd/error_response.h"

#include <fmt/format.h>

#include "livesonic/base/text.h"

namespace livesonic::httpd {
namespace {

// `text` within a JSON string.
std::string json_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : to_valid_utf8(text)) {
    if (c == '"' || c == '\\') {
      escaped += '\\';
      escaped += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      escaped += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace

Response error_response(int status, std::string_view kind, std::string_view message) {
  Response response;
  response.status = status;
  response.body = fmt::format(R"({{"error":{{"kind":"{}","message":"{}"}}}})", json_escaped(kind),
                              json_escaped(message));
  return response;
}

}  // namespace livesonic::httpd
