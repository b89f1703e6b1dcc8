// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/access.h"

#include <fmt/format.h>

#include "livesonic/base/destination.h"
#include "livesonic/base/text.h"

namespace livesonic {

std::string_view to_string(Reach reach) {
  switch (reach) {
    case Reach::kSsh:
      return "ssh";
    case Reach::kSsm:
      return "ssm";
    case Reach::kLocal:
      return "local";
  }
  return "?";
}

Result<Reach> parse_reach(std::string_view text) {
  for (const Reach reach : {Reach::kSsh, Reach::kSsm, Reach::kLocal}) {
    if (text == to_string(reach)) return reach;
  }
  return fail(ErrorKind::kInvalidInput,
              fmt::format("'{}' is no way to a host; known: ssh, ssm, local",
                          printable(shorten(text, 32))));
}

Result<void> check_access(const Access& access) {
  const bool says_how = !access.user.empty() || access.port != 0 || !access.jump.empty();
  if (access.reach != Reach::kSsh && says_how) {
    return fail(
        ErrorKind::kInvalidInput,
        fmt::format("remote: {} has no use for a user, a port or a jump", to_string(access.reach)));
  }
  if (!access.user.empty() && !is_user_name(access.user)) {
    return fail(ErrorKind::kInvalidInput, "user: must be a user's name on the hosts");
  }
  if (!access.jump.empty()) {
    if (const auto hops = parse_jump(access.jump); !hops) return fail(hops.error().context("jump"));
  }
  return {};
}

}  // namespace livesonic
