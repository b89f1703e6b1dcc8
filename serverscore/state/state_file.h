// SPDX-License-Identifier: Apache-2.0
// Where the past is kept between two runs: a small file that concurrent runs may share. It is a
// convenience: whatever goes wrong with it, there is no past, and nothing is said.
#pragma once

#include <string>

#include "serverscore/state/state.h"

namespace serverscore {

// $XDG_RUNTIME_DIR/serverscore.state, else /run/user/UID/serverscore.state, else, for root,
// /run/serverscore.state. Only in a directory of our own; empty when there is none.
std::string default_state_path();

// Empty when the file isn't there, isn't a regular file of our own of at most 64 KiB, or says
// nothing that can be used. Follows no symbolic link in the last part of the path. So with an empty
// path.
Past load_past(const std::string& path);

// Replaces the file as a whole, so that nobody ever reads half of one. Where another run is just
// doing so, it is left to it. Does nothing with an empty path, or a past without a boot.
void store_past(const std::string& path, const Past& past);

}  // namespace serverscore
