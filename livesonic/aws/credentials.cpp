// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/credentials.h"

#include <fmt/format.h>

#include <algorithm>

namespace livesonic::aws {
namespace {

// Printable ASCII without spaces: nothing else may get into a header.
bool is_one_word(std::string_view text, std::size_t limit) {
  return text.size() <= limit &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

Result<void> check_credentials(const Credentials& credentials, std::string_view where) {
  const auto refuse = [&](std::string_view what) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{} {}", what, where));
  };
  const bool has_id = !credentials.access_key_id.empty();
  const bool has_secret = !credentials.secret_access_key.empty();
  if (!has_id) return refuse("there is no access key id beside the secret access key in");
  if (!has_secret) return refuse("there is no secret access key beside the access key id in");
  if (!is_one_word(credentials.access_key_id, 128) ||
      credentials.access_key_id.find_first_of("/,=") != std::string::npos) {
    return refuse("no access key id looks like the one in");
  }
  if (!is_one_word(credentials.secret_access_key.reveal(), 256)) {
    return refuse("no secret access key looks like the one in");
  }
  if (!is_one_word(credentials.session_token.reveal(), 16384)) {
    return refuse("no session token looks like the one in");
  }
  return {};
}

}  // namespace livesonic::aws
