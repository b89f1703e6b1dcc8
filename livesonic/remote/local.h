// SPDX-License-Identifier: Apache-2.0
// Remote for the machine that Livesonic runs on: /bin/sh, as the user that Livesonic runs as.
#pragma once

#include <memory>

#include "livesonic/remote/remote.h"

namespace livesonic::remote {

std::unique_ptr<Remote> make_local();

}  // namespace livesonic::remote
