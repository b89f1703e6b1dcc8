// SPDX-License-Identifier: Apache-2.0
// One Remote in front of several: each host says which way it is to be reached.
#pragma once

#include <memory>

#include "livesonic/remote/remote.h"

namespace livesonic::remote {

// Where one is null, commands that would go its way are kNotTried.
struct Ways {
  std::unique_ptr<Remote> ssh = nullptr;
  std::unique_ptr<Remote> ssm = nullptr;
  std::unique_ptr<Remote> local = nullptr;
};

std::unique_ptr<Remote> make_choice(Ways ways);

}  // namespace livesonic::remote
