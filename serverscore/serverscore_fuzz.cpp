// SPDX-License-Identifier: Apache-2.0
// All parsers, the score and the reports: the input is the files one after the other, a NUL byte
// between them; one that begins with \x01 is missing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "serverscore/explain.h"
#include "serverscore/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace serverscore;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Capture capture;
  capture.loadavg.resize(2);
  for (Text* text :
       {&capture.stat_before, &capture.stat_after, &capture.loadavg[0], &capture.loadavg[1],
        &capture.cpu_pressure, &capture.io_pressure, &capture.memory_pressure, &capture.meminfo,
        &capture.cpuinfo, &capture.osrelease, &capture.uptime}) {
    const std::string_view content = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(content.size() + (content.size() < rest.size() ? 1 : 0));
    if (!content.starts_with('\x01')) *text = content;
  }
  const Inputs inputs = interpret(capture);
  const Verdict verdict = judge(inputs);
  if (verdict.score < 1 || verdict.score > 100) std::abort();
  if (to_json(inputs, verdict).empty() || explain(inputs, verdict).empty()) std::abort();
  return 0;
}
