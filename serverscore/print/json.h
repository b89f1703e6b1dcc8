// SPDX-License-Identifier: Apache-2.0
// The verdict as JSON, schema "serverscore/1" of docs/serverscore.md. Pure.
#pragma once

#include "serverscore/cloud/notices.h"
#include "serverscore/print/json_writer.h"
#include "serverscore/score/inputs.h"
#include "serverscore/score/score.h"

namespace serverscore {

// The members of the outermost object, which is open and stays so: whoever opened it may add more.
void write_verdict(JsonWriter& json, const Inputs& inputs, const Verdict& verdict);

// One line of a stream: the time in milliseconds since 1970, the scores, the worst dangers, and the
// most urgent notices where there may be any. Shorter than the 4096 bytes that a pipe takes whole.
std::string to_json_line(const Verdict& verdict, long long unix_ms,
                         const Notices* notices = nullptr);

}  // namespace serverscore
