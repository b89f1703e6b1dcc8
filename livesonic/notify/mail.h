// SPDX-License-Identifier: Apache-2.0
// A notifier that sends mails by SMTP.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/secret.h"
#include "livesonic/notify/http_request.h"
#include "livesonic/notify/wording.h"

namespace livesonic::notify {

enum class MailTls {
  kStartTls,  // required: a server that doesn't offer it gets nothing
  kImplicit,  // from the first byte on
  kNone,      // in clear
};

struct MailSettings {
  std::string host;
  std::uint16_t port = 587;
  MailTls tls = MailTls::kStartTls;
  std::string user;  // empty: no login
  Secret password;
  std::string from;
  std::vector<std::string> to;
  Duration timeout = std::chrono::seconds{30};
  std::filesystem::path ca_file;
};

// Accepted when the server has taken the mail for at least one of those it is for; the others are
// told in the log. What it refuses with 5xx is permanent. `clock` must outlive it.
std::unique_ptr<Notifier> make_mail(std::string name, MailSettings settings, Wording wording,
                                    const Clock& clock);

}  // namespace livesonic::notify
