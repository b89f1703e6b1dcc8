// SPDX-License-Identifier: Apache-2.0
// The built-in texts in Japanese. Pure.
#pragma once

#include <string>
#include <string_view>

#include "livesonic/notify/message.h"

namespace livesonic::notify {

// For a word of the English texts; itself where there is none.
std::string_view japanese_word(std::string_view english);

// One sentence, made of cause and members: what the English summary says. The summary itself for a
// cause that has no words here.
std::string japanese_summary(const Message& message);

}  // namespace livesonic::notify
