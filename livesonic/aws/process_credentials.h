// SPDX-License-Identifier: Apache-2.0
// credential_process: credentials that a program of the operator's prints.
#pragma once

#include <stop_token>
#include <string>

#include "livesonic/aws/credentials.h"
#include "livesonic/base/result.h"
#include "livesonic/base/subprocess.h"

namespace livesonic::aws {

// Runs the command line without a shell, as the AWS CLI does. Neither what the program prints nor
// the words after its name get into an error; the first line of what it complains of does.
Result<Credentials> process_credentials(const std::string& command, const std::stop_token& stop,
                                        const RunLimits& limits = {});

}  // namespace livesonic::aws
