// SPDX-License-Identifier: Apache-2.0
// What most commands are: one question to the API, and its answer shown.
#pragma once

#include <functional>

#include "livesonic/cli/api_client.h"
#include "livesonic/cli/session.h"

namespace livesonic::cli {

// Asks by `question`, and shows the answer by `show`, or as it is where --json was given. Returns
// the command's exit status; what went wrong has been told.
int ask(Session& session, const std::function<Result<ApiClient::Answer>(ApiClient&)>& question,
        const std::function<void(const Json&)>& show);

// Removes what is at `path`, and says that `name` is removed.
int ask_to_remove(Session& session, const std::string& path, const std::string& name);

}  // namespace livesonic::cli
