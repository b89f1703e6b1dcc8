// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "simulator/aws/protocol.h"

// The first line is the Authorization header, the rest the form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  livesonic::httpd::Request request;
  request.method = "POST";
  request.path = "/";
  request.headers["authorization"] = text.substr(0, line);
  if (line != std::string::npos) request.body = text.substr(line + 1);
  (void)livesonic::simulator::read_call(request, "");
  return 0;
}
