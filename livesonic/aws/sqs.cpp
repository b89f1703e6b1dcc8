// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/sqs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>

#include "livesonic/aws/batches.h"
#include "livesonic/aws/json_calls.h"

namespace livesonic::aws {
namespace {

constexpr Service kSqs{
    .id = "sqs", .api_version = {}, .json_target = "AmazonSQS", .json_version = "1.0"};
constexpr std::size_t kMessagesPerCall = 10;  // AWS's own limit

// A number that SQS writes as a text; nothing, and a complaint, when it is none.
std::optional<std::int64_t> number(const json::Value& value, const char* name) {
  const std::string text = value.text(name);
  if (text.empty()) return std::nullopt;
  constexpr std::int64_t kYear10000 = 253402300800000;  // in milliseconds since 1970
  std::int64_t found = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, found);
  if (error == std::errc{} && stopped == end && found >= 0 && found < kYear10000) return found;
  value.complain(name, "is no count");
  return std::nullopt;
}

SqsMessage read_message(const json::Value& value) {
  SqsMessage message;
  message.id = value.required_text("MessageId");
  message.receipt_handle = value.required_text("ReceiptHandle");
  message.body = value.raw_text("Body");
  const json::Value attributes = value.child("Attributes");
  if (const auto sent = number(attributes, "SentTimestamp"))
    message.sent_at = Time(Duration(*sent));
  message.receive_count = number(attributes, "ApproximateReceiveCount").value_or(1);
  return message;
}

void read_deleted(const json::Value& root) {
  for (const json::Value& one : root.list("Failed")) {
    one.complain("Code", fmt::format("a message could not be deleted: {}: {}", one.text("Code"),
                                     one.text("Message")));
  }
}

}  // namespace

Result<std::string> Sqs::get_queue_url(const std::string& name, const std::stop_token& stop) const {
  return ask(*client_, {.service = kSqs, .operation = "GetQueueUrl", .body = {{"QueueName", name}}},
             stop, [](const json::Value& root) { return root.required_text("QueueUrl"); });
}

Result<std::vector<SqsMessage>> Sqs::receive(const SqsReceive& request,
                                             const std::stop_token& stop) const {
  const auto wait = std::clamp(request.wait, std::chrono::seconds{0}, kLongestWait);
  nlohmann::json body = {{"QueueUrl", request.queue_url},
                         {"MaxNumberOfMessages", kMessagesPerCall},
                         {"WaitTimeSeconds", wait.count()}};
  // The same under its old name, for endpoints that know only that.
  for (const char* name : {"MessageSystemAttributeNames", "AttributeNames"}) {
    body[name] = {"SentTimestamp", "ApproximateReceiveCount"};
  }
  if (request.hidden_for) body["VisibilityTimeout"] = request.hidden_for->count();
  return ask(*client_, {.service = kSqs, .operation = "ReceiveMessage", .body = std::move(body)},
             stop, [](const json::Value& root) {
               std::vector<SqsMessage> messages;
               for (const json::Value& one : root.list("Messages")) {
                 messages.push_back(read_message(one));
               }
               return messages;
             });
}

Result<void> Sqs::delete_messages(const std::string& queue_url,
                                  const std::vector<std::string>& receipt_handles,
                                  const std::stop_token& stop) const {
  return in_batches(receipt_handles, kMessagesPerCall, [&](const auto& part) {
    nlohmann::json entries = nlohmann::json::array();
    for (const std::string& handle : part) {
      entries.push_back({{"Id", fmt::to_string(entries.size())}, {"ReceiptHandle", handle}});
    }
    return ask(*client_,
               {.service = kSqs,
                .operation = "DeleteMessageBatch",
                .body = {{"QueueUrl", queue_url}, {"Entries", std::move(entries)}}},
               stop, read_deleted);
  });
}

}  // namespace livesonic::aws
