// SPDX-License-Identifier: Apache-2.0
// The verdict in a few words for a program that asks often. Pure.
#pragma once

#include <string>

#include "serverscore/cloud/notices.h"
#include "serverscore/score/score.h"

namespace serverscore {

// "62 cpu=62 io=100 memory=98", ended by a newline: the score, then a word for each part that is
// known. Where there are dangers, "danger=20" is the lowest of their caps. Given notices, what AWS
// announces of a spot instance stands there, too: "spot=terminate@2017-09-18T08:22:00Z",
// "rebalance=2017-09-18T08:20:00Z". Words may be added; there are no blanks within one.
std::string to_brief_line(const Verdict& verdict, const Notices* notices = nullptr);

}  // namespace serverscore
