// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/queues.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "livesonic/base/time_text.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

constexpr std::size_t kMostMessages = 120'000;  // as AWS's limit of those in flight

std::string fresh_uuid(World& world) {
  return fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", world.fresh_word() & 0xffffffffU,
                     world.fresh_word() & 0xffffU, world.fresh_word() & 0xfffU,
                     world.fresh_word() & 0xfffU, world.fresh_word() & 0xffffffffffffU);
}

Result<Queue*> existing(World& world, const std::string& name) {
  const auto found = world.queues.queues.find(name);
  if (found != world.queues.queues.end()) return &found->second;
  return fail(ErrorKind::kNotFound, "The specified queue does not exist.");
}

}  // namespace

Result<void> add_queue(World& world, const std::string& name, Time now) {
  const bool fits =
      !name.empty() && name.size() <= 80 && std::ranges::all_of(name, [](unsigned char c) {
        return c == '-' || c == '_' || (c < 0x80 && std::isalnum(c) != 0);
      });
  if (!fits) {
    return fail(ErrorKind::kInvalidInput,
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in "
                "length");
  }
  Queue& queue = world.queues.queues[name];
  if (!queue.name.empty()) return {};  // AWS answers the queue that there is
  queue.name = name;
  queue.created = now;
  return {};
}

Result<void> send_message(World& world, const std::string& name, const std::string& body,
                          Time now) {
  return existing(world, name).map([&](Queue* queue) {
    Message message;
    message.id = fresh_uuid(world);
    message.body = body;
    message.sent = message.visible = now;
    queue->messages.push_back(std::move(message));
    if (queue->messages.size() > kMostMessages) queue->messages.pop_front();
  });
}

Result<std::vector<Message>> receive_messages(World& world, const std::string& name, int most,
                                              Time now) {
  return existing(world, name).map([&](Queue* queue) {
    std::vector<Message> received;
    for (Message& message : queue->messages) {
      if (static_cast<int>(received.size()) == most) break;
      if (message.visible > now) continue;
      message.visible = now + queue->hides;
      message.receipt = fresh_uuid(world);
      ++message.receives;
      received.push_back(message);
    }
    return received;
  });
}

Result<void> delete_message(World& world, const std::string& name, const std::string& receipt) {
  return existing(world, name).map([&](Queue* queue) {
    std::erase_if(queue->messages,
                  [&](const Message& message) { return message.receipt == receipt; });
  });
}

void announce(World& world, const Event& event, Time now) {
  if (!world.queues.queues.contains(world.queues.event_queue)) return;
  const nlohmann::json body{{"version", "0"},
                            {"id", fresh_uuid(world)},
                            {"detail-type", event.type},
                            {"source", event.source},
                            {"account", "123456789012"},
                            {"time", to_iso8601(std::chrono::floor<std::chrono::seconds>(now))},
                            {"region", world.region()},
                            {"resources", event.resources},
                            {"detail", nlohmann::json::parse(event.detail, nullptr, false)}};
  (void)send_message(world, world.queues.event_queue,
                     body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), now);
}

void announce_instance(World& world, const std::string& id, std::string_view type,
                       const std::string& detail, Time now) {
  Event event;
  event.source = "aws.ec2";
  event.type = type;
  event.resources = {fmt::format("arn:aws:ec2:{}:123456789012:instance/{}", world.region(), id)};
  event.detail = detail;
  announce(world, event, now);
}

}  // namespace livesonic::simulator
