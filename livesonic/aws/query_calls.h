// SPDX-License-Identifier: Apache-2.0
// What the services of the query protocols have in common: lists in forms, answers in envelopes
// and pages. For the services' own .cpp files.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "livesonic/aws/batches.h"
#include "livesonic/aws/client.h"
#include "livesonic/aws/paging.h"
#include "livesonic/aws/tags.h"

namespace livesonic::aws {

// NAME.1, NAME.2, …: the query protocol has "InstanceIds.member" as the name, EC2 "InstanceId".
inline void add_list(Fields& form, std::string_view name, const std::vector<std::string>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    form.emplace_back(fmt::format("{}.{}", name, i + 1), values[i]);
  }
}

// Filters: "Filters.member" and "Values.member", or EC2's "Filter" and "Value".
inline void add_filters(Fields& form, std::string_view name, std::string_view values,
                        const Filters& filters) {
  for (std::size_t i = 0; i < filters.size(); ++i) {
    const std::string prefix = fmt::format("{}.{}", name, i + 1);
    form.emplace_back(prefix + ".Name", filters[i].name);
    add_list(form, fmt::format("{}.{}", prefix, values), filters[i].values);
  }
}

inline std::string to_form(bool value) {
  return value ? "true" : "false";
}

// Around what an operation answers: <OPERATIONResponse>, and within, but for EC2,
// <OPERATIONResult>.
enum class Envelope { kResult, kBare };

// Reads an answer by `read(result)`.
template <typename Read>  // void or T (const xml::Element& result)
auto read_result(const Reply& reply, Envelope envelope, Read read)
    -> Result<decltype(read(std::declval<const xml::Element&>()))> {
  const Result<xml::Document> document = read_document(reply, reply.operation + "Response");
  if (!document) return fail(document.error());
  const std::string inner = reply.operation + "Result";
  const xml::Element root = document->root();
  const xml::Element result =
      envelope == Envelope::kBare ? root : root.required_child(inner.c_str());
  if constexpr (std::is_void_v<decltype(read(result))>) {
    read(result);
    return check_read(reply, *document);
  } else {
    auto value = read(result);
    return check_read(reply, *document).map([&] { return std::move(value); });
  }
}

// An operation of a service that answers in XML.
struct Query {
  const Service& service;
  const char* operation;
  Fields form = {};
  Envelope envelope = Envelope::kResult;
  // How the place of the next page is called in requests and in answers.
  const char* marker = "NextToken";
  const char* next_marker = "NextToken";
};

// Asks once.
template <typename Read>  // void or T (const xml::Element& result)
auto ask(const Client& client, const Query& query, const std::stop_token& stop, Read read)
    -> Result<decltype(read(std::declval<const xml::Element&>()))> {
  const Result<Reply> reply = client.query(query.service, query.operation, query.form, stop);
  if (!reply) return fail(reply.error());
  return read_result(*reply, query.envelope, std::move(read));
}

// Asks for page after page, to the last, or until `read(result)` says that it has seen enough.
template <typename Read>  // void, or bool: go on? (const xml::Element& result)
Result<void> ask_pages(const Client& client, const Query& query, const std::stop_token& stop,
                       Read read) {
  return read_pages(query.operation, [&](const std::string& marker) {
    Query page = query;
    if (!marker.empty()) page.form.emplace_back(query.marker, marker);
    return ask(client, page, stop, [&](const xml::Element& result) {
      bool more = true;
      if constexpr (std::is_void_v<decltype(read(result))>) {
        read(result);
      } else {
        more = read(result);
      }
      return more ? result.text(query.next_marker) : std::string();
    });
  });
}

// Asks once where the answer, though it must be the operation's, says nothing more.
inline Result<void> tell(const Client& client, const Query& query, const std::stop_token& stop) {
  return client.query(query.service, query.operation, query.form, stop)
      .and_then([&](const Reply& reply) {
        return read_document(reply, reply.operation + "Response").map([](const auto&) {});
      });
}

}  // namespace livesonic::aws
