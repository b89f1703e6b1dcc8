// SPDX-License-Identifier: Apache-2.0
#include "livesonic/probes/http.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <memory>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::probes {
namespace {

constexpr std::size_t kMostHeaders = std::size_t{64} * 1024;  // bytes, redirects included

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

// What the callbacks write to.
struct Exchange {
  Answer answer;
  std::size_t header_bytes = 0;
};

std::size_t on_body(char* data, std::size_t /*one*/, std::size_t size, void* exchange_ptr) {
  Answer& answer = static_cast<Exchange*>(exchange_ptr)->answer;
  const std::size_t room = kMostBody - answer.body.size();
  answer.body.append(data, std::min(room, size));
  answer.truncated = size > room;
  return answer.truncated ? 0 : size;  // enough is known: the rest isn't waited for
}

std::size_t on_header(char* data, std::size_t /*one*/, std::size_t size, void* exchange_ptr) {
  auto& exchange = *static_cast<Exchange*>(exchange_ptr);
  exchange.header_bytes += size;
  // The body of what was redirected is not that of what is asked for.
  if (std::string_view(data, size).starts_with("HTTP/")) exchange.answer.body.clear();
  return exchange.header_bytes > kMostHeaders ? 0 : size;
}

// Called about once a second while a request is under way.
int end_when_stopped(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

void prepare(CURL* easy, const Probe& probe, const std::string& url, Exchange& exchange,
             const std::stop_token& stop, char* reason) {
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, probe.redirects > 0 ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, static_cast<long>(probe.redirects));
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, probe.verify ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, probe.verify ? 2L : 0L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "livesonic/" LIVESONIC_VERSION);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(probe.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, end_when_stopped);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &stop);
}

}  // namespace

Answer ask_http(const Probe& probe, const std::string& url, const std::stop_token& stop) {
  Exchange exchange;
  Answer& answer = exchange.answer;
  const std::unique_ptr<CURL, EasyDeleter> easy(curl_easy_init());
  if (!easy) {
    answer.detail = "libcurl gives no handle";
    return answer;
  }
  std::array<char, CURL_ERROR_SIZE> reason{};
  prepare(easy.get(), probe, url, exchange, stop, reason.data());
  const CURLcode code = curl_easy_perform(easy.get());

  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status > 0) answer.status = static_cast<int>(status);
  curl_off_t took_us = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_TOTAL_TIME_T, &took_us);
  answer.took = std::chrono::ceil<Duration>(std::chrono::microseconds{took_us});
  if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && answer.truncated)) {
    answer.end = Answer::End::kAnswered;
  } else if (code == CURLE_ABORTED_BY_CALLBACK || stop.stop_requested()) {
    answer.end = Answer::End::kNotTried;
    answer.detail = "stopped";
  } else if (code == CURLE_OPERATION_TIMEDOUT) {
    answer.end = Answer::End::kTimedOut;
    answer.detail =
        fmt::format("{} within {}", answer.status ? "its answer did not end" : "no answer",
                    format_duration(probe.timeout));
  } else {
    answer.end = Answer::End::kFailed;
    const bool flood = code == CURLE_WRITE_ERROR;
    answer.detail = flood            ? "its headers do not end"
                    : reason[0] != 0 ? printable(shorten(reason.data(), 300))
                                     : std::string(curl_easy_strerror(code));
  }
  return std::move(exchange.answer);
}

}  // namespace livesonic::probes
