// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/webhook.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <chrono>
#include <utility>

namespace livesonic::notify {
namespace {

class Webhook final : public Notifier {
 public:
  Webhook(std::string name, Endpoint endpoint, Secret secret, const Clock& clock)
      : name_(std::move(name)),
        endpoint_(std::move(endpoint)),
        secret_(std::move(secret)),
        clock_(clock) {}

  [[nodiscard]] const std::string& name() const override { return name_; }

  Accepted deliver(const Delivery& delivery, const Message& message,
                   const std::stop_token& stop) override {
    HttpRequest request;
    request.body = message_json(message);
    for (const char* header : {"Idempotency-Key", "X-Livesonic-Delivery"}) {
      request.headers.push_back(fmt::format("{}: {}", header, delivery.id));
    }
    if (!secret_.empty()) {
      const auto seconds =
          std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
      const std::string timestamp = std::to_string(seconds);
      request.headers.push_back("X-Livesonic-Timestamp: " + timestamp);
      request.headers.push_back("X-Livesonic-Signature: " +
                                signature(secret_, timestamp, request.body));
    }
    return send(endpoint_, request, stop);
  }

 private:
  const std::string name_;
  const Endpoint endpoint_;
  const Secret secret_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<Notifier> make_webhook(std::string name, Endpoint endpoint, Secret secret,
                                       const Clock& clock) {
  return std::make_unique<Webhook>(std::move(name), std::move(endpoint), std::move(secret), clock);
}

std::string signature(const Secret& secret, const std::string& timestamp, const std::string& body) {
  const std::string text = timestamp + "." + body;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.reveal().data(), static_cast<int>(secret.reveal().size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  std::string hex = "v1=";
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace livesonic::notify
