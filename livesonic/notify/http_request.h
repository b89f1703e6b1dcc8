// SPDX-License-Identifier: Apache-2.0
// One HTTP request, and what its answer means for a message. The only place where the channels meet
// libcurl's HTTP.
#pragma once

#include <curl/curl.h>

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/secret.h"
#include "livesonic/notify/notifier.h"

namespace livesonic::notify {

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListDeleter>;
List make_list(const std::vector<std::string>& lines);

// Where a channel sends to, and how long it waits.
struct Endpoint {
  Secret url;  // may carry a token or a password
  Duration timeout = std::chrono::seconds{10};
  std::filesystem::path ca_file;  // whose certificates are believed; empty: the system's
};

// How each kind of transfer begins: a handle with time-out, trust and a stop.
Easy make_easy(const Endpoint& endpoint, const std::stop_token& stop);

struct HttpRequest {
  bool get = false;                       // else it is a POST
  std::string path = {};                  // behind the endpoint's URL
  std::string body = {};                  // JSON
  std::vector<std::string> headers = {};  // "Name: value"
};

// Accepted is any 2xx. Redirects are not followed, certificates are verified, and no refusal
// contains the URL. What 408, 425, 429 and 5xx say may pass; any other status is permanent.
// Retry-After is heeded up to an hour.
Accepted send(const Endpoint& endpoint, const HttpRequest& request, const std::stop_token& stop);

}  // namespace livesonic::notify
