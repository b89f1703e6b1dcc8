// SPDX-License-Identifier: Apache-2.0
// Asks the EC2 instance metadata service, version 2, for notices: the rim of cloud/. The protocol:
// "Use the Instance Metadata Service to access instance metadata" of the EC2 user guide.
#pragma once

#include <chrono>

#include "serverscore/cloud/deadline.h"
#include "serverscore/cloud/endpoint.h"
#include "serverscore/cloud/notices.h"

namespace serverscore {

// On EC2 it answers within a few milliseconds; elsewhere packets may simply vanish.
constexpr std::chrono::milliseconds kNoticesTime{200};

// Never fails and never takes longer than the deadline: what can't be had is said in `unavailable`,
// and what was had by then is kept. One connection at a time; reads no more than a few hundred KiB.
Notices read_notices(const Endpoint& endpoint, Deadline& deadline);

// From where the environment says, within kNoticesTime.
Notices read_notices();

}  // namespace serverscore
