// SPDX-License-Identifier: Apache-2.0
// Sizes: "Request throttling for the Amazon EC2 API" and "Request throttling for the Elastic Load
// Balancing API" in AWS's guides, and Route 53's five requests a second for an account.
#include "simulator/world/throttles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "livesonic/base/text.h"

namespace livesonic::simulator {
namespace {

constexpr BucketSize kReading{100, 20};
constexpr BucketSize kReadingAll{50, 10};
constexpr BucketSize kChanging{50, 5};
constexpr BucketSize kBalancersReading{40, 10};
constexpr BucketSize kRoute53{5, 5};
constexpr double kLargest = 1e6;

struct Documented {
  std::string_view operation;
  BucketSize size;
};

// EC2's operations with buckets of their own.
constexpr std::array<Documented, 5> kUncategorized{{
    {"CreateLaunchTemplateVersion", {100, 5}},
    {"CreateTags", {100, 10}},
    {"RunInstances", {5, 2}},
    {"StartInstances", {5, 2}},
    {"TerminateInstances", {100, 5}},
}};
constexpr std::array<std::string_view, 3> kNarrowable{"DescribeInstances", "DescribeInstanceStatus",
                                                      "DescribeSpotInstanceRequests"};
// By the number of instances that they are about.
constexpr std::array<Documented, 4> kResources{{
    {"RunInstances", {1000, 2}},
    {"StartInstances", {1000, 2}},
    {"StopInstances", {1000, 20}},
    {"TerminateInstances", {1000, 20}},
}};

// A bucket from which a call takes tokens.
struct Charge {
  std::string bucket;
  BucketSize size;
  double tokens = 1;
};

bool reads(std::string_view operation) {
  return std::ranges::any_of(std::array{"Describe", "Get", "List", "Search"},
                             [&](const char* word) { return operation.starts_with(word); });
}

template <std::size_t Size>
std::optional<BucketSize> find_size(const std::array<Documented, Size>& sizes,
                                    std::string_view operation) {
  const auto found = std::ranges::find(sizes, operation, &Documented::operation);
  return found == sizes.end() ? std::nullopt : std::optional(found->size);
}

BucketSize ec2_size(const ChargedCall& call, std::string& bucket) {
  if (const auto own = find_size(kUncategorized, call.operation)) return *own;
  if (!reads(call.operation)) return kChanging;
  const bool narrowable = std::ranges::find(kNarrowable, call.operation) != kNarrowable.end();
  if (!narrowable || call.narrowed) return kReading;
  bucket += " of all";
  return kReadingAll;
}

std::vector<Charge> documented(const ChargedCall& call) {
  std::vector<Charge> charges;
  std::string bucket = call.api + ":" + call.operation;
  if (call.api == "ec2") {
    const BucketSize size = ec2_size(call, bucket);
    charges.push_back({bucket, size, 1});
    if (const auto resources = find_size(kResources, call.operation)) {
      charges.push_back(
          {call.operation + " resources", *resources, static_cast<double>(call.resources)});
    }
  } else if ((call.api == "elb" || call.api == "elbv2") && reads(call.operation)) {
    charges.push_back({call.api, kBalancersReading, 1});
  } else if (call.api == "route53") {
    charges.push_back({call.api, kRoute53, 1});
  }
  return charges;
}

std::vector<Charge> charges_of(const ThrottleStore& store, const ChargedCall& call) {
  const std::string bucket = call.api + ":" + call.operation;
  for (const std::string& name : {bucket, call.api, std::string("*")}) {
    if (const auto found = store.sizes.find(name); found != store.sizes.end()) {
      return {{bucket, found->second, 1}};
    }
  }
  return store.as_documented ? documented(call) : std::vector<Charge>();
}

ThrottleStore::Bucket refilled(const ThrottleStore& store, const Charge& charge, Time now) {
  const auto found = store.buckets.find(charge.bucket);
  if (found == store.buckets.end()) return {charge.size.capacity, now};
  const std::chrono::duration<double> passed = std::max(Duration{}, now - found->second.counted);
  return {
      std::min(charge.size.capacity, found->second.tokens + passed.count() * charge.size.refill),
      now};
}

std::optional<double> read_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool fits = error == std::errc{} && end == text.data() + text.size() &&
                    std::isfinite(value) && value >= 0 && value <= kLargest;
  return fits ? std::optional(value) : std::nullopt;
}

std::optional<std::pair<std::string, BucketSize>> read_size(std::string_view part) {
  const std::size_t equals = part.find('=');
  const std::size_t slash = part.find('/', equals == std::string_view::npos ? 0 : equals);
  if (equals == 0 || equals == std::string_view::npos || slash == std::string_view::npos) {
    return std::nullopt;
  }
  const auto capacity = read_number(trim(part.substr(equals + 1, slash - equals - 1)));
  const auto refill = read_number(trim(part.substr(slash + 1)));
  if (!capacity || !refill) return std::nullopt;
  return std::pair{std::string(trim(part.substr(0, equals))), BucketSize{*capacity, *refill}};
}

}  // namespace

bool take_tokens(ThrottleStore& store, const ChargedCall& call, Time now) {
  std::vector<std::pair<std::string, ThrottleStore::Bucket>> left;
  for (const Charge& charge : charges_of(store, call)) {
    ThrottleStore::Bucket bucket = refilled(store, charge, now);
    if (bucket.tokens < charge.tokens) return false;
    bucket.tokens -= charge.tokens;
    left.emplace_back(charge.bucket, bucket);
  }
  for (auto& [name, bucket] : left) store.buckets.insert_or_assign(std::move(name), bucket);
  return true;
}

Result<ThrottleStore> parse_throttles(std::string_view text) {
  ThrottleStore store;
  for (const std::string_view raw : split(text, ',')) {
    const std::string_view part = trim(raw);
    if (part == "off") continue;
    if (part == "aws") {
      store.as_documented = true;
    } else if (auto size = read_size(part)) {
      store.sizes.insert_or_assign(std::move(size->first), size->second);
    } else {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("'{}' is no throttling: off, aws, or sizes such as "
                              "ec2:RunInstances=5/2, ec2=100/20 and *=50/10",
                              shorten(part, 64)));
    }
  }
  return store;
}

}  // namespace livesonic::simulator
