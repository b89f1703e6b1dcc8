// SPDX-License-Identifier: Apache-2.0
// "${NAME}" in a text stands for an environment variable. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "livesonic/base/result.h"
#include "livesonic/config/config.h"

namespace livesonic::config {

struct ExpandedText {
  std::string text;
  bool from_environment = false;  // there was at least one variable in it
};

// An error names the variable that isn't set, never the text around it. What a variable holds is
// not looked through again.
Result<ExpandedText> expand_environment(std::string_view text, const Environment& environment);

// The variable that overrides a channel's secret: the URL of "ops-room.2" has
// LIVESONIC_NOTIFY_OPS_ROOM_2_URL.
std::string notify_variable(std::string_view channel, std::string_view secret);
// Likewise of an action's webhook: LIVESONIC_ACTION_OPS_ROOM_2_URL.
std::string action_url_variable(std::string_view webhook);

}  // namespace livesonic::config
