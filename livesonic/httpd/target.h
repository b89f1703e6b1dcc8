// SPDX-License-Identifier: Apache-2.0
// The part of a request line between method and version, taken apart. Pure functions on bytes that
// anybody may have sent.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "livesonic/base/result.h"

namespace livesonic::httpd {

struct Target {
  std::string path;                          // percent-decoded, begins with '/'
  std::map<std::string, std::string> query;  // percent-decoded; the last of equal names wins
};

// Takes the origin form only ("/path?name=value"). A '+' stays a '+', so that a time with an offset
// may be written by hand. Refuses broken escapes, and control characters in the path.
Result<Target> parse_target(std::string_view text);

// The body of an application/x-www-form-urlencoded request, where '+' is a space.
Result<std::map<std::string, std::string>> parse_form(std::string_view text);

// "%41" becomes "A"; an error for a '%' without two hexadecimal digits.
Result<std::string> percent_decode(std::string_view text);

}  // namespace livesonic::httpd
