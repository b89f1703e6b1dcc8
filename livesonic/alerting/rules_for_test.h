// SPDX-License-Identifier: Apache-2.0
// For tests: the rules that are there when none is written down.
#pragma once

#include "livesonic/alerting/rules.h"

namespace livesonic::alerting {

inline Rules basic_rules(const Basics& basics = {}) {
  Rules rules;
  rules.rules = with_basics(basics, {});
  return rules;
}

}  // namespace livesonic::alerting
