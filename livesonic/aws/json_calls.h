// SPDX-License-Identifier: Apache-2.0
// What the services of the JSON protocols have in common: requests, answers, pages. For the
// services' own .cpp files.
#pragma once

#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "livesonic/aws/client.h"
#include "livesonic/aws/paging.h"
#include "livesonic/aws/tags.h"

namespace livesonic::aws {

// An operation of a service that answers in JSON.
struct JsonCall {
  const Service& service;
  const char* operation;
  nlohmann::json body = nlohmann::json::object();
  // How the place of the next page is called in requests and in answers.
  const char* marker = "nextToken";
  const char* next_marker = "nextToken";
};

// Asks once, and reads the answer by `read(root)`.
template <typename Read>  // void or T (const json::Value& root)
auto ask(const Client& client, const JsonCall& call, const std::stop_token& stop, Read read)
    -> Result<decltype(read(std::declval<const json::Value&>()))> {
  constexpr auto kReplace = nlohmann::json::error_handler_t::replace;  // what is no UTF-8
  const Result<Reply> reply =
      client.json(call.service, call.operation, call.body.dump(-1, ' ', false, kReplace), stop);
  if (!reply) return fail(reply.error());
  const Result<json::Document> document = read_json(*reply);
  if (!document) return fail(document.error());
  const json::Value root = document->root();
  if constexpr (std::is_void_v<decltype(read(root))>) {
    read(root);
    return check_read(*reply, *document);
  } else {
    auto value = read(root);
    return check_read(*reply, *document).map([&] { return std::move(value); });
  }
}

// Asks for page after page, to the last.
template <typename Read>  // void (const json::Value& root)
Result<void> ask_pages(const Client& client, const JsonCall& call, const std::stop_token& stop,
                       Read read) {
  return read_pages(call.operation, [&](const std::string& marker) {
    JsonCall page = call;
    if (!marker.empty()) page.body[call.marker] = marker;
    return ask(client, page, stop, [&](const json::Value& root) {
      read(root);
      return root.text(call.next_marker);
    });
  });
}

// Lists of {"key": …, "value": …}.
inline Tags read_tags(const json::Value& value, const char* list, const char* key = "key",
                      const char* text = "value") {
  Tags tags;
  for (const json::Value& tag : value.list(list)) {
    tags.insert_or_assign(tag.required_text(key), tag.text(text));
  }
  return tags;
}

}  // namespace livesonic::aws
