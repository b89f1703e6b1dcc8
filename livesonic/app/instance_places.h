// SPDX-License-Identifier: Apache-2.0
// In which account and region an instance is, for what is asked of AWS about single hosts.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "livesonic/aws/aws.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/storage/inventory.h"

namespace livesonic::app {

struct InstancePlace {
  std::string account;
  std::string region;             // empty: the account's own
  std::string availability_zone;  // may be empty
};

// Thread-safe; does not own what it is given.
class InstancePlaces {
 public:
  InstancePlaces(aws::Accounts& accounts, storage::Inventory& inventory, const Clock& clock)
      : accounts_(accounts), inventory_(inventory), clock_(clock) {}

  // kNotFound for what no cluster has, and for what is no EC2 instance.
  Result<InstancePlace> find(const std::string& instance);
  // The account, in the instance's region.
  Result<const aws::Account*> account_of(const InstancePlace& place);

 private:
  Result<void> look();

  aws::Accounts& accounts_;
  storage::Inventory& inventory_;
  const Clock& clock_;
  std::mutex mutex_;  // guards what follows; held while the store is read, and never for AWS
  std::map<std::string, InstancePlace> places_;
  std::optional<Time> looked_at_;
};

}  // namespace livesonic::app
