// SPDX-License-Identifier: Apache-2.0
// SNS (API version 2010-03-31): topics, and publishing to them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "simulator/aws/operations.h"
#include "simulator/aws/query.h"

namespace livesonic::simulator {
namespace {

constexpr std::string_view kNameSpace = "http://sns.amazonaws.com/doc/2010-03-31/";
constexpr std::size_t kPage = 100;
constexpr std::size_t kLongestMessage = 262'144;
constexpr std::size_t kLongestSubject = 100;
constexpr std::size_t kRemembered = 1000;

tl::unexpected<AwsError> no_topic() {
  return refuse(404, "NotFound", "Topic does not exist");
}

AwsAnswer create_topic(World& world, Time, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "Name");
  const bool fits =
      !name.empty() && name.size() <= 256 && std::ranges::all_of(name, [](unsigned char c) {
        return c == '-' || c == '_' || (c < 0x80 && std::isalnum(c) != 0);
      });
  if (!fits) return refuse(400, "InvalidParameter", "Invalid parameter: Topic Name");
  const std::string arn = fmt::format("arn:aws:sns:{}:123456789012:{}", world.region(), name);
  Topic& topic = world.topics.topics[arn];
  topic.arn = arn;
  topic.name = name;
  return query_response(kNameSpace, call, [&](XmlWriter& xml) { xml.text("TopicArn", arn); });
}

AwsAnswer delete_topic(World& world, Time, const AwsCall& call) {
  world.topics.topics.erase(parameter(call.parameters, "TopicArn"));  // done either way
  return query_response(kNameSpace, call, [](XmlWriter&) {});
}

AwsAnswer list_topics(const World& world, Time, const AwsCall& call) {
  // The token is the ARN of the page before's last.
  const std::string after = parameter(call.parameters, "NextToken");
  std::vector<std::string> arns;
  bool more = false;
  for (auto at = world.topics.topics.upper_bound(after); at != world.topics.topics.end(); ++at) {
    more = arns.size() == kPage;
    if (more) break;
    arns.push_back(at->first);
  }
  return query_response(kNameSpace, call, [&](XmlWriter& xml) {
    write_list(xml, "Topics", arns, [&](const std::string& arn) { xml.text("TopicArn", arn); });
    if (more) xml.text("NextToken", arns.back());
  });
}

AwsAnswer publish(World& world, Time now, const AwsCall& call) {
  const auto found = world.topics.topics.find(parameter(call.parameters, "TopicArn"));
  if (found == world.topics.topics.end()) return no_topic();
  Publication publication;
  publication.subject = parameter(call.parameters, "Subject");
  publication.message = parameter(call.parameters, "Message");
  publication.at = now;
  if (publication.message.empty()) {
    return refuse(400, "InvalidParameter", "Invalid parameter: Empty message");
  }
  if (publication.message.size() > kLongestMessage) {
    return refuse(400, "InvalidParameter", "Invalid parameter: Message too long");
  }
  if (publication.subject.size() > kLongestSubject) {
    return refuse(400, "InvalidParameter", "Invalid parameter: Subject");
  }
  publication.id = fmt::format("{:08x}-0000-4000-8000-{:012x}", world.fresh_word() & 0xffffffffU,
                               world.fresh_word() & 0xffffffffffffU);
  const std::string id = publication.id;
  auto& published = found->second.published;
  published.push_back(std::move(publication));
  if (published.size() > kRemembered) published.erase(published.begin());
  return query_response(kNameSpace, call, [&](XmlWriter& xml) { xml.text("MessageId", id); });
}

constexpr std::array<AwsOperation, 4> kOperations{{
    {"CreateTopic", create_topic},
    {"DeleteTopic", delete_topic},
    {"ListTopics", list_topics},
    {"Publish", publish},
}};

}  // namespace

std::span<const AwsOperation> sns_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
