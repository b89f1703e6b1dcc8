// SPDX-License-Identifier: Apache-2.0
#include "livesonic/httpd/buffered_stream.h"

#include <utility>

#include "livesonic/httpd/response_text.h"

namespace livesonic::httpd {

BufferedStream::BufferedStream(std::function<void()> wake) : wake_(std::move(wake)) {}

bool BufferedStream::send(const std::string& event, const std::string& data) {
  const std::string text = event_text(event, data);
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  const bool fits = waiting_.size() + text.size() <= kLimit;
  if (fits) {
    waiting_ += text;
  } else {
    closed_ = true;
    waiting_.clear();
  }
  if (!woken_) {
    woken_ = true;
    wake_();
  }
  return fits;
}

std::optional<std::string> BufferedStream::take() {
  const std::lock_guard lock(mutex_);
  woken_ = false;
  if (closed_) return std::nullopt;
  return std::exchange(waiting_, {});
}

void BufferedStream::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  woken_ = true;  // nobody is to be woken any more
  waiting_.clear();
}

}  // namespace livesonic::httpd
