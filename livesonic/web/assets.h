// SPDX-License-Identifier: Apache-2.0
// The dashboard's files, built into the program.
#pragma once

#include <string_view>

namespace livesonic::web {

struct Asset {
  std::string_view path;  // "/" (the page itself), "/assets/app.3f2a.js"
  std::string_view content_type;
  std::string_view content;
  bool immutable = false;  // its name changes with its content: browsers may keep it for ever
};

}  // namespace livesonic::web
