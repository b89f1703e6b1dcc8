// SPDX-License-Identifier: Apache-2.0
// Hands every event to everybody who listens on GET /api/v1/events.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "livesonic/httpd/server.h"
#include "livesonic/model/event.h"

namespace livesonic::web {

// Thread-safe. Never blocks: a listener that has gone or cannot keep up is dropped.
class LiveEvents final : public EventSink {
 public:
  void publish(const Event& event) override;

  void add(std::shared_ptr<httpd::EventStream> stream);
  [[nodiscard]] std::size_t listeners() const;  // those not yet known to have gone

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<httpd::EventStream>> streams_;
};

}  // namespace livesonic::web
