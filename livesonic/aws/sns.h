// SPDX-License-Identifier: Apache-2.0
// Messages to topics (Amazon SNS, API version 2010-03-31).
#pragma once

#include <stop_token>
#include <string>

#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

struct SnsMessage {
  std::string topic_arn;
  std::string text;          // UTF-8, at most 256 KiB
  std::string subject = {};  // of mails: at most 100 bytes of ASCII on one line; empty: none
  // Of topics whose name ends in ".fifo": messages of a group keep their order, and one that is
  // published again within five minutes is not sent again.
  std::string group_id = {};
  std::string deduplication_id = {};
};

// Thread-safe. Borrows the client, which must be of the topic's region.
class Sns {
 public:
  explicit Sns(const Client& client) : client_(&client) {}

  // AWS's id of the message; kNotFound when there is no such topic. A call whose answer is lost is
  // repeated, so that subscribers may get the message twice.
  Result<std::string> publish(const SnsMessage& message, const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
