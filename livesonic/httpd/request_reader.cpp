// SPDX-License-Identifier: Apache-2.0
#include "livesonic/httpd/request_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/optional/optional.hpp>
#include <cctype>
#include <utility>

#include "livesonic/httpd/error_response.h"
#include "livesonic/httpd/target.h"

namespace livesonic::httpd {
namespace {

namespace http = boost::beast::http;

// What may wait unconsumed before the parser can do something with it: a whole header, or the
// header of a chunk. More is no honest client.
constexpr std::size_t kUnconsumedLimit = 2 * RequestReader::kHeaderLimit;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

using BeastParser = http::request_parser<http::string_body>;

std::size_t put(BeastParser& parser, std::string_view bytes, boost::system::error_code& error) {
#ifdef __clang_analyzer__
  // The analyzer would follow us into Beast, which is headers, and see values there as not
  // initialised that the error returned with them says not to use.
  (void)parser;
  error = http::error::need_more;
  return bytes.size();
#else
  return parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
#endif
}

}  // namespace

struct RequestReader::Parser {
  BeastParser beast;
};

RequestReader::RequestReader(std::size_t body_limit) : parser_(std::make_unique<Parser>()) {
  parser_->beast.eager(true);
  parser_->beast.header_limit(static_cast<std::uint32_t>(kHeaderLimit));
  parser_->beast.body_limit(body_limit);
}

RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;

RequestReader::Progress RequestReader::refuse(int status, std::string_view kind,
                                              std::string_view message) {
  refusal_ = error_response(status, kind, message);
  return Progress::kBad;
}

RequestReader::Progress RequestReader::feed(std::string_view input, std::size_t& consumed) {
  consumed = 0;
  begun_ = begun_ || !input.empty();
  auto& parser = parser_->beast;
  while (!parser.is_done()) {
    boost::system::error_code error;
    // Beast forbids an empty put.
    if (consumed == input.size()) break;
    const std::string_view rest = input.substr(consumed);
    const std::size_t used = put(parser, rest, error);
    consumed += used;
    if (error == http::error::need_more) break;
    if (error == http::error::body_limit) {
      return refuse(413, "too_large", "the request's body is too large");
    }
    if (error == http::error::header_limit) {
      return refuse(431, "too_large", "the request's header is larger than 16 KiB");
    }
    if (error) return refuse(400, "invalid_input", "not an HTTP request: " + error.message());
    if (used == 0) break;
  }
  if (parser.is_done()) return finish();
  if (input.size() - consumed > kUnconsumedLimit) {
    return refuse(400, "invalid_input", "not an HTTP request: a line is too long");
  }
  if (parser.is_header_done() && !continued_) {
    continued_ = true;
    if (lower_case(parser.get()[http::field::expect]) == "100-continue") {
      return Progress::kContinue;
    }
  }
  return Progress::kMore;
}

RequestReader::Progress RequestReader::finish() {
  auto message = parser_->beast.release();
  request_.target = std::string(message.target());
  auto target = parse_target(request_.target);
  if (!target) return refuse(400, "invalid_input", target.error().message);
  request_.path = std::move(target->path);
  request_.query = std::move(target->query);
  head_only_ = message.method() == http::verb::head;
  request_.method = head_only_ ? "GET" : std::string(message.method_string());
  keep_alive_ = message.keep_alive();
  for (const auto& field : message) {
    const auto [at, is_new] =
        request_.headers.emplace(lower_case(field.name_string()), field.value());
    if (is_new) continue;
    if (at->first == "host") return refuse(400, "invalid_input", "two Host headers");
    at->second += ", ";
    at->second += std::string_view(field.value().data(), field.value().size());
  }
  if (message.version() >= 11 && !request_.headers.contains("host")) {
    return refuse(400, "invalid_input", "no Host header");
  }
  request_.body = std::move(message.body());
  return Progress::kDone;
}

}  // namespace livesonic::httpd
