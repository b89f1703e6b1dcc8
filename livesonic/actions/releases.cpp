// SPDX-License-Identifier: Apache-2.0
#include "livesonic/actions/releases.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::actions {
namespace {

using Seen = std::vector<Release>;

tl::unexpected<Error> no_way(std::string why) {
  return fail(ErrorKind::kConflict, std::move(why));
}

// "lt-0123 version 7", as instances have it, as a release.
std::string release_of(const std::string& launch_template) {
  constexpr std::string_view kVersion = " version ";
  const std::size_t at = launch_template.find(kVersion);
  if (at == std::string::npos) return {};
  return launch_template.substr(0, at) + ":" + launch_template.substr(at + kVersion.size());
}

class Album {
 public:
  void add(const std::string& release, const Instance& instance) {
    if (release.empty()) return;
    const Time first = instance.launched_at.value_or(instance.first_seen);
    const Time last = instance.departure ? instance.departure->at : instance.last_seen;
    const auto [found, fresh] = all_.try_emplace(release, Release{release, first, last});
    if (fresh) return;
    found->second.first = std::min(found->second.first, first);
    found->second.last = std::max(found->second.last, last);
  }
  [[nodiscard]] Seen releases() const {
    Seen seen;
    for (const auto& [name, release] : all_) seen.push_back(release);
    return seen;
  }

 private:
  std::map<std::string, Release> all_;
};

const Release* find(const Seen& seen, const std::string& release) {
  const auto found = std::ranges::find(seen, release, &Release::name);
  return found == seen.end() ? nullptr : &*found;
}

// Of those that began before `present` the one that was there last: an earlier roll-back may have
// left a newer one behind, and nobody wants to go there.
std::optional<std::string> before(const Seen& seen, const std::string& present) {
  const Release* now = find(seen, present);
  const Release* best = nullptr;
  for (const Release& one : seen) {
    if (one.name == present || (now != nullptr && one.first >= now->first)) continue;
    if (best == nullptr || one.last > best->last) best = &one;
  }
  if (best == nullptr) return std::nullopt;
  return best->name;
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1) return std::nullopt;
  return value;
}

// Did `one` run before `other`? Where the store doesn't know both, a lower number of the same
// template or family says so.
bool is_older(const Seen& seen, const std::string& one, const std::string& other) {
  const Release* mine = find(seen, one);
  const Release* its = find(seen, other);
  if (mine != nullptr && its != nullptr) return mine->first < its->first;
  const TemplateVersion a = parts_of(one);
  const TemplateVersion b = parts_of(other);
  const auto left = number(a.version);
  const auto right = number(b.version);
  return a.launch_template == b.launch_template && left && right && *left < *right;
}

bool is_pinned(const std::string& release) {
  return number(parts_of(release).version).has_value();
}

bool is_under_way(const RefreshFacts& refresh) {
  return refresh.status == "Pending" || refresh.status == "InProgress" ||
         refresh.status == "Baking" || refresh.status == "Cancelling" ||
         refresh.status == "RollbackInProgress";
}

// What runs by now: the newest that a member is made of, or what the group launches from where
// nobody is made of that yet.
std::string present_of(const GroupFacts& group, const Seen& seen) {
  std::string present = group.release;
  if (is_pinned(present) && find(seen, present) == nullptr) return present;
  if (!is_pinned(present)) present.clear();
  for (const GroupMember& member : group.members) {
    if (member.release.empty()) continue;
    if (present.empty() || is_older(seen, present, member.release)) present = member.release;
  }
  return present;
}

