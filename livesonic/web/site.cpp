// SPDX-License-Identifier: Apache-2.0
#include <string_view>
#include <utility>

#include "livesonic/web/api.h"
#include "livesonic/web/guard.h"
#include "livesonic/web/pages.h"
#include "livesonic/web/router.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {
namespace {

constexpr std::string_view kApi = "/api";
constexpr std::string_view kMetrics = "/metrics";
constexpr std::string_view kEvents = "/api/v1/events";

class Api final : public httpd::Handler {
 public:
  explicit Api(Dependencies dependencies)
      : dependencies_(std::move(dependencies)), router_(make_router(dependencies_)) {}

  httpd::Response handle(const httpd::Request& request) override {
    httpd::Response response = router_.route(request);
    response.headers["Cache-Control"] = "no-store";
    return response;
  }

  bool open_stream(const httpd::Request& request,
                   std::shared_ptr<httpd::EventStream> stream) override {
    if (request.path != kEvents) return false;
    dependencies_.events.add(std::move(stream));
    return true;
  }

 private:
  const Dependencies dependencies_;
  const Router router_;
};

class Site final : public httpd::Handler {
 public:
  Site(Dependencies dependencies, std::span<const Asset> assets)
      : metrics_(dependencies.metrics), api_(std::move(dependencies)), pages_(assets) {}

  httpd::Response handle(const httpd::Request& request) override {
    httpd::Response response = answer(request);
    add_security_headers(response);
    return response;
  }

  bool open_stream(const httpd::Request& request,
                   std::shared_ptr<httpd::EventStream> stream) override {
    return !refusal(request) && api_.open_stream(request, std::move(stream));
  }

 private:
  httpd::Response answer(const httpd::Request& request) {
    if (auto refused = refusal(request)) return *std::move(refused);
    const bool api = request.path.starts_with(kApi) &&
                     (request.path.size() == kApi.size() || request.path[kApi.size()] == '/');
    if (api) return api_.handle(request);
    return request.path == kMetrics && request.method == "GET" ? metrics() : pages_.answer(request);
  }

  [[nodiscard]] httpd::Response metrics() const {
    httpd::Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.headers["Cache-Control"] = "no-store";
    response.body = metrics_();
    return response;
  }

  const std::function<std::string()> metrics_;
  Api api_;
  const Pages pages_;
};

}  // namespace

std::unique_ptr<httpd::Handler> make_api(Dependencies dependencies) {
  return std::make_unique<Api>(std::move(dependencies));
}

std::unique_ptr<httpd::Handler> make_site(Dependencies dependencies,
                                          std::span<const Asset> assets) {
  return std::make_unique<Site>(std::move(dependencies), assets);
}

}  // namespace livesonic::web
