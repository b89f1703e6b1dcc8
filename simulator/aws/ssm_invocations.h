// SPDX-License-Identifier: Apache-2.0
// The operations of Systems Manager that ask what became of a command. Pure functions.
#pragma once

#include "simulator/aws/operations.h"

namespace livesonic::simulator {

AwsAnswer get_command_invocation(const World& world, Time now, const AwsCall& call);
AwsAnswer list_command_invocations(const World& world, Time now, const AwsCall& call);

}  // namespace livesonic::simulator
