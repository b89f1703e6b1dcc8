// SPDX-License-Identifier: Apache-2.0
// Does a refusal come of a wrong clock of ours? Pure function.
#pragma once

#include <optional>
#include <string_view>

#include "livesonic/aws/http.h"
#include "livesonic/base/clock.h"

namespace livesonic::aws {

// AWS's clock minus `now` when the refusal with that code is explained by the difference between
// that and the `assumed` skew which the request was dated by; else nullopt. The codes that name the
// time are believed at once, those that may have other reasons only beyond four minutes: AWS takes
// requests whose time is up to five minutes off.
std::optional<Duration> skew_behind(std::string_view code, const HttpResponse& response,
                                    Duration assumed, Time now);

}  // namespace livesonic::aws
