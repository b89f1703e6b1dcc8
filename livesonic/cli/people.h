// SPDX-License-Identifier: Apache-2.0
// Who calls the command, for what is kept with a name.
#pragma once

#include <string>

namespace livesonic::cli {

// The name of the user that runs the command; behind sudo that of who called sudo.
std::string who_am_i();

}  // namespace livesonic::cli
