// SPDX-License-Identifier: Apache-2.0
// The host keys that cloud-init prints on a new instance's console. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace livesonic::remote {

// The fingerprints ("SHA256:…") in the first complete block of fingerprints and the first complete
// block of keys (BEGIN SSH HOST KEY FINGERPRINTS, BEGIN SSH HOST KEY KEYS), each once. What comes
// later on a console may come from anybody who got onto the host; what stands there at first boot
// does not.
std::vector<std::string> console_fingerprints(std::string_view console);

}  // namespace livesonic::remote
