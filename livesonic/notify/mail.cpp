// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/mail.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "livesonic/base/broken_pipe.h"
#include "livesonic/base/log.h"
#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/notify/mail_text.h"

namespace livesonic::notify {
namespace {

struct Reading {
  std::string_view left;
};

std::size_t give(char* buffer, std::size_t size, std::size_t count, void* reading) {
  auto& left = static_cast<Reading*>(reading)->left;
  const std::size_t given = std::min(size * count, left.size());
  std::memcpy(buffer, left.data(), given);
  left.remove_prefix(given);
  return given;
}

// What the server has said no with; the last of it explains a failure.
struct Complaints {
  int count = 0;
  std::string last;
};

std::size_t hear(char* line, std::size_t size, std::size_t count, void* complaints) {
  const std::string_view said(line, size * count);
  if (said.starts_with('4') || said.starts_with('5')) {
    auto& heard = *static_cast<Complaints*>(complaints);
    ++heard.count;
    heard.last = shorten(printable(trim(said)), 200);
  }
  return size * count;
}

class Mail final : public Notifier {
 public:
  Mail(std::string name, MailSettings settings, Wording wording, const Clock& clock)
      : name_(std::move(name)),
        settings_(std::move(settings)),
        wording_(std::move(wording)),
        clock_(clock) {}

  [[nodiscard]] const std::string& name() const override { return name_; }

  Accepted deliver(const Delivery&, const Message& message, const std::stop_token& stop) override {
    const bool implicit = settings_.tls == MailTls::kImplicit;
    const Endpoint endpoint{Secret(fmt::format("{}://{}:{}", implicit ? "smtps" : "smtp",
                                               settings_.host, settings_.port)),
                            settings_.timeout, settings_.ca_file};
    const Easy easy = make_easy(endpoint, stop);
    if (!easy) return refused("libcurl gives no handle");
    CURL* const handle = easy.get();
    const std::string mail =
        mail_text(message, wording_, {settings_.from, settings_.to, name_, clock_.now()});
    Reading reading{mail};
    Complaints complaints;
    const List recipients = make_list(settings_.to);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(
        handle, CURLOPT_USE_SSL,
        static_cast<long>(settings_.tls == MailTls::kNone ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (!settings_.user.empty()) {
      curl_easy_setopt(handle, CURLOPT_USERNAME, settings_.user.c_str());
      curl_easy_setopt(handle, CURLOPT_PASSWORD, settings_.password.reveal().c_str());
    }
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, settings_.from.c_str());
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients.get());
    // One address that is wrong must not keep the others from hearing.
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(handle, CURLOPT_READDATA, &reading);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, hear);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &complaints);
    const NoBrokenPipe no_broken_pipe;
    const CURLcode code = curl_easy_perform(handle);
    if (code == CURLE_OK) {
      if (complaints.count > 0) {
        log::warning("{}: the mail server refused some of the addresses: {}", name_,
                     complaints.last);
      }
      return {};
    }
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return refused(why(code, complaints), status >= 500 && status < 600);
  }

 private:
  [[nodiscard]] std::string why(CURLcode code, const Complaints& complaints) const {
    if (code == CURLE_OPERATION_TIMEDOUT) {
      return fmt::format("the mail server did not take it within {}",
                         format_duration(settings_.timeout));
    }
    if (code == CURLE_USE_SSL_FAILED) {
      return "the mail server offers no STARTTLS; nothing is sent in clear unless 'tls: none' "
             "says so";
    }
    return complaints.last.empty() ? std::string(curl_easy_strerror(code))
                                   : fmt::format("{}: the mail server said: {}",
                                                 curl_easy_strerror(code), complaints.last);
  }

  const std::string name_;
  const MailSettings settings_;
  const Wording wording_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<Notifier> make_mail(std::string name, MailSettings settings, Wording wording,
                                    const Clock& clock) {
  return std::make_unique<Mail>(std::move(name), std::move(settings), std::move(wording), clock);
}

}  // namespace livesonic::notify
