// SPDX-License-Identifier: Apache-2.0
#include "serverscore/cloud/http.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "serverscore/parse/text.h"

namespace serverscore {
namespace {

// How the end of the body is found.
struct Framing {
  std::optional<std::size_t> length;  // nothing: it ends with the connection
  bool chunked = false;
  bool close = false;
};

// The next whole line, without its end; nothing when its end hasn't come.
std::optional<std::string_view> whole_line(std::string_view& text) {
  if (text.find('\n') == std::string_view::npos) return std::nullopt;
  std::string_view line = take_line(text);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// "HTTP/1.1 200 OK". Anything but a final status counts as none.
std::optional<int> parse_status_line(std::string_view line, bool& keeps_alive) {
  if (!take_prefix(line, "HTTP/1.") || line.size() < 5) return std::nullopt;
  if ((line[0] != '0' && line[0] != '1') || line[1] != ' ') return std::nullopt;
  keeps_alive = line[0] == '1';
  const auto status = to_count(line.substr(2, 3), 599);
  if (!status || *status < 200 || (line.size() > 5 && line[5] != ' ')) return std::nullopt;
  return static_cast<int>(*status);
}

bool parse_field(std::string_view line, Framing& framing) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  const std::string_view name = line.substr(0, colon);
  if (name.find_first_of(" \t") != std::string_view::npos) return false;
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (same(name, "content-length")) {
    const auto length = to_count(value, static_cast<double>(kMostBody));
    if (!length) return false;
    const auto bytes = static_cast<std::size_t>(*length);
    if (framing.length && *framing.length != bytes) return false;
    framing.length = bytes;
  } else if (same(name, "transfer-encoding")) {
    if (!same(value, "chunked") || framing.chunked) return false;
    framing.chunked = true;
  } else if (same(name, "connection")) {
    framing.close = framing.close || same(value, "close");
  }
  return true;
}

HttpState read_chunks(std::string_view text, std::string& body) {
  for (;;) {
    const auto line = whole_line(text);
    if (!line) return text.size() > kMostHead ? HttpState::kMalformed : HttpState::kIncomplete;
    const std::string_view digits = trimmed(line->substr(0, line->find(';')));
    std::size_t size = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, size, 16);
    if (error != std::errc{} || stop != end || size > kMostBody - body.size()) {
      return HttpState::kMalformed;
    }
    if (size == 0) break;
    if (text.size() < size) return HttpState::kIncomplete;
    body.append(text.substr(0, size));
    text.remove_prefix(size);
    const auto after = whole_line(text);
    if (!after) return text.size() > 1 ? HttpState::kMalformed : HttpState::kIncomplete;
    if (!after->empty()) return HttpState::kMalformed;
  }
  for (;;) {  // the trailer
    const auto line = whole_line(text);
    if (!line) return text.size() > kMostHead ? HttpState::kMalformed : HttpState::kIncomplete;
    if (line->empty()) return text.empty() ? HttpState::kComplete : HttpState::kMalformed;
  }
}

HttpState read_body(std::string_view text, const Framing& framing, bool closed, std::string& body) {
  if (framing.chunked) return read_chunks(text, body);
  const std::size_t most = framing.length.value_or(kMostBody);
  if (text.size() > most) return HttpState::kMalformed;
  if (framing.length ? text.size() < most : !closed) return HttpState::kIncomplete;
  body = text;
  return HttpState::kComplete;
}

}  // namespace

HttpResponse parse_response(std::string_view received, bool closed) {
  HttpResponse malformed;
  malformed.state = HttpState::kMalformed;
  if (received.size() > kMostReceived) return malformed;

  HttpResponse response;
  Framing framing;
  bool keeps_alive = false;
  std::string_view text = received;
  for (bool first = true;; first = false) {
    const auto line = whole_line(text);
    if (received.size() - text.size() > kMostHead || (!line && text.size() > kMostHead)) {
      return malformed;
    }
    if (!line) return closed ? malformed : response;
    if (first) {
      const auto status = parse_status_line(*line, keeps_alive);
      if (!status) return malformed;
      response.status = *status;
    } else if (line->empty()) {
      break;
    } else if (!parse_field(*line, framing)) {
      return malformed;
    }
  }
  // Both at once is how requests are smuggled; no honest server sends it.
  if (framing.chunked && framing.length) return malformed;
  if (response.status == 204 || response.status == 304) framing = {.length = 0};

  response.state = read_body(text, framing, closed, response.body);
  if (response.state == HttpState::kMalformed) return malformed;
  if (response.state == HttpState::kIncomplete) return closed ? malformed : response;
  response.reusable =
      keeps_alive && !framing.close && !closed && (framing.chunked || framing.length.has_value());
  return response;
}

}  // namespace serverscore
