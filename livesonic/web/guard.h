// SPDX-License-Identifier: Apache-2.0
// Keeps web pages of elsewhere out, as long as there is no sign-in: the server listens on loopback,
// but the operator's browser is on loopback too, and does what any page it shows asks for. Pure
// functions.
#pragma once

#include <optional>
#include <string_view>

#include "livesonic/httpd/message.h"

namespace livesonic::web {

// The refusal, or nullopt when the request may pass:
// - Host must be a loopback name or address, or a foreign name that resolves to loopback ("DNS
//   rebinding") would be let in;
// - Origin, if there is one, must be this very site;
// - changes must be application/json, which a page of another origin cannot send unasked.
std::optional<httpd::Response> refusal(const httpd::Request& request);

// "localhost", 127.0.0.0/8 or [::1], with or without a port.
bool is_loopback_host(std::string_view host);

// Headers for every response: what browsers may do with it. A page may load from this site only.
void add_security_headers(httpd::Response& response);

}  // namespace livesonic::web
