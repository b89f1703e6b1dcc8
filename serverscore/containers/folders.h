// SPDX-License-Identifier: Apache-2.0
// The folders in a folder, as cgroups are.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace serverscore {

bool is_folder(const char* path);

// Their names, at most `most`, in no order; links to folders and what begins with '.' are left out.
// Empty where there is nothing to read.
std::vector<std::string> folders_in(const char* path, std::size_t most);

}  // namespace serverscore
