// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "livesonic/base/text.h"
#include "livesonic/httpd/error_response.h"

namespace livesonic::web {
namespace {

// FNV-1a, 64 bits: tells versions of a file apart, and need do no more.
std::string fingerprint(std::string_view content) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : content) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("\"{:016x}\"", hash);
}

// A cluster's name may have dots, and even end like a file's.
bool looks_like_a_file(std::string_view path) {
  if (path.starts_with("/clusters/")) return false;
  constexpr std::array<std::string_view, 10> kEndings{
      ".js", ".css", ".map", ".svg", ".png", ".ico", ".json", ".txt", ".woff2", ".webmanifest"};
  return path.starts_with("/assets/") || std::any_of(kEndings.begin(), kEndings.end(),
                                                     [&](auto end) { return path.ends_with(end); });
}

// If-None-Match is a list of tags, each perhaps weak, or "*".
bool names(std::string_view if_none_match, std::string_view etag) {
  for (std::string_view tag : split(if_none_match, ',')) {
    tag = trim(tag);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag || tag == "*") return true;
  }
  return false;
}

}  // namespace

Pages::Pages(std::span<const Asset> assets) {
  for (const Asset& asset : assets) {
    entries_.emplace(asset.path, Entry{&asset, fingerprint(asset.content)});
  }
}

const Pages::Entry* Pages::find(std::string_view path) const {
  auto found = entries_.find(path);
  if (found == entries_.end() && !looks_like_a_file(path)) found = entries_.find("/");
  return found == entries_.end() ? nullptr : &found->second;
}

httpd::Response Pages::answer(const httpd::Request& request) const {
  if (request.method != "GET") {
    auto refused = httpd::error_response(405, "method_not_allowed", "pages can only be read");
    refused.headers["Allow"] = "GET";
    return refused;
  }
  const Entry* entry = find(request.path);
  if (entry == nullptr) {
    return httpd::error_response(
        404, "not_found", fmt::format("there is no {}", printable(shorten(request.path, 200))));
  }
  httpd::Response response;
  response.headers["ETag"] = entry->etag;
  response.headers["Cache-Control"] =
      entry->asset->immutable ? "public, max-age=31536000, immutable" : "no-cache";
  if (names(request.header("if-none-match"), entry->etag)) {
    response.status = 304;
    return response;
  }
  response.content_type = entry->asset->content_type;
  response.body = entry->asset->content;
  return response;
}

}  // namespace livesonic::web
