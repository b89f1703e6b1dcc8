// SPDX-License-Identifier: Apache-2.0
// The configuration's AWS section, as the room aws wants it.
#pragma once

#include "livesonic/aws/aws.h"
#include "livesonic/config/config.h"

namespace livesonic::app {

aws::Settings aws_settings(const config::AwsConfig& config);

}  // namespace livesonic::app