Result<WayBack> undo(const GroupFacts& group, const RefreshFacts& refresh, const Seen& seen,
                     const std::string& wanted) {
  if (refresh.status == "RollbackInProgress") {
    return no_way(fmt::format("the instance refresh {} of {} is being rolled back already",
                              refresh.id, group.name));
  }
  if (refresh.status == "Cancelling") {
    return no_way(
        fmt::format("the instance refresh {} of {} is being cancelled: ask again when "
                    "that is over",
                    refresh.id, group.name));
  }
  if (refresh.release.empty() || !is_pinned(group.release)) {
    return no_way(fmt::format(
        "AWS can't roll back the instance refresh {} of {}, which is under way: {}; cancel it, "
        "then ask again",
        refresh.id, group.name,
        refresh.release.empty()
            ? "it was started without a launch template of its own"
            : "the group launches from " + group.release + ", no fixed version"));
  }
  if (refresh.release == group.release || is_older(seen, refresh.release, group.release)) {
    return no_way(fmt::format("the instance refresh {} of {} goes back to {} already", refresh.id,
                              group.name, refresh.release));
  }
  if (!wanted.empty() && wanted != group.release) {
    return no_way(
        fmt::format("the instance refresh {} of {} is under way: it can be rolled back "
                    "to {} only, not to {}",
                    refresh.id, group.name, group.release, wanted));
  }
  return WayBack{refresh.release, group.release, refresh.id};
}

std::string unknown(const std::string& where, const std::string& present, const char* example) {
  return fmt::format("nothing is known of what {} ran before {}: name it as target, such as {}",
                     where, present.empty() ? "now" : present, example);
}

}  // namespace

TemplateVersion parts_of(std::string_view release) {
  const std::size_t colon = release.rfind(':');
  if (colon == std::string_view::npos) return {release, {}};
  return {release.substr(0, colon), release.substr(colon + 1)};
}

std::vector<Release> releases_of_group(const std::vector<Instance>& instances,
                                       const std::string& group) {
  Album album;
  for (const Instance& instance : instances) {
    if (instance.standing.group != group) continue;
    album.add(release_of(instance.standing.launch_template), instance);
  }
  return album.releases();
}

Result<WayBack> way_back(const GroupFacts& group, const std::vector<RefreshFacts>& refreshes,
                         const std::vector<Release>& seen, const std::string& wanted) {
  if (group.release.empty()) {
    return no_way(
        fmt::format("{} launches from no launch template, so no version of it can be "
                    "gone back to",
                    group.name));
  }
  std::string named = wanted;
  if (number(wanted)) {
    named = fmt::format("{}:{}", parts_of(group.release).launch_template, wanted);
  } else if (!wanted.empty() && !is_pinned(wanted)) {
    return no_way(fmt::format("'{}' is no version of a launch template: 7, or lt-0123:7",
                              printable(shorten(wanted, 100))));
  }
  for (const RefreshFacts& refresh : refreshes) {
    if (is_under_way(refresh)) return undo(group, refresh, seen, named);
  }
  if (group.mixed_instances) {
    return no_way(
        fmt::format("{} has a mixed instances policy: only an instance refresh that is "
                    "under way can be rolled back there",
                    group.name));
  }
  const std::string present = present_of(group, seen);
  if (named.empty()) {
    const auto older = before(seen, present);
    if (!older) return no_way(unknown(group.name, present, "the version 7 of its launch template"));
    named = *older;
  }
  const bool everywhere = std::ranges::all_of(
      group.members, [&](const GroupMember& member) { return member.release == named; });
  if (everywhere && group.release == named) {
    return no_way(fmt::format("{} runs {} already", group.name, named));
  }
  return WayBack{present, named, ""};
}

Result<WayBack> way_back(const ServiceFacts& service, const std::vector<Release>& seen,
                         const std::string& wanted) {
  const std::string& present = service.definition;
  std::string named = wanted;
  if (!service.replaced.empty()) {
    if (is_older(seen, present, service.replaced)) {
      return no_way(
          fmt::format("the service goes back from {} to {} already", service.replaced, present));
    }
    if (named.empty()) named = service.replaced;
  }
  if (named.empty()) {
    const auto older = before(seen, present);
    if (!older) return no_way(unknown("the service", present, "web:41"));
    named = *older;
  }
  if (!is_pinned(named)) {
    return no_way(fmt::format("'{}' is no task definition: FAMILY:REVISION, such as web:41",
                              printable(shorten(named, 100))));
  }
  if (named == present) return no_way(fmt::format("the service runs {} already", present));
  return WayBack{present, named, ""};
}

}  // namespace livesonic::actions
