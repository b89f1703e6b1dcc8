// SPDX-License-Identifier: Apache-2.0
// Who can be told of what. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "livesonic/model/channel.h"

namespace livesonic::notify {

// Of the channels, those to be told of an incident: that a channel is broken is told on the others.
inline std::vector<std::string> those_to_tell(const Cause& cause,
                                              std::vector<std::string> channels) {
  std::erase_if(channels,
                [&](const std::string& channel) { return cause == channel_cause(channel); });
  return channels;
}

}  // namespace livesonic::notify
