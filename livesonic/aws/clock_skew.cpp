// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/clock_skew.h"

#include <algorithm>
#include <array>
#include <string>

namespace livesonic::aws {

std::optional<Duration> skew_behind(std::string_view code, const HttpResponse& response,
                                    Duration assumed, Time now) {
  constexpr std::array<std::string_view, 3> kAboutTime = {"RequestExpired", "RequestInTheFuture",
                                                          "RequestTimeTooSkewed"};
  constexpr std::array<std::string_view, 5> kPerhaps = {
      "AuthFailure", "IncompleteSignature", "InvalidSignatureException", "RequestTimeTooOld",
      "SignatureDoesNotMatch"};
  const bool about_time = std::ranges::find(kAboutTime, code) != kAboutTime.end();
  if (!about_time && std::ranges::find(kPerhaps, code) == kPerhaps.end()) return std::nullopt;
  const std::string* date = response.header("date");
  const std::optional<Time> theirs = date == nullptr ? std::nullopt : parse_http_date(*date);
  if (!theirs) return std::nullopt;
  const Duration skew = *theirs - now;
  // A Date header is whole seconds, and as old as the way here was long.
  const Duration least =
      about_time ? Duration{std::chrono::seconds{30}} : Duration{std::chrono::minutes{4}};
  if (std::chrono::abs(skew - assumed) < least) return std::nullopt;
  return skew;
}

}  // namespace livesonic::aws
