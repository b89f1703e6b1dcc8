// SPDX-License-Identifier: Apache-2.0
// The Price List Query API (version 2017-10-15): what instances cost on demand.
#include <fmt/format.h>

#include <array>

#include "simulator/aws/json_answers.h"
#include "simulator/random.h"
#include "simulator/world/instance_types.h"

namespace livesonic::simulator {
namespace {

using namespace json_api;

constexpr int kLargestPage = 100;

// What else a price depends on: the system, and whether the capacity was reserved beforehand.
struct Variant {
  const char* system;
  const char* licence;
  const char* operation;
  const char* capacity;
  double factor;
};
constexpr std::array<Variant, 6> kVariants{{
    {"Linux", "No License required", "RunInstances", "Used", 1},
    {"Linux", "No License required", "RunInstances", "AllocatedCapacityReservation", 0},
    {"Linux", "No License required", "RunInstances", "UnusedCapacityReservation", 1},
    {"Windows", "No License required", "RunInstances:0002", "Used", 1.75},
    {"Windows", "No License required", "RunInstances:0002", "AllocatedCapacityReservation", 0},
    {"Windows", "No License required", "RunInstances:0002", "UnusedCapacityReservation", 1.75},
}};

std::string sku_of(std::uint64_t seed) {
  std::string sku;
  for (std::uint64_t word = seed; sku.size() < 16; word = mix(word, 1)) {
    sku += "ABCDEFGHJKMNPQRSTUVWXYZ23456789"[word % 31];
  }
  return sku;
}

std::string location_of(const std::string& region) {
  if (region == "ap-northeast-1") return "Asia Pacific (Tokyo)";
  if (region == "us-east-1") return "US East (N. Virginia)";
  return region;
}

json attributes_of(const World& world, const TypeFacts& facts, const Variant& variant) {
  return {{"instanceType", facts.name},
          {"regionCode", world.region()},
          {"location", location_of(world.region())},
          {"locationType", "AWS Region"},
          {"operatingSystem", variant.system},
          {"licenseModel", variant.licence},
          {"operation", variant.operation},
          {"capacitystatus", variant.capacity},
          {"preInstalledSw", "NA"},
          {"tenancy", "Shared"},
          {"marketoption", "OnDemand"},
          {"vcpu", std::to_string(facts.vcpus)},
          {"memory", fmt::format("{:g} GiB", facts.memory_mib / 1024.0)},
          {"networkPerformance", facts.network},
          {"currentGeneration", facts.current ? "Yes" : "No"},
          {"servicecode", "AmazonEC2"},
          {"servicename", "Amazon Elastic Compute Cloud"},
          {"usagetype", fmt::format("BoxUsage:{}", facts.name)}};
}

bool passes(const json& filters, const json& attributes) {
  for (const json& filter : filters) {
    if (!filter.is_object()) return false;
    const auto found = attributes.find(text(filter, "Field"));
    if (found == attributes.end() || *found != text(filter, "Value")) return false;
  }
  return true;
}

json product_of(const TypeFacts& facts, const Variant& variant, json attributes) {
  const std::string sku =
      sku_of(mix(mix(mix(std::uint64_t{1}, facts.name), variant.operation), variant.capacity));
  const std::string term = sku + ".JRTCKXETXF";
  const std::string rate = term + ".6YS6EN2CT7";
  const double dollars = facts.dollars * variant.factor;
  const json dimension{{"rateCode", rate},
                       {"unit", "Hrs"},
                       {"beginRange", "0"},
                       {"endRange", "Inf"},
                       {"appliesTo", json::array()},
                       {"pricePerUnit", {{"USD", fmt::format("{:.10f}", dollars)}}},
                       {"description", fmt::format("${:g} per On Demand {} {} Instance Hour",
                                                   dollars, variant.system, facts.name)}};
  json terms;
  terms["OnDemand"][term] = {{"sku", sku},
                             {"offerTermCode", "JRTCKXETXF"},
                             {"effectiveDate", "2025-01-01T00:00:00Z"},
                             {"priceDimensions", {{rate, dimension}}},
                             {"termAttributes", json::object()}};
  return {
      {"product",
       {{"productFamily", facts.bare_metal ? "Compute Instance (bare metal)" : "Compute Instance"},
        {"attributes", std::move(attributes)},
        {"sku", sku}}},
      {"serviceCode", "AmazonEC2"},
      {"terms", std::move(terms)},
      {"version", "20250101000000"},
      {"publicationDate", "2025-01-01T00:00:00Z"}};
}

AwsAnswer get_products(const World& world, Time, const AwsCall& call) {
  const json input = input_of(call);
  if (text(input, "ServiceCode") != "AmazonEC2") {
    return refuse(400, "InvalidParameterException", "Only AmazonEC2 has prices here");
  }
  const auto given = input.find("Filters");
  const json filters = given != input.end() && given->is_array() ? *given : json::array();
  const int size = whole(input, "MaxResults").value_or(kLargestPage);
  if (size < 1 || size > kLargestPage) {
    return refuse(400, "InvalidParameterException", "MaxResults must be from 1 to 100");
  }
  std::vector<std::string> products;  // each a document of its own
  for (const TypeFacts& facts : type_facts()) {
    for (const Variant& variant : kVariants) {
      json attributes = attributes_of(world, facts, variant);
      if (!passes(filters, attributes)) continue;
      products.push_back(written(product_of(facts, variant, std::move(attributes))));
    }
  }
  std::string more;
  if (!cut_page(products, text(input, "NextToken"), size, more)) {
    return refuse(400, "InvalidNextTokenException", "NextToken is not valid");
  }
  json answer{{"FormatVersion", "aws_v1"}, {"PriceList", products}};
  if (!more.empty()) answer["NextToken"] = more;
  return written(answer);
}

constexpr std::array<AwsOperation, 1> kOperations{{
    {"GetProducts", get_products},
}};

}  // namespace

std::span<const AwsOperation> pricing_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
