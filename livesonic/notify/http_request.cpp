// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/http_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "livesonic/base/broken_pipe.h"
#include "livesonic/base/time_text.h"

namespace livesonic::notify {
namespace {

// The answer's body doesn't matter; one without end must not fill the memory or the time.
constexpr std::size_t kAnswerLimit = std::size_t{64} * 1024;
constexpr Duration kLongestPause = std::chrono::hours{1};

std::size_t discard(char*, std::size_t size, std::size_t count, void* read) {
  auto& total = *static_cast<std::size_t*>(read);
  total += size * count;
  return total > kAnswerLimit ? 0 : size * count;
}

// Called about once a second while a transfer is under way.
int end_when_stopped(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

tl::unexpected<Refusal> refused_with(CURL* handle, long status) {
  const bool passing = status == 408 || status == 425 || status == 429 || status >= 500;
  Refusal refusal{fmt::format("it answered with HTTP status {}", status), !passing, {}};
  curl_off_t seconds = 0;
  if ((status == 429 || status == 503) &&
      curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK && seconds > 0) {
    refusal.retry_after = std::min<Duration>(
        std::chrono::seconds{std::min<curl_off_t>(seconds, 86400)}, kLongestPause);
  }
  return tl::unexpected<Refusal>(std::move(refusal));
}

}  // namespace

List make_list(const std::vector<std::string>& lines) {
  curl_slist* list = nullptr;
  for (const std::string& line : lines) list = curl_slist_append(list, line.c_str());
  return List(list);
}

Easy make_easy(const Endpoint& endpoint, const std::stop_token& stop) {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  Easy easy(kReady == CURLE_OK ? curl_easy_init() : nullptr);
  CURL* const handle = easy.get();
  if (handle == nullptr) return easy;
  curl_easy_setopt(handle, CURLOPT_URL, endpoint.url.reveal().c_str());
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(endpoint.timeout.count()));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, end_when_stopped);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &stop);
  if (!endpoint.ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, endpoint.ca_file.c_str());
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  }
  return easy;
}

Accepted send(const Endpoint& endpoint, const HttpRequest& request, const std::stop_token& stop) {
  const Easy easy = make_easy(endpoint, stop);
  if (!easy) return refused("libcurl gives no handle");
  CURL* const handle = easy.get();
  std::vector<std::string> lines = request.headers;
  if (!request.get) {
    lines.emplace_back("Content-Type: application/json");
    lines.emplace_back("Expect:");
  }
  const List headers = make_list(lines);
  std::string url = endpoint.url.reveal();
  if (!request.path.empty()) {
    while (url.ends_with('/')) url.pop_back();
    url += request.path;
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  }
  std::size_t read = 0;
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  if (request.get) {
    curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
  } else {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "livesonic/" LIVESONIC_VERSION);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, discard);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &read);
  const NoBrokenPipe no_broken_pipe;
  const CURLcode code = curl_easy_perform(handle);

  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  // Once a 2xx has come the message is accepted, however its body ends.
  if (status >= 200 && status < 300) return {};
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return refused(fmt::format("no answer within {}", format_duration(endpoint.timeout)));
  }
  if (code != CURLE_OK && status == 0) return refused(curl_easy_strerror(code));
  return refused_with(handle, status);
}

}  // namespace livesonic::notify
