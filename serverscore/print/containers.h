// SPDX-License-Identifier: Apache-2.0
// The scores of a host's containers, for people and for machines. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "serverscore/containers/judge.h"
#include "serverscore/print/json_writer.h"
#include "serverscore/print/metrics_writer.h"

namespace serverscore {

// A table with a line for its columns' names and one for each container, in the order given; each
// begins with `indent`. ASCII. A line that says so when there are none.
std::string container_table(const std::vector<ContainerScore>& containers,
                            std::string_view indent = {});

// A list "containers" in an object that is open.
void write_containers(JsonWriter& json, const std::vector<ContainerScore>& containers);

// What isn't known is left out.
void write_containers(MetricsWriter& metrics, const std::vector<ContainerScore>& containers);

}  // namespace serverscore
