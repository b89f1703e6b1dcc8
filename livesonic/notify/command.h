// SPDX-License-Identifier: Apache-2.0
// A notifier that runs a program.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/notify/notifier.h"

namespace livesonic::notify {

// The program reads the message's JSON, and finds the most important of it in variables whose names
// begin with LIVESONIC_. Accepted when it exits with 0. After `timeout` all that it has started is
// killed. No shell takes part, and of our environment it gets what a program needs to run, but no
// secret.
std::unique_ptr<Notifier> make_command(std::string name, std::vector<std::string> words,
                                       Duration timeout);

}  // namespace livesonic::notify
