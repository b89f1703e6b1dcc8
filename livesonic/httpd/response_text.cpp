// SPDX-License-Identifier: Apache-2.0
#include "livesonic/httpd/response_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "livesonic/base/text.h"

namespace livesonic::httpd {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

std::string one_line(std::string_view text) {
  std::string line(text);
  std::erase_if(line, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
  return line;
}

// RFC 9110, 5.6.7.
std::string http_date(Time now) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

}  // namespace

std::string response_head(const Response& response, bool keep_alive, Time now) {
  std::string head =
      fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nConnection: {}\r\n", response.status,
                  reason_of(response.status), http_date(now), keep_alive ? "keep-alive" : "close");
  // 204 and 304 have no body, and nothing may be said about its length.
  if (response.status != 204 && response.status != 304) {
    head += fmt::format("Content-Length: {}\r\n", response.body.size());
    if (!response.content_type.empty()) {
      head += fmt::format("Content-Type: {}\r\n", one_line(response.content_type));
    }
  }
  for (const auto& [name, value] : response.headers) {
    head += fmt::format("{}: {}\r\n", one_line(name), one_line(value));
  }
  return head + "\r\n";
}

std::string stream_head(Time now) {
  return fmt::format(
      "HTTP/1.1 200 OK\r\nDate: {}\r\nConnection: close\r\nContent-Type: text/event-stream\r\n"
      "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n",
      http_date(now));
}

std::string event_text(std::string_view event, std::string_view data) {
  std::string text = fmt::format("event: {}\n", one_line(event));
  for (const std::string_view line : split(data, '\n')) {
    text += fmt::format("data: {}\n", one_line(line));
  }
  return text + "\n";
}

}  // namespace livesonic::httpd
