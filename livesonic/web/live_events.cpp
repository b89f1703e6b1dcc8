// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/live_events.h"

#include <utility>

#include "livesonic/web/to_json.h"

namespace livesonic::web {

void LiveEvents::publish(const Event& event) {
  const std::string data = dump(to_json(event));
  const std::lock_guard lock(mutex_);
  std::erase_if(streams_, [&](const auto& stream) { return !stream->send(event.kind, data); });
}

void LiveEvents::add(std::shared_ptr<httpd::EventStream> stream) {
  const std::lock_guard lock(mutex_);
  streams_.push_back(std::move(stream));
}

std::size_t LiveEvents::listeners() const {
  const std::lock_guard lock(mutex_);
  return streams_.size();
}

}  // namespace livesonic::web
