// SPDX-License-Identifier: Apache-2.0
// The least that Livesonic must be allowed on AWS for what its configuration asks for. Pure.
#pragma once

#include <string>
#include <vector>

#include "livesonic/config/config.h"
#include "livesonic/model/action.h"

namespace livesonic::app {

// The permissions that this kind of action needs beside those that only read.
std::vector<std::string> permissions_for(ActionKind kind);

// An IAM policy document, indented JSON.
std::string iam_policy(const config::Config& config);

}  // namespace livesonic::app
