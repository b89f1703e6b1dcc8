// SPDX-License-Identifier: Apache-2.0
// A notifier that publishes to a topic of Amazon SNS. This room knows no AWS: app supplies the
// Publisher.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "livesonic/base/result.h"
#include "livesonic/notify/notifier.h"
#include "livesonic/notify/wording.h"

namespace livesonic::notify {

struct Publication {
  std::string account;
  std::string topic;    // its ARN
  std::string subject;  // at most 100 characters of ASCII on one line
  std::string text;
  std::string group;  // of FIFO topics: what keeps its order, and what is the same message
  std::string deduplication;
};

// Thread-safe.
class Publisher {
 public:
  virtual ~Publisher() = default;
  virtual Result<void> publish(const Publication& publication, const std::stop_token& stop) = 0;
};

// `publisher` must outlive it.
std::unique_ptr<Notifier> make_sns(std::string name, Publisher& publisher, std::string account,
                                   std::string topic, Wording wording);

}  // namespace livesonic::notify
