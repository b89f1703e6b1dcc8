// SPDX-License-Identifier: Apache-2.0
// A message as a mail (RFC 5322): plain text and HTML side by side, with the cluster's score as a
// chart that needs neither pictures nor style sheets. Pure; nothing in a message can add a header
// or mark-up to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/notify/wording.h"

namespace livesonic::notify {

struct Envelope {
  std::string from;             // an address
  std::vector<std::string> to;  // likewise
  std::string channel;
  Time now{};
};

// Lines end in CRLF. The Message-ID is made of the delivery's id, so that it is the same at each
// attempt; what follows an opening refers to that one's, so that mail programs show them as one
// conversation.
std::string mail_text(const Message& message, const Wording& wording, const Envelope& envelope);

// The body's HTML.
std::string mail_html(const Message& message, const Wording& wording, std::string_view channel);

// A header's value in ASCII, folded (RFC 2047), for a header whose name takes `indent` bytes.
std::string header_text(std::string_view text, std::size_t indent);

}  // namespace livesonic::notify
