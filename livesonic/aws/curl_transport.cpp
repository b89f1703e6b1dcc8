// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/curl_transport.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

constexpr std::size_t kMaxIdle = 16;
constexpr std::size_t kMaxHeaderBytes = 65536;

// What the callbacks write to during one exchange.
struct Exchange {
  HttpResponse response;
  std::size_t body_limit = 0;
  std::size_t header_bytes = 0;
  bool too_large = false;
};

std::size_t on_body(char* data, std::size_t /*one*/, std::size_t size, void* exchange_ptr) {
  auto& exchange = *static_cast<Exchange*>(exchange_ptr);
  if (exchange.response.body.size() + size > exchange.body_limit) {
    exchange.too_large = true;
    return 0;
  }
  exchange.response.body.append(data, size);
  return size;
}

std::size_t on_header(char* data, std::size_t /*one*/, std::size_t size, void* exchange_ptr) {
  auto& exchange = *static_cast<Exchange*>(exchange_ptr);
  exchange.header_bytes += size;
  if (exchange.header_bytes > kMaxHeaderBytes) {
    exchange.too_large = true;
    return 0;
  }
  const std::string_view line = trim({data, size});
  if (line.starts_with("HTTP/")) {  // of a proxy or "100 Continue" first, perhaps; the last counts
    exchange.response.headers.clear();
    return size;
  }
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    exchange.response.headers.emplace_back(trim(line.substr(0, colon)),
                                           trim(line.substr(colon + 1)));
  }
  return size;
}

// "ec2.ap-northeast-1.amazonaws.com" of a URL: enough to know who was asked.
std::string_view host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/?"));
}

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

HeaderList header_list(const HttpRequest& request) {
  HeaderList list;
  const auto append = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer != nullptr) {
      static_cast<void>(list.release());
      list.reset(longer);
    }
  };
  for (const auto& [name, value] : request.headers) append(name + ": " + value);
  append("Expect:");  // no waiting for "100 Continue"
  append("Accept:");
  return list;
}

// Nothing that others have told us may add a header or a request.
bool breaks_its_line(const std::pair<std::string, std::string>& header) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  return std::ranges::any_of(header.first, is_control) ||
         std::ranges::any_of(header.second, is_control);
}

// The sign-in to the library is once a process; it is never signed out of.
void initialise_curl() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(done);
}

}  // namespace

// One easy handle in a multi handle of its own: the multi handle keeps the connections, and its
// wait can be woken from another thread.
class CurlTransport::Handle {
 public:
  Handle() : multi_(curl_multi_init()), easy_(curl_easy_init()) {}
  ~Handle() {
    curl_easy_cleanup(easy_);
    curl_multi_cleanup(multi_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  Result<HttpResponse> send(const HttpRequest& request, const Proxy& proxy,
                            const std::stop_token& stop);

  // Whom it talked to last: the connection may still be open.
  [[nodiscard]] const std::string& last_host() const { return last_host_; }

 private:
  void prepare(const HttpRequest& request, const Proxy& proxy, const HeaderList& headers,
               Exchange& exchange);
  CURLcode run(const std::stop_token& stop);

  CURLM* multi_;
  CURL* easy_;
  std::array<char, CURL_ERROR_SIZE> reason_{};
  std::string last_host_;
};

void CurlTransport::Handle::prepare(const HttpRequest& request, const Proxy& proxy,
                                    const HeaderList& headers, Exchange& exchange) {
  curl_easy_reset(easy_);
  reason_[0] = '\0';
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, reason_.data());
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy_, CURLOPT_USERAGENT, "livesonic/" LIVESONIC_VERSION);
  if (request.method == "POST") {
    curl_easy_setopt(easy_, CURLOPT_POST, 1L);
  } else if (request.method != "GET") {
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  if (request.method == "POST" || !request.body.empty()) {
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  if (request.direct) {
    curl_easy_setopt(easy_, CURLOPT_NOPROXY, "*");
  } else if (!proxy.url.empty()) {
    curl_easy_setopt(easy_, CURLOPT_PROXY, proxy.url.reveal().c_str());
    curl_easy_setopt(easy_, CURLOPT_NOPROXY, proxy.no.c_str());
  }
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, &exchange);
}

CURLcode CurlTransport::Handle::run(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi_); });
  int running = 1;
  while (running > 0) {
    if (stop.stop_requested()) return CURLE_ABORTED_BY_CALLBACK;
    if (curl_multi_perform(multi_, &running) != CURLM_OK) return CURLE_FAILED_INIT;
    // curl shortens the wait to its own timers, among them the request's deadline.
    if (running > 0) curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
  }
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi_, &left);
  return message == nullptr ? CURLE_FAILED_INIT : message->data.result;
}

Result<HttpResponse> CurlTransport::Handle::send(const HttpRequest& request, const Proxy& proxy,
                                                 const std::stop_token& stop) {
  const std::string host(host_of(request.url));
  last_host_ = host;
  if (multi_ == nullptr || easy_ == nullptr) {
    return fail(ErrorKind::kInternal, "libcurl can't be initialised");
  }
  Exchange exchange;
  exchange.body_limit = request.body_limit;
  const HeaderList headers = header_list(request);
  prepare(request, proxy, headers, exchange);
  curl_multi_add_handle(multi_, easy_);
  const CURLcode code = run(stop);
  curl_multi_remove_handle(multi_, easy_);

  if (code == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    exchange.response.status = static_cast<int>(status);
    return std::move(exchange.response);
  }
  if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, "stopped");
  if (exchange.too_large) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the answer of {} is larger than {} bytes", host, request.body_limit));
  }
  const std::string why = reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(code);
  const bool timed_out = code == CURLE_OPERATION_TIMEDOUT;
  return fail(timed_out ? ErrorKind::kTimeout : ErrorKind::kUnavailable,
              fmt::format("{} {}: {}", timed_out ? "no answer in time from" : "cannot talk to",
                          host, printable(why)));
}

CurlTransport::CurlTransport(Proxy proxy) : proxy_(std::move(proxy)) {
  initialise_curl();
}

CurlTransport::~CurlTransport() = default;

Result<HttpResponse> CurlTransport::send(const HttpRequest& request, const std::stop_token& stop) {
  if (std::ranges::any_of(request.headers, breaks_its_line)) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("a header for {} has control characters", host_of(request.url)));
  }
  std::unique_ptr<Handle> handle = take(host_of(request.url));
  Result<HttpResponse> response = handle->send(request, proxy_, stop);
  put_back(std::move(handle));
  return response;
}

std::unique_ptr<CurlTransport::Handle> CurlTransport::take(std::string_view host) {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto chosen = std::ranges::find_if(
          idle_, [&](const auto& handle) { return handle->last_host() == host; });
      // Else the one that has been idle for longest gets another connection beside its own.
      if (chosen == idle_.end()) chosen = idle_.begin();
      std::unique_ptr<Handle> handle = std::move(*chosen);
      idle_.erase(chosen);
      return handle;
    }
  }
  return std::make_unique<Handle>();
}

void CurlTransport::put_back(std::unique_ptr<Handle> handle) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(handle));
}

}  // namespace livesonic::aws
