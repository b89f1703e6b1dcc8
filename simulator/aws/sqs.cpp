// SPDX-License-Identifier: Apache-2.0
// SQS (API version 2012-11-05), in its JSON protocol.
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "simulator/aws/json_answers.h"

namespace livesonic::simulator {
namespace {

using namespace json_api;

constexpr int kMostReceived = 10;

std::string url_of(const AwsCall& call, const std::string& name) {
  return "http://" + call.host + "/123456789012/" + name;
}

// Clients compare it with what arrived.
std::string md5_hex(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  std::size_t size = 0;
  EVP_Q_digest(nullptr, "MD5", nullptr, text.data(), text.size(), digest.data(), &size);
  std::string hex;
  for (std::size_t i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4U];
    hex += "0123456789abcdef"[digest[i] & 15U];
  }
  return hex;
}

// The queue that a call means, by the last part of its URL.
std::string queue_of(const json& input) {
  const std::string url = text(input, "QueueUrl");
  return url.substr(url.rfind('/') + 1);
}

tl::unexpected<AwsError> no_queue() {
  return refuse(400, "com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.");
}

AwsAnswer create_queue(World& world, Time now, const AwsCall& call) {
  const std::string name = text(input_of(call), "QueueName");
  if (auto added = add_queue(world, name, now); !added) {
    return refuse(400, "com.amazonaws.sqs#InvalidParameterValueException", added.error().message);
  }
  return written({{"QueueUrl", url_of(call, name)}});
}

AwsAnswer delete_queue(World& world, Time, const AwsCall& call) {
  if (world.queues.queues.erase(queue_of(input_of(call))) == 0) return no_queue();
  return written(json::object());
}

AwsAnswer get_queue_url(const World& world, Time, const AwsCall& call) {
  const std::string name = text(input_of(call), "QueueName");
  if (!world.queues.queues.contains(name)) return no_queue();
  return written({{"QueueUrl", url_of(call, name)}});
}

AwsAnswer list_queues(const World& world, Time, const AwsCall& call) {
  const std::string prefix = text(input_of(call), "QueueNamePrefix");
  json urls = json::array();
  for (const auto& [name, queue] : world.queues.queues) {
    if (name.starts_with(prefix)) urls.push_back(url_of(call, name));
  }
  return written(urls.empty() ? json::object() : json{{"QueueUrls", urls}});
}

AwsAnswer get_queue_attributes(const World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const auto found = world.queues.queues.find(queue_of(input));
  if (found == world.queues.queues.end()) return no_queue();
  const Queue& queue = found->second;
  const auto visible = std::ranges::count_if(
      queue.messages, [&](const Message& message) { return message.visible <= now; });
  const auto hidden = static_cast<std::ptrdiff_t>(queue.messages.size()) - visible;
  const std::map<std::string, std::string> all{
      {"ApproximateNumberOfMessages", std::to_string(visible)},
      {"ApproximateNumberOfMessagesNotVisible", std::to_string(hidden)},
      {"QueueArn", "arn:aws:sqs:" + world.region() + ":123456789012:" + queue.name},
      {"VisibilityTimeout", std::to_string(queue.hides.count() / 1000)}};
  const auto asked = texts(input, "AttributeNames");
  json attributes = json::object();
  for (const auto& [name, value] : all) {
    const bool wanted = std::ranges::find(asked, name) != asked.end() ||
                        std::ranges::find(asked, "All") != asked.end();
    if (wanted) attributes[name] = value;
  }
  return written({{"Attributes", std::move(attributes)}});
}

AwsAnswer send_one_message(World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const std::string queue = queue_of(input);
  const std::string body = text(input, "MessageBody");
  if (auto sent = send_message(world, queue, body, now); !sent) return no_queue();
  const Message& message = world.queues.queues.at(queue).messages.back();
  return written({{"MessageId", message.id}, {"MD5OfMessageBody", md5_hex(body)}});
}

AwsAnswer receive(World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const int most = whole(input, "MaxNumberOfMessages").value_or(1);
  if (most < 1 || most > kMostReceived) {
    return refuse(400, "com.amazonaws.sqs#InvalidParameterValue",
                  "MaxNumberOfMessages must be between 1 and 10");
  }
  const auto received = receive_messages(world, queue_of(input), most, now);
  if (!received) return no_queue();
  const bool with_attributes = !texts(input, "AttributeNames").empty() ||
                               !texts(input, "MessageSystemAttributeNames").empty();
  json messages = json::array();
  for (const Message& message : *received) {
    const json attributes{
        {"ApproximateReceiveCount", std::to_string(message.receives)},
        {"SentTimestamp", std::to_string(message.sent.time_since_epoch().count())}};
    messages.push_back({{"MessageId", message.id},
                        {"ReceiptHandle", message.receipt},
                        {"MD5OfBody", md5_hex(message.body)},
                        {"Body", message.body}});
    if (with_attributes) messages.back()["Attributes"] = attributes;
  }
  return written(messages.empty() ? json::object() : json{{"Messages", messages}});
}

AwsAnswer delete_one_message(World& world, Time, const AwsCall& call) {
  const json input = input_of(call);
  if (!delete_message(world, queue_of(input), text(input, "ReceiptHandle"))) return no_queue();
  return written(json::object());
}

AwsAnswer delete_message_batch(World& world, Time, const AwsCall& call) {
  const json input = input_of(call);
  const auto entries = input.find("Entries");
  json deleted = json::array();
  if (entries != input.end() && entries->is_array()) {
    for (const json& entry : *entries) {
      if (!entry.is_object()) continue;
      if (!delete_message(world, queue_of(input), text(entry, "ReceiptHandle"))) return no_queue();
      deleted.push_back({{"Id", text(entry, "Id")}});
    }
  }
  return written({{"Successful", std::move(deleted)}, {"Failed", json::array()}});
}

AwsAnswer purge_queue(World& world, Time, const AwsCall& call) {
  const auto found = world.queues.queues.find(queue_of(input_of(call)));
  if (found == world.queues.queues.end()) return no_queue();
  found->second.messages.clear();
  return written(json::object());
}

constexpr std::array<AwsOperation, 10> kOperations{{
    {"CreateQueue", create_queue},
    {"DeleteQueue", delete_queue},
    {"GetQueueUrl", get_queue_url},
    {"ListQueues", list_queues},
    {"GetQueueAttributes", get_queue_attributes},
    {"SendMessage", send_one_message},
    {"ReceiveMessage", receive},
    {"DeleteMessage", delete_one_message},
    {"DeleteMessageBatch", delete_message_batch},
    {"PurgeQueue", purge_queue},
}};

}  // namespace

std::span<const AwsOperation> sqs_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
