// SPDX-License-Identifier: Apache-2.0
// What names and addresses in an answer may look like. They end up in commands, connections and
// on screens, so what looks otherwise is refused at the door. Pure functions.
#pragma once

#include <string_view>

namespace livesonic::aws {

// "i-" and 8 to 17 lower-case hexadecimal digits.
bool is_instance_id(std::string_view text);

// Letters, digits, '-', '.' and '_', beginning with a letter, digit or '_'; at most 253 bytes.
bool is_host_name(std::string_view text);

// An IPv4 or IPv6 address.
bool is_ip_address(std::string_view text);

// Letters, digits and '-', at most 64: a region, a zone, a state, a kind, an id.
bool is_word(std::string_view text);

// "arn:PARTITION:SERVICE:…": printable ASCII without white space, at most 2048.
bool is_arn(std::string_view text);

}  // namespace livesonic::aws
