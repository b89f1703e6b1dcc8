// SPDX-License-Identifier: Apache-2.0
// The dashboard's files, as they were built. They live as long as the program.
#pragma once

#include <span>

#include "livesonic/web/assets.h"

namespace livesonic::dashboard {

std::span<const web::Asset> assets();

}  // namespace livesonic::dashboard
