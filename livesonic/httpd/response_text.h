// SPDX-License-Identifier: Apache-2.0
// Responses and events as the bytes that go out. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "livesonic/base/clock.h"
#include "livesonic/httpd/message.h"

namespace livesonic::httpd {

// The status line and header fields up to the empty line, for a body of Content-Length bytes. Line
// breaks in names and values are dropped, so that no handler can be tricked into another header.
std::string response_head(const Response& response, bool keep_alive, Time now);

// The head of a response that stays open for events.
std::string stream_head(Time now);

// One server-sent event; `data` may have several lines.
std::string event_text(std::string_view event, std::string_view data);

}  // namespace livesonic::httpd
