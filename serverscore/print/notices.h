// SPDX-License-Identifier: Apache-2.0
// What AWS announced, in each format. Pure.
#pragma once

#include <string>
#include <string_view>

#include "serverscore/cloud/notices.h"
#include "serverscore/print/json_writer.h"
#include "serverscore/print/metrics_writer.h"

namespace serverscore {

// The member "cloud".
void write_notices(JsonWriter& json, const Notices& notices);
void write_notices(MetricsWriter& metrics, const Notices& notices);

// One line each, ended by a newline.
std::string notice_lines(const Notices& notices, std::string_view indent = {});

// Without what is always so, on EC2 or elsewhere: in service, or nobody to ask.
Notices only_news(Notices notices);

// The news on one line: "spot: AWS will terminate this instance at ..."; empty when there are none.
std::string notice_text(const Notices& notices);

}  // namespace serverscore
