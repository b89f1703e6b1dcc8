// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/victims.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

namespace livesonic::scaling {
namespace {

// "lt-0123 version 7": 7; 0 where there is no number.
int version_of(const FleetMember& member) {
  const std::size_t begin = member.version.find_last_not_of("0123456789") + 1;
  int number = 0;
  const char* end = member.version.data() + member.version.size();
  std::from_chars(member.version.data() + begin, end, number);
  return number;
}

}  // namespace

std::vector<std::string> victims(const FleetBook& book, int count,
                                 const std::function<bool(const FleetMember&)>& may) {
  std::map<std::string, int> in_zone;
  std::vector<const FleetMember*> left;
  for (const FleetMember& member : book.members) {
    if (!member.counts()) continue;
    ++in_zone[member.kind.zone];
    if (member.ours && may(member)) left.push_back(&member);
  }
  std::vector<std::string> ids;
  while (count-- > 0 && !left.empty()) {
    const auto rank = [&](const FleetMember* m) {
      return std::tuple{m->serving,
                        version_of(*m),
                        m->score.value_or(101),
                        -in_zone[m->kind.zone],
                        m->launched_at.value_or(Time{}),
                        m->id};
    };
    const auto worst = std::ranges::min_element(left, {}, rank);
    --in_zone[(*worst)->kind.zone];
    ids.push_back((*worst)->id);
    left.erase(worst);
  }
  return ids;
}

}  // namespace livesonic::scaling
