// SPDX-License-Identifier: Apache-2.0
// All parsers, the score and all printers: the input is the files one after the other, a NUL byte
// between them; one that begins with \x01 is missing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "serverscore/print/brief.h"
#include "serverscore/print/explain.h"
#include "serverscore/print/json.h"
#include "serverscore/print/nagios.h"
#include "serverscore/print/prometheus.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (c != '\n' && (c < ' ' || c > '~')) return false;
  }
  return true;
}

void print_all(const serverscore::Inputs& inputs, const serverscore::Verdict& verdict) {
  using namespace serverscore;
  JsonWriter json;
  json.open("", '{');
  write_verdict(json, inputs, verdict);
  json.close('}');
  require(is_ascii(json.finish()));
  require(is_ascii(explain(inputs, verdict)));
  MetricsWriter metrics;
  write_metrics(metrics, inputs, verdict);
  require(is_ascii(metrics.finish()));
  const std::string plugin = plugin_line(inputs, verdict, {});
  require(is_ascii(plugin) && plugin.size() < 1024);
  require(plugin.find('\n') == plugin.size() - 1 && plugin.find('|') == plugin.rfind('|'));
  const std::string line = to_json_line(verdict, 1'795'452'791'123);
  const std::string brief = to_brief_line(verdict);
  require(is_ascii(brief) && brief.find('\n') == brief.size() - 1);
  require(line.size() < 4096 && line.find('\n') == line.size() - 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace serverscore;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Capture capture;
  capture.since_boot_s = 5000;
  capture.loadavg.resize(2);
  Text past;
  CgroupFiles& cgroup = capture.cgroup;
  for (Text* text : {&capture.stat_before,     &capture.stat_after,    &capture.loadavg[0],
                     &capture.loadavg[1],      &capture.cpu_pressure,  &capture.io_pressure,
                     &capture.memory_pressure, &capture.meminfo,       &capture.cpuinfo,
                     &capture.osrelease,       &capture.uptime,        &capture.vmstat,
                     &capture.file_nr,         &capture.pid_max,       &capture.threads_max,
                     &capture.conntrack_count, &capture.conntrack_max, &capture.boot_id,
                     &capture.mountinfo,       &capture.disks_after,   &past,
                     &cgroup.cpu_max,          &cgroup.cpu_stat,       &cgroup.cpu_pressure,
                     &cgroup.cpuset,           &cgroup.memory_max,     &cgroup.memory_current,
                     &cgroup.memory_stat,      &cgroup.memory_events,  &cgroup.swap_max,
                     &cgroup.swap_current,     &cgroup.pids_max,       &cgroup.pids_current}) {
    const std::string_view content = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(content.size() + (content.size() < rest.size() ? 1 : 0));
    if (!content.starts_with('\x01')) *text = content;
  }
  for (Mount& mount : parse_mountinfo(capture.mountinfo.value_or(""), capture.notes)) {
    Filesystem filesystem;
    filesystem.mount = std::move(mount);
    filesystem.bytes = 1e9;
    filesystem.bytes_available = static_cast<double>(size) * 1e5;
    filesystem.inodes = 1e6;
    capture.filesystems.push_back(std::move(filesystem));
  }
  const Inputs inputs = interpret(capture, parse_past(past.value_or("")));
  const Verdict verdict = judge(inputs);
  require(verdict.score >= 1 && verdict.score <= 100);
  print_all(inputs, verdict);
  return 0;
}
