// SPDX-License-Identifier: Apache-2.0
// Words to others: SNS topics and webhooks of the configuration.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "livesonic/actions/deed.h"
#include "livesonic/base/time_text.h"

namespace livesonic::actions {
namespace {

class Publish final : public Deed {
 public:
  Result<void> call(Work& work) override {
    const Topic* topic = work.means.settings.topic(work.action.request.target);
    if (topic == nullptr) {
      return fail(ErrorKind::kConflict,
                  fmt::format("the configuration has no topic called '{}' any more",
                              work.action.request.target));
    }
    const auto id =
        work.means.cloud.publish(*topic, work.action.request.text, work.action.id, work.stop);
    if (!id) return fail(id.error());
    message_ = *id;
    return {};
  }
  Result<Evidence> look(Work& work) override {
    if (!message_.empty()) return Evidence::kDone;
    // A FIFO topic drops what it has had already, for five minutes at least.
    const Topic* topic = work.means.settings.topic(work.action.request.target);
    const Duration age =
        work.means.clock.now() - work.action.started_at.value_or(work.means.clock.now());
    const bool drops_again =
        topic != nullptr && topic->arn.ends_with(".fifo") && age < std::chrono::minutes{4};
    return drops_again ? Evidence::kNotDone : Evidence::kUnknown;
  }
  [[nodiscard]] std::string told(const Work&) const override {
    return "published as message " + message_;
  }

 private:
  std::string message_;
};

// Receivers can tell a second call by its Idempotency-Key, so it may be made again.
class CallWebhook final : public Deed {
 public:
  Result<void> call(Work& work) override {
    const ActionRequest& request = work.action.request;
    const Webhook* webhook = work.means.settings.webhook(request.target);
    if (webhook == nullptr) {
      return fail(
          ErrorKind::kConflict,
          fmt::format("the configuration has no webhook called '{}' any more", request.target));
    }
    const nlohmann::ordered_json body{{"action", work.action.id},
                                      {"cluster", request.cluster},
                                      {"reason", request.reason},
                                      {"text", request.text},
                                      {"incident", request.incident},
                                      {"by", request.by},
                                      {"at", to_iso8601(work.action.requested_at)}};
    auto posted = work.means.caller.post(
        *webhook, body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
        work.action.id, work.stop);
    accepted_ = posted.has_value();
    return posted;
  }
  Result<Evidence> look(Work&) override { return accepted_ ? Evidence::kDone : Evidence::kNotDone; }
  [[nodiscard]] std::string told(const Work&) const override { return "accepted"; }

 private:
  bool accepted_ = false;
};

}  // namespace

std::unique_ptr<Deed> make_message_deed(ActionKind kind) {
  if (kind == ActionKind::kPublish) return std::make_unique<Publish>();
  if (kind == ActionKind::kWebhook) return std::make_unique<CallWebhook>();
  return nullptr;
}

}  // namespace livesonic::actions
