// SPDX-License-Identifier: Apache-2.0
// The API of a running server, over libcurl. The server is on loopback: no proxy, no redirect.
#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <mutex>

#include "livesonic/cli/api_client.h"

namespace livesonic::cli {
namespace {

constexpr std::size_t kLargestAnswer = std::size_t{256} << 20;
constexpr long kConnectTimeoutMs = 5000;

struct CurlCleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::string percent_encoded(std::string_view text, bool keep_slashes) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~' || (keep_slashes && c == '/');
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size * count > kLargestAnswer) return 0;
  body.append(data, size * count);
  return size * count;
}

class HttpChannel final : public Channel {
 public:
  explicit HttpChannel(std::string address) : address_(std::move(address)) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    handle_.reset(curl_easy_init());
  }

  Result<httpd::Response> call(const httpd::Request& request, Duration timeout) override {
    CURL* handle = handle_.get();
    if (handle == nullptr) return fail(ErrorKind::kInternal, "libcurl does not start");
    curl_easy_reset(handle);
    httpd::Response response;
    std::array<char, CURL_ERROR_SIZE> reason{};
    const std::string url = url_of(request);
    const auto headers = headers_of(request);
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, reason.data());
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &response.body);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
    if (request.method != "GET") {
      curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
      curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    }
    const CURLcode code = curl_easy_perform(handle);
    if (code != CURLE_OK) {
      const bool late = code == CURLE_OPERATION_TIMEDOUT;
      return fail(late ? ErrorKind::kTimeout : ErrorKind::kUnavailable,
                  fmt::format("the server at {} does not answer: {}", address_,
                              reason[0] != '\0' ? reason.data() : curl_easy_strerror(code)));
    }
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    return response;
  }

 private:
  [[nodiscard]] std::string url_of(const httpd::Request& request) const {
    std::string url = fmt::format("http://{}{}", address_, percent_encoded(request.path, true));
    char separator = '?';
    for (const auto& [name, value] : request.query) {
      url += fmt::format("{}{}={}", separator, percent_encoded(name, false),
                         percent_encoded(value, false));
      separator = '&';
    }
    return url;
  }

  static std::unique_ptr<curl_slist, ListCleanup> headers_of(const httpd::Request& request) {
    // Without "Expect:" libcurl waits for permission to send large bodies.
    curl_slist* list = curl_slist_append(nullptr, "Expect:");
    for (const auto& [name, value] : request.headers) {
      list = curl_slist_append(list, fmt::format("{}: {}", name, value).c_str());
    }
    return std::unique_ptr<curl_slist, ListCleanup>(list);
  }

  const std::string address_;
  std::unique_ptr<CURL, CurlCleanup> handle_;
};

}  // namespace

std::unique_ptr<Channel> http_channel(const std::string& address) {
  return std::make_unique<HttpChannel>(address);
}

}  // namespace livesonic::cli
