// SPDX-License-Identifier: Apache-2.0
// Serves the dashboard's files. Immutable, so thread-safe.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "livesonic/httpd/message.h"
#include "livesonic/web/assets.h"

namespace livesonic::web {

class Pages {
 public:
  // `assets` must stay. The one with the path "/" is the page itself.
  explicit Pages(std::span<const Asset> assets);

  // The file of this path; the page itself for the paths that its own router knows, which are all
  // that don't look like a file's; else 404.
  [[nodiscard]] httpd::Response answer(const httpd::Request& request) const;

 private:
  struct Entry {
    const Asset* asset;
    std::string etag;
  };
  [[nodiscard]] const Entry* find(std::string_view path) const;

  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace livesonic::web
