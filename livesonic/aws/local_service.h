// SPDX-License-Identifier: Apache-2.0
// Asking a service on this machine that hands out credentials: briefly, past any proxy, and without
// believing in large answers.
#pragma once

#include <stop_token>
#include <string>

#include "livesonic/aws/http.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// Such a service answers within milliseconds or not at all: two seconds, one of them to connect.
HttpRequest local_request(std::string method, std::string url);

// The body of an answer with status 200; anything else is an error that names the URL.
Result<std::string> ask_local(const HttpRequest& request, Transport& transport,
                              const std::stop_token& stop);

}  // namespace livesonic::aws
