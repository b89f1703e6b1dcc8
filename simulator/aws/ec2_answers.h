// SPDX-License-Identifier: Apache-2.0
// What all files of EC2's operations have in common: the frame of an answer, filters, ids, pages.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/aws/operations.h"
#include "simulator/aws/query.h"

namespace livesonic::simulator::ec2 {

inline constexpr std::string_view kNameSpace = "http://ec2.amazonaws.com/doc/2016-11-15/";

// <XResponse><requestId>…</requestId>…</XResponse>
template <typename Fill>
std::string response(const AwsCall& call, Fill&& fill) {
  XmlWriter xml;
  xml.root(call.operation + "Response", kNameSpace, [&] {
    xml.text("requestId", call.request_id);
    std::forward<Fill>(fill)(xml);
  });
  return xml.take();
}

struct Filter {
  std::string name;
  std::vector<std::string> values;
};

std::vector<Filter> read_filters(const Parameters& parameters);

// Whether one of the values fits one of the filter's patterns.
bool fits(const Filter& filter, const std::vector<std::string>& values);

tl::unexpected<AwsError> unknown_filter(const std::string& name);

// "User initiated (2026-03-01 08:30:00 GMT)"; empty for instances that run.
std::string transition_reason(const Instance& instance);

// What EC2 says of why it isn't running.
struct Reason {
  std::string code, message;
};
std::optional<Reason> state_reason(const Instance& instance);

int state_code(InstanceState state);

void write_state(XmlWriter& xml, std::string_view name, InstanceState state);

void write_tags(XmlWriter& xml, const std::map<std::string, std::string>& tags);

void write_instance(XmlWriter& xml, const World& world, const Instance& instance, Time now);

// The asked ones in the order of their launch, or AWS's error: one unknown id fails the whole call.
tl::expected<std::vector<const Instance*>, AwsError> by_id(const World& world, Time now,
                                                           const std::vector<std::string>& ids);

// The tags that the call has for resources of this type ("instance").
std::map<std::string, std::string> tag_specification(const Parameters& parameters,
                                                     const std::string& type);

// The template that "PREFIXLaunchTemplateId" or "PREFIXLaunchTemplateName" names; empty for none.
std::string named_template(const AwsCall& call, const std::string& prefix);

tl::unexpected<AwsError> no_template(const std::string& named);

// A number above zero; nothing for anything else.
std::optional<double> read_decimal(const std::string& text);

tl::unexpected<AwsError> no_number(const std::string& name);

// A number above zero that may be left out.
using Decimal = tl::expected<std::optional<double>, AwsError>;
Decimal decimal(const Parameters& parameters, const std::string& name);

// The tag that names a page: "after-" and the ordinal of the last instance of the one before.
struct Page {
  std::size_t limit = 0;
  std::optional<std::uint64_t> after;
};
// Bounds are AWS's: 5 to 1000.
tl::expected<Page, AwsError> read_page(const AwsCall& call);
std::string page_token(const Instance& last);

// A page of a list that doesn't change meanwhile: the token is how many entries went before. `more`
// becomes that of the next page.
template <typename Entry>
tl::expected<std::vector<Entry>, AwsError> cut_page(const AwsCall& call, std::vector<Entry> all,
                                                    int smallest, int largest, std::string& more) {
  const auto size = number(call.parameters, "MaxResults", smallest, largest, largest);
  const auto skipped = number(call.parameters, "NextToken", 0, 1'000'000'000, 0);
  if (!size) {
    return refuse(400, "InvalidParameterValue",
                  "Value ( " + parameter(call.parameters, "MaxResults") +
                      " ) for parameter MaxResults is invalid. Expecting a value from " +
                      std::to_string(smallest) + " to " + std::to_string(largest) + ".");
  }
  if (!skipped) {
    return refuse(400, "InvalidNextToken", "The specified pagination token is not valid");
  }
  const std::size_t first = std::min(all.size(), static_cast<std::size_t>(*skipped));
  const std::size_t last = std::min(all.size(), first + static_cast<std::size_t>(*size));
  if (last < all.size()) more = std::to_string(last);
  const auto from = all.begin() + static_cast<std::ptrdiff_t>(first);
  return std::vector<Entry>(from, from + static_cast<std::ptrdiff_t>(last - first));
}

}  // namespace livesonic::simulator::ec2
