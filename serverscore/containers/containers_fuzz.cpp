// SPDX-License-Identifier: Apache-2.0
// A container from its path and files to every report: the input is the path, the lists and the
// files one after the other, a NUL byte between them; a file that begins with \x01 is missing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "serverscore/containers/judge.h"
#include "serverscore/containers/threads.h"
#include "serverscore/print/containers.h"

namespace {

using namespace serverscore;

std::string_view take_part(std::string_view& rest) {
  const std::string_view part = rest.substr(0, rest.find('\0'));
  rest.remove_prefix(part.size() + (part.size() < rest.size() ? 1 : 0));
  return part;
}

void take_text(std::string_view& rest, Text& text) {
  const std::string_view part = take_part(rest);
  if (!part.starts_with('\x01')) text = part;
}

void take_files(std::string_view& rest, CgroupFiles& files) {
  for (Text* text :
       {&files.cpu_max, &files.cpuset, &files.memory_max, &files.memory_current, &files.memory_stat,
        &files.memory_events, &files.swap_max, &files.swap_current, &files.pids_max,
        &files.pids_current, &files.cpu_pressure, &files.io_pressure, &files.memory_pressure}) {
    take_text(rest, *text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Container container;
  const std::string_view path = take_part(rest);
  if (auto name = classify(path)) {
    if (name->id.empty() || name->path != path || !path.starts_with(group_of(*name))) std::abort();
    container.name = std::move(*name);
  }
  std::vector<long> ids;
  add_thread_ids(take_part(rest), ids);
  state_of_thread(take_part(rest));

  for (int i = 0; i < 2; ++i) {
    ContainerLook& look = container.looks.emplace_back();
    look.at_s = i;
    take_text(rest, look.cpu_stat);
    const std::string_view running = take_part(rest);
    if (!running.empty()) look.threads = Threads{static_cast<double>(running.size()), 0};
  }
  take_files(rest, container.files);
  take_files(rest, container.group);
  Inputs host;
  host.cpus = static_cast<int>(rest.size() % 5);

  const auto scores = score_containers({container}, host);
  if (scores.size() != 1) std::abort();
  const Verdict& verdict = scores.front().verdict;
  if (verdict.score < 1 || verdict.score > 100) std::abort();
  for (const char c : container_table(scores)) {
    if (c != '\n' && (c < ' ' || c > '~')) std::abort();
  }
  JsonWriter json;
  json.open("", '{');
  write_containers(json, scores);
  json.close('}');
  MetricsWriter metrics;
  write_containers(metrics, scores);
  if (json.finish().empty() || metrics.finish().empty()) std::abort();
  return 0;
}
