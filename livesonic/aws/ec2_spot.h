// SPDX-License-Identifier: Apache-2.0
// Spot requests and spot prices (Amazon EC2, API version 2016-11-15).
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/aws/tags.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

struct SpotRequest {
  std::string id;           // "sir-…"
  std::string state;        // "open", "active", "closed", "cancelled", "failed" or "disabled"
  std::string status_code;  // "fulfilled", "marked-for-termination",
                            // "instance-terminated-no-capacity", "instance-terminated-by-user", …
  std::string status_message;
  std::optional<Time> status_updated_at;
  std::string fault_code;  // empty without a fault
  std::string fault_message;
  std::string instance_id;  // empty until it is fulfilled
  std::string type;         // "one-time" or "persistent"
  std::string availability_zone;
  std::string interruption_behavior;  // "terminate", "stop" or "hibernate"
  std::optional<double> max_price;    // US dollars an hour
  std::optional<Time> created_at;
  friend bool operator==(const SpotRequest&, const SpotRequest&) = default;
};

struct SpotPrice {
  std::string instance_type;
  std::string availability_zone;
  std::string product;  // "Linux/UNIX", …
  double price = 0;     // US dollars an hour
  Time since{};
  friend bool operator==(const SpotPrice&, const SpotPrice&) = default;
};

struct SpotPriceQuery {
  std::vector<std::string> instance_types;  // empty: all
  std::vector<std::string> products = {};   // empty: all; "Linux/UNIX"
  std::string availability_zone = {};       // empty: all
  // Changes between these, and the prices that held at `from`. Both the same: the prices of then.
  Time from{};
  Time to{};
};

// Thread-safe. Borrows the client. An answer is whole or an error, never a part of a list.
class Ec2Spot {
 public:
  explicit Ec2Spot(const Client& client) : client_(&client) {}

  // Those of `ids` that EC2 knows; one that it doesn't know is left out. Asks for 200 a call; no
  // call is made for no ids.
  Result<std::vector<SpotRequest>> describe_requests(const std::vector<std::string>& ids,
                                                     const std::stop_token& stop = {}) const;
  // All that pass the filters ("instance-id", "state", "status-code", …).
  Result<std::vector<SpotRequest>> find_requests(const Filters& filters,
                                                 const std::stop_token& stop = {}) const;

  // The newest first of each type, zone and product. Asks for 100 types a call.
  Result<std::vector<SpotPrice>> describe_price_history(const SpotPriceQuery& query,
                                                        const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
