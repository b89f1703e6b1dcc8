// SPDX-License-Identifier: Apache-2.0
// The one stream of what happens: rooms publish, the dashboard and the API listen.
#pragma once

#include <string>

#include "livesonic/base/clock.h"

namespace livesonic {

struct Event {
  // "cluster.added", "cluster.removed", "instances.changed", "instance.unexplained", "readings",
  // "round", "incident.opened", "incident.changed", "incident.closed", "services.changed",
  // "rules.changed", "domains.changed", "action.changed", "actions.switched"
  std::string kind;
  std::string cluster;  // empty where it concerns none
  std::string subject;  // an instance, incident or service id; may be empty
  std::string detail;   // a sentence for people; may be empty
  Time at{};
};

// Thread-safe. Never blocks: a listener that cannot keep up loses events, not the publisher time.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void publish(const Event& event) = 0;
};

}  // namespace livesonic
