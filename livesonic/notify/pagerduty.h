// SPDX-License-Identifier: Apache-2.0
// A notifier for PagerDuty's Events API v2.
#pragma once

#include <memory>
#include <string>

#include "livesonic/base/secret.h"
#include "livesonic/notify/http_request.h"
#include "livesonic/notify/wording.h"

namespace livesonic::notify {

inline constexpr const char* kPagerdutyUrl = "https://events.pagerduty.com/v2/enqueue";

std::unique_ptr<Notifier> make_pagerduty(std::string name, Endpoint endpoint, Secret routing_key,
                                         Wording wording);

// The event: "trigger" when it opens or is worse, "acknowledge" when somebody has taken it,
// "resolve" when it is over. The dedup_key is the incident's, so that events that come twice, or
// after each other, are one alert there.
std::string pagerduty_json(const Message& message, const Secret& routing_key,
                           const Wording& wording, std::string_view channel);

}  // namespace livesonic::notify
