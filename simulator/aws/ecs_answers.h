// SPDX-License-Identifier: Apache-2.0
// What both files of ECS's operations have in common: tags, errors, pages.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "simulator/aws/json_answers.h"

namespace livesonic::simulator::ecs {

using namespace json_api;

inline std::map<std::string, std::string> tags_of(const json& input) {
  std::map<std::string, std::string> tags;
  const auto found = input.find("tags");
  if (found == input.end() || !found->is_array()) return tags;
  for (const json& tag : *found) {
    if (tag.is_object()) tags[text(tag, "key")] = text(tag, "value");
  }
  return tags;
}

inline json written_tags(const std::map<std::string, std::string>& tags) {
  json list = json::array();
  for (const auto& [key, value] : tags) list.push_back({{"key", key}, {"value", value}});
  return list;
}

inline tl::unexpected<AwsError> no_cluster() {
  return refuse(400, "ClusterNotFoundException", "Cluster not found.");
}

inline tl::unexpected<AwsError> refused(const Error& error) {
  if (error.message == "Cluster not found.") return no_cluster();
  if (error.message == "Service not found.") {
    return refuse(400, "ServiceNotFoundException", error.message);
  }
  return refuse(400, "InvalidParameterException", error.message);
}

inline json failure(const std::string& arn) {
  return {{"arn", arn}, {"reason", "MISSING"}};
}

// A page of ARNs below `name`; its token is "from-N".
inline AwsAnswer page(const json& input, const char* name, const std::vector<std::string>& all,
                      int usual) {
  const int size = whole(input, "maxResults").value_or(usual);
  if (size < 1 || size > 100) {
    return refuse(400, "InvalidParameterException", "maxResults must be from 1 to 100");
  }
  const std::string token = text(input, "nextToken");
  std::size_t first = 0;
  if (!token.empty()) {
    const auto index = token.starts_with("from-")
                           ? number({{"n", token.substr(5)}}, "n", 0, 1'000'000'000, 0)
                           : std::nullopt;
    if (!index) return refuse(400, "InvalidParameterException", "Invalid token");
    first = std::min(static_cast<std::size_t>(*index), all.size());
  }
  const std::size_t last = std::min(all.size(), first + static_cast<std::size_t>(size));
  json answer{{name, json::array()}};
  for (std::size_t i = first; i < last; ++i) answer[name].push_back(all[i]);
  if (last < all.size()) answer["nextToken"] = "from-" + std::to_string(last);
  return written(answer);
}

}  // namespace livesonic::simulator::ecs
