// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/webhook.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <utility>

namespace livesonic::notify {
namespace {

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// The answer's body doesn't matter; one without end must not fill the memory or the time.
constexpr std::size_t kAnswerLimit = std::size_t{64} * 1024;

std::size_t discard(char*, std::size_t size, std::size_t count, void* read) {
  auto& total = *static_cast<std::size_t*>(read);
  total += size * count;
  return total > kAnswerLimit ? 0 : size * count;
}

// Called about once a second while a request is under way.
int end_when_stopped(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

class Webhook final : public Notifier {
 public:
  Webhook(std::string name, Secret url, Duration timeout)
      : name_(std::move(name)), url_(std::move(url)), timeout_(timeout) {}

  [[nodiscard]] const std::string& name() const override { return name_; }

  Result<void> deliver(const Delivery& delivery, const std::stop_token& stop) override {
    const std::unique_ptr<CURL, EasyDeleter> easy(curl_easy_init());
    if (!easy) return fail(ErrorKind::kInternal, "libcurl gives no handle");
    curl_slist* lines = curl_slist_append(nullptr, "Content-Type: application/json");
    for (const char* header : {"Idempotency-Key", "X-Livesonic-Delivery"}) {
      lines = curl_slist_append(lines, fmt::format("{}: {}", header, delivery.id).c_str());
    }
    lines = curl_slist_append(lines, "Expect:");
    const std::unique_ptr<curl_slist, ListDeleter> headers(lines);

    std::size_t read = 0;
    CURL* const handle = easy.get();
    curl_easy_setopt(handle, CURLOPT_URL, url_.reveal().c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, delivery.payload.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(delivery.payload.size()));
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "livesonic/" LIVESONIC_VERSION);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_.count()));
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &read);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, end_when_stopped);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &stop);
    const CURLcode code = curl_easy_perform(handle);

    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    // Once a 2xx has come the message is accepted, however its body ends.
    if (status >= 200 && status < 300) return {};
    if (code == CURLE_OPERATION_TIMEDOUT) {
      return fail(ErrorKind::kTimeout, fmt::format("no answer within {} ms", timeout_.count()));
    }
    if (code != CURLE_OK && status == 0) {
      return fail(ErrorKind::kUnavailable, curl_easy_strerror(code));
    }
    return fail(ErrorKind::kUnavailable, fmt::format("it answered with HTTP status {}", status));
  }

 private:
  const std::string name_;
  const Secret url_;
  const Duration timeout_;
};

}  // namespace

std::unique_ptr<Notifier> make_webhook(std::string name, Secret url, Duration timeout) {
  return std::make_unique<Webhook>(std::move(name), std::move(url), timeout);
}

}  // namespace livesonic::notify
