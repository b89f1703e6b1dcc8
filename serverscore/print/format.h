// SPDX-License-Identifier: Apache-2.0
// What the printers share: formatted text, and text of the host's that people and machines can be
// shown without harm. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace serverscore {

// As printf has it; cut at 511 bytes.
[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...);

// Printable ASCII and nothing else, every other byte being shown as '?'; of what is longer than
// `most` (at least 3), the end: "...lib/docker/volumes".
std::string shown(std::string_view text, std::size_t most = 4096);

// A size for people, its unit chosen by `bytes`: "512 MiB", "1.5 GiB".
std::string size_of(double bytes);

}  // namespace serverscore
