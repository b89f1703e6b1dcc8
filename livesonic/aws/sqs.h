// SPDX-License-Identifier: Apache-2.0
// Messages from queues (Amazon SQS, API version 2012-11-05).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

struct SqsMessage {
  std::string id;
  std::string receipt_handle;  // of this receipt: what it takes to delete the message
  std::string body;
  std::optional<Time> sent_at;
  std::int64_t receive_count = 1;  // this time included
  friend bool operator==(const SqsMessage&, const SqsMessage&) = default;
};

struct SqsReceive {
  std::string queue_url;
  // How long to wait for a message when there is none, at most Sqs::kLongestWait.
  std::chrono::seconds wait{0};
  // How long what was received is hidden from others; empty: as the queue says.
  std::optional<std::chrono::seconds> hidden_for = {};
};

// Thread-safe. Borrows the client, which must be of the queue's region.
class Sqs {
 public:
  explicit Sqs(const Client& client) : client_(&client) {}

  // AWS allows 20 s, but an exchange ends after 15.
  static constexpr std::chrono::seconds kLongestWait{10};

  // The URL of a queue of the account; kNotFound when there is none of that name.
  Result<std::string> get_queue_url(const std::string& name,
                                    const std::stop_token& stop = {}) const;

  // At most ten; none when there are none. What isn't deleted comes again. kNotFound when there is
  // no such queue.
  Result<std::vector<SqsMessage>> receive(const SqsReceive& request,
                                          const std::stop_token& stop = {}) const;

  // By their receipt handles, ten a call. Fails when one could not be deleted, which says nothing
  // about the others.
  Result<void> delete_messages(const std::string& queue_url,
                               const std::vector<std::string>& receipt_handles,
                               const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
