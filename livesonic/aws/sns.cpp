// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/sns.h"

#include <utility>

#include "livesonic/aws/query_calls.h"

namespace livesonic::aws {
namespace {

constexpr Service kSns{.id = "sns", .api_version = "2010-03-31"};

}  // namespace

Result<std::string> Sns::publish(const SnsMessage& message, const std::stop_token& stop) const {
  Fields form = {{"TopicArn", message.topic_arn}, {"Message", message.text}};
  for (const auto& [name, value] :
       {std::pair("Subject", &message.subject), std::pair("MessageGroupId", &message.group_id),
        std::pair("MessageDeduplicationId", &message.deduplication_id)}) {
    if (!value->empty()) form.emplace_back(name, *value);
  }
  return ask(*client_, {.service = kSns, .operation = "Publish", .form = std::move(form)}, stop,
             [](const xml::Element& result) { return result.required_text("MessageId"); });
}

}  // namespace livesonic::aws
