// SPDX-License-Identifier: Apache-2.0
// What the services of the query protocol have in common: the frame of an answer, lists, tags, and
// how the world's errors become theirs.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "livesonic/base/result.h"
#include "simulator/aws/protocol.h"
#include "simulator/aws/xml_writer.h"

namespace livesonic::simulator {

// <XResponse><XResult>…</XResult><ResponseMetadata>…: `fill` writes the result.
template <typename Fill>
std::string query_response(std::string_view name_space, const AwsCall& call, Fill&& fill) {
  XmlWriter xml;
  xml.root(call.operation + "Response", name_space, [&] {
    xml.element(call.operation + "Result", [&] { std::forward<Fill>(fill)(xml); });
    xml.element("ResponseMetadata", [&] { xml.text("RequestId", call.request_id); });
  });
  return xml.take();
}

// <NAME><member>…</member>…</NAME>, or with `item` instead of "member".
template <typename Range, typename Fill>
void write_list(XmlWriter& xml, std::string_view name, const Range& range, Fill&& fill,
                std::string_view item = "member") {
  xml.element(name, [&] {
    for (const auto& value : range) {
      xml.element(item, [&] { fill(value); });
    }
  });
}

template <typename Range>
void write_texts(XmlWriter& xml, std::string_view name, const Range& range,
                 std::string_view item = "member") {
  xml.element(name, [&] {
    for (const auto& value : range) xml.text(item, value);
  });
}

// "Key" and "Value" of the structures below `prefix`.
inline std::map<std::string, std::string> read_tags(const Parameters& parameters,
                                                    const std::string& prefix) {
  std::map<std::string, std::string> tags;
  for (const Parameters& tag : structures(parameters, prefix)) {
    tags[parameter(tag, "Key")] = parameter(tag, "Value");
  }
  return tags;
}

// The world's refusal, under AWS's code for it.
inline tl::unexpected<AwsError> refuse(const Error& error, std::string code) {
  return refuse(400, std::move(code), error.message);
}

}  // namespace livesonic::simulator
