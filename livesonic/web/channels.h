// SPDX-License-Identifier: Apache-2.0
// The channels to people, as the API shows them: the interface that web declares and app supplies.
#pragma once

#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/channel.h"

namespace livesonic::web {

// Thread-safe.
class Channels {
 public:
  virtual ~Channels() = default;
  virtual Result<std::vector<ChannelState>> list() = 0;
  // Takes as long as the channel does; kNotFound for an unknown one.
  virtual Result<ChannelTest> test(const std::string& channel) = 0;
  // kNotFound; kConflict for a message that wasn't given up.
  virtual Result<Delivery> retry(const std::string& delivery) = 0;
};

}  // namespace livesonic::web
