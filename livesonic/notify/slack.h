// SPDX-License-Identifier: Apache-2.0
// A notifier for Slack's incoming webhooks and what understands the same (Mattermost, Rocket.Chat,
// Discord's /slack).
#pragma once

#include <memory>
#include <string>

#include "livesonic/notify/http_request.h"
#include "livesonic/notify/wording.h"

namespace livesonic::notify {

std::unique_ptr<Notifier> make_slack(std::string name, Endpoint endpoint, Wording wording);

// The body: an attachment in the colour of the severity, green when it is over. "&", "<" and ">"
// are escaped, so that no text from a host mentions anybody or hides a link.
std::string slack_json(const Message& message, const Wording& wording, std::string_view channel);

}  // namespace livesonic::notify
