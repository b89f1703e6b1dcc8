// SPDX-License-Identifier: Apache-2.0
// SNS topics and what was published to them: plain values. Nobody is subscribed; tests read them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"

namespace livesonic::simulator {

struct Publication {
  std::string id, subject, message;
  Time at{};
};

struct Topic {
  std::string arn, name;
  std::vector<Publication> published;  // the oldest first
};

struct TopicStore {
  std::map<std::string, Topic> topics;  // by ARN
};

}  // namespace livesonic::simulator
