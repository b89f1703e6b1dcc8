// SPDX-License-Identifier: Apache-2.0
// Whether the reader's terminal shows colours and blocks. Pure but for surroundings_of().
#pragma once

#include <string_view>

#include "serverscore/print/explain.h"
#include "serverscore/program/options.h"

namespace serverscore {

// Environment variables are empty when they aren't set.
struct Surroundings {
  bool terminal = false;      // whether the answer goes to one
  std::string_view no_color;  // NO_COLOR, see https://no-color.org
  std::string_view term;
  std::string_view lc_all;
  std::string_view lc_ctype;
  std::string_view lang;
};

// Of the process, whose answer goes to `file`.
Surroundings surroundings_of(int file);

Style style_for(Colour asked, const Surroundings& surroundings);

}  // namespace serverscore
