// SPDX-License-Identifier: Apache-2.0
// SQS queues, and the events of EventBridge that come through them: what changes in the world, as
// AWS announces it. The values are plain; the functions work on a whole world.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::simulator {

class World;

struct Message {
  std::string id, body;
  std::string receipt;  // of the latest time it was received
  Time sent{};
  Time visible{};  // to receivers, from then on
  int receives = 0;
};

struct Queue {
  std::string name;
  Time created{};
  Duration hides = std::chrono::seconds{30};  // what was received, from other receivers
  std::deque<Message> messages;               // in the order of their arrival
};

struct QueueStore {
  std::map<std::string, Queue> queues;  // by name
  std::string event_queue;              // the one that gets the events; may not exist
};

// What EventBridge tells of one thing that happened.
struct Event {
  std::string source, type;            // "aws.ec2", "EC2 Instance State-change Notification"
  std::vector<std::string> resources;  // ARNs
  std::string detail;                  // a JSON object
};

Result<void> add_queue(World& world, const std::string& name, Time now);
Result<void> send_message(World& world, const std::string& queue, const std::string& body,
                          Time now);
// At most `most` of those that are visible; they are hidden from then on.
Result<std::vector<Message>> receive_messages(World& world, const std::string& queue, int most,
                                              Time now);
// By the receipt of the latest time it was received; others are ignored, as AWS does.
Result<void> delete_message(World& world, const std::string& queue, const std::string& receipt);

// Into the queue that gets events; nothing where there is none.
void announce(World& world, const Event& event, Time now);
void announce_instance(World& world, const std::string& id, std::string_view type,
                       const std::string& detail, Time now);

}  // namespace livesonic::simulator
