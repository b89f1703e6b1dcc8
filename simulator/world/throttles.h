// SPDX-License-Identifier: Apache-2.0
// Token buckets before the operations of AWS: each call takes a token of its operation's bucket,
// and is refused when there is none. Plain values and functions of them and the world's time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::simulator {

struct BucketSize {
  double capacity = 0;
  double refill = 0;  // tokens a second
  friend bool operator==(const BucketSize&, const BucketSize&) = default;
};

// What a call is charged for.
struct ChargedCall {
  std::string api, operation;  // "ec2", "DescribeInstances"
  bool narrowed = false;       // by a filter, ids or a page's size
  int resources = 0;           // that it launches, starts, stops or terminates
};

struct ThrottleStore {
  bool as_documented = false;
  std::map<std::string, BucketSize> sizes;  // by "ec2:RunInstances", "ec2", "*"

  struct Bucket {
    double tokens = 0;
    Time counted{};
  };
  std::map<std::string, Bucket> buckets;
};

// Whether the call may pass; takes its tokens then, and none otherwise.
bool take_tokens(ThrottleStore& store, const ChargedCall& call, Time now);

// "off"; "aws" for the sizes that AWS documents; and "ec2:RunInstances=5/2" (capacity, and tokens a
// second) for one operation, "ec2=100/20" for each of an API's, "*=50/10" for each of any. Several
// are separated by commas, the more particular ones count.
Result<ThrottleStore> parse_throttles(std::string_view text);

}  // namespace livesonic::simulator
