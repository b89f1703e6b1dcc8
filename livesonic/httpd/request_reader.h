// SPDX-License-Identifier: Apache-2.0
// Bytes to requests: the only user of Beast, whose parser knows the dark corners of HTTP/1.1
// (chunked bodies, contradicting lengths). No I/O, so that it can be tested and fuzzed alone.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "livesonic/base/result.h"
#include "livesonic/httpd/message.h"

namespace livesonic::httpd {

// Reads one request. Not thread-safe.
class RequestReader {
 public:
  static constexpr std::size_t kHeaderLimit = std::size_t{16} * 1024;

  explicit RequestReader(std::size_t body_limit);
  ~RequestReader();
  RequestReader(RequestReader&&) noexcept;
  RequestReader& operator=(RequestReader&&) noexcept;

  enum class Progress {
    kMore,      // give it the unconsumed bytes again, with more behind them
    kContinue,  // likewise, but the client waits for "100 Continue" first (returned once)
    kDone,      // take() has the request; bytes not consumed belong to the next one
    kBad,       // refusal() says why; the connection is of no more use
  };
  // Reads from `input`; `consumed` is how many of its bytes are done with.
  Progress feed(std::string_view input, std::size_t& consumed);

  [[nodiscard]] bool begun() const { return begun_; }  // something of the request has arrived
  [[nodiscard]] bool keep_alive() const { return keep_alive_; }  // what the client wants
  [[nodiscard]] bool head_only() const { return head_only_; }    // it was a HEAD
  [[nodiscard]] Request take() { return std::move(request_); }
  // 400, 413 or 431, with a JSON body that says what was wrong.
  [[nodiscard]] const Response& refusal() const { return refusal_; }

 private:
  struct Parser;
  Progress refuse(int status, std::string_view kind, std::string_view message);
  Progress finish();

  std::unique_ptr<Parser> parser_;
  bool begun_ = false;
  bool continued_ = false;
  bool keep_alive_ = false;
  bool head_only_ = false;
  Request request_;
  Response refusal_;
};

}  // namespace livesonic::httpd
