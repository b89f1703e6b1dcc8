// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/sns.h"

#include <algorithm>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::notify {
namespace {

constexpr std::size_t kLongestSubject = 99;                    // SNS takes fewer than 100
constexpr std::size_t kLongestText = std::size_t{200} * 1024;  // SNS takes 256 KiB in all

// SNS takes nothing but ASCII there.
std::string ascii_subject(const Message& message, const Wording& wording,
                          std::string_view channel) {
  const auto is_ascii = [](const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  };
  std::string subject = subject_of(message, wording, channel);
  if (!is_ascii(subject)) subject = title_of(message, Language::kEnglish);
  for (char& c : subject) {
    if (c < 0x20 || c >= 0x7f) c = '?';
  }
  return subject.substr(0, kLongestSubject);
}

class Sns final : public Notifier {
 public:
  Sns(std::string name, Publisher& publisher, std::string account, std::string topic,
      Wording wording)
      : name_(std::move(name)),
        publisher_(publisher),
        account_(std::move(account)),
        topic_(std::move(topic)),
        wording_(std::move(wording)) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  Accepted deliver(const Delivery& delivery, const Message& message,
                   const std::stop_token& stop) override {
    Publication publication{account_,
                            topic_,
                            ascii_subject(message, wording_, name_),
                            shorten(text_of(message, wording_, name_), kLongestText),
                            {},
                            {}};
    if (topic_.ends_with(".fifo")) {
      publication.group = message.costs ? "costs" : message.incident.id;
      publication.deduplication = delivery.id;
    }
    const auto published = publisher_.publish(publication, stop);
    if (published) return {};
    const ErrorKind kind = published.error().kind;
    const bool permanent = kind == ErrorKind::kNotFound || kind == ErrorKind::kPermission ||
                           kind == ErrorKind::kInvalidInput;
    return refused(published.error().message, permanent);
  }

 private:
  const std::string name_;
  Publisher& publisher_;
  const std::string account_;
  const std::string topic_;
  const Wording wording_;
};

}  // namespace

std::unique_ptr<Notifier> make_sns(std::string name, Publisher& publisher, std::string account,
                                   std::string topic, Wording wording) {
  return std::make_unique<Sns>(std::move(name), publisher, std::move(account), std::move(topic),
                               std::move(wording));
}

}  // namespace livesonic::notify
