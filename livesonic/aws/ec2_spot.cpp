// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/ec2_spot.h"

#include <cstddef>
#include <utility>

#include "livesonic/aws/ec2_calls.h"
#include "livesonic/aws/shapes.h"
#include "livesonic/base/time_text.h"

namespace livesonic::aws {
namespace {

constexpr std::size_t kTypesPerCall = 100;
constexpr const char* kPageSize = "1000";  // the largest

SpotRequest read_request(const xml::Element& element) {
  SpotRequest request;
  request.id = shaped(element, "spotInstanceRequestId", is_word);
  if (request.id.empty()) element.complain("spotInstanceRequestId", "is missing or empty");
  request.state = element.required_text("state");
  const xml::Element status = element.child("status");
  request.status_code = status.text("code");
  request.status_message = status.text("message");
  request.status_updated_at = status.time("updateTime");
  request.fault_code = element.child("fault").text("code");
  request.fault_message = element.child("fault").text("message");
  request.instance_id = shaped(element, "instanceId", is_instance_id);
  request.type = element.text("type");
  request.availability_zone = shaped(element, "launchedAvailabilityZone", is_word);
  request.interruption_behavior = element.text("instanceInterruptionBehavior");
  request.max_price = read_price(element, "spotPrice");
  request.created_at = element.time("createTime");
  return request;
}

SpotPrice read_spot_price(const xml::Element& element) {
  SpotPrice price;
  price.instance_type = element.required_text("instanceType");
  price.availability_zone = shaped(element, "availabilityZone", is_word);
  price.product = element.text("productDescription");
  static_cast<void>(element.required_text("spotPrice"));
  price.price = read_price(element, "spotPrice").value_or(0);
  static_cast<void>(element.required_text("timestamp"));
  price.since = element.time("timestamp").value_or(Time{});
  return price;
}

Result<void> read_requests(const Client& client, const Filters& filters,
                           const std::stop_token& stop, std::vector<SpotRequest>& requests) {
  Fields form = {{"MaxResults", kPageSize}};
  add_filters(form, filters);
  return ask_pages(client, ec2_query("DescribeSpotInstanceRequests", std::move(form)), stop,
                   [&](const xml::Element& root) {
                     for (const auto& item : root.required_list("spotInstanceRequestSet", "item")) {
                       requests.push_back(read_request(item));
                     }
                   });
}

Result<void> read_prices(const Client& client, const SpotPriceQuery& query,
                         const std::vector<std::string>& types, const std::stop_token& stop,
                         std::vector<SpotPrice>& prices) {
  Fields form = {{"StartTime", to_iso8601(query.from)},
                 {"EndTime", to_iso8601(query.to)},
                 {"MaxResults", kPageSize}};
  add_list(form, "InstanceType", types);
  add_list(form, "ProductDescription", query.products);
  if (!query.availability_zone.empty()) {
    form.emplace_back("AvailabilityZone", query.availability_zone);
  }
  return ask_pages(client, ec2_query("DescribeSpotPriceHistory", std::move(form)), stop,
                   [&](const xml::Element& root) {
                     for (const auto& item : root.required_list("spotPriceHistorySet", "item")) {
                       prices.push_back(read_spot_price(item));
                     }
                   });
}

}  // namespace

Result<std::vector<SpotRequest>> Ec2Spot::describe_requests(const std::vector<std::string>& ids,
                                                            const std::stop_token& stop) const {
  std::vector<SpotRequest> requests;
  // A filter, unlike SpotInstanceRequestId.N, doesn't fail for an id that EC2 doesn't know.
  const auto asked = in_batches(ids, kFilterValues, [&](const std::vector<std::string>& part) {
    return read_requests(*client_, {{"spot-instance-request-id", part}}, stop, requests);
  });
  return asked.map([&] { return std::move(requests); });
}

Result<std::vector<SpotRequest>> Ec2Spot::find_requests(const Filters& filters,
                                                        const std::stop_token& stop) const {
  std::vector<SpotRequest> requests;
  return read_requests(*client_, filters, stop, requests).map([&] { return std::move(requests); });
}

Result<std::vector<SpotPrice>> Ec2Spot::describe_price_history(const SpotPriceQuery& query,
                                                               const std::stop_token& stop) const {
  std::vector<SpotPrice> prices;
  Result<void> asked;
  if (query.instance_types.empty()) {
    asked = read_prices(*client_, query, {}, stop, prices);
  } else {
    asked = in_batches(query.instance_types, kTypesPerCall, [&](const auto& part) {
      return read_prices(*client_, query, part, stop, prices);
    });
  }
  return asked.map([&] { return std::move(prices); });
}

}  // namespace livesonic::aws
