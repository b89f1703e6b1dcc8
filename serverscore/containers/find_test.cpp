// SPDX-License-Identifier: Apache-2.0
#include "serverscore/containers/find.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "serverscore/testing/fixture.h"

namespace serverscore {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const std::string kId = "4b825dc642cb6eb9a060e54bf8d69288fbee4904aa4f1c2d3e4f5a6b7c8d9e0f";
const std::string kTask = "0123456789abcdef0123456789abcdef";
const std::string kTop = "sys/fs/cgroup";

std::pair<std::string, std::string> thread(int id, char state) {
  const std::string text = std::to_string(id);
  return {"proc/" + text + "/task/" + text + "/stat",
          text + " (a) b) " + std::string(1, state) + " 1 1 1\n"};
}

TEST(FindContainers, of_version_2_with_all_their_files) {
  const std::string scope = kTop + "/system.slice/docker-" + kId + ".scope/";
  const Tree tree{{kTop + "/cgroup.procs", "1\n"},
                  {kTop + "/system.slice/cron.service/cpu.stat", "usage_usec 1\n"},
                  {scope + "cpu.max", "50000 100000\n"},
                  {scope + "cpu.stat", "usage_usec 12\n"},
                  {scope + "cpu.pressure", "some avg10=1.00 avg60=0.00 avg300=0.00 total=1\n"},
                  {scope + "cpuset.cpus.effective", "0-1\n"},
                  {scope + "memory.max", "max\n"},
                  {scope + "memory.events", "oom_kill 0\n"},
                  {scope + "pids.current", "2\n"},
                  {scope + "cgroup.threads", "11\n12\n0\n13\n"},
                  thread(11, 'R'),
                  thread(12, 'D')};
  const auto containers = find_containers(tree.root());
  ASSERT_THAT(containers, SizeIs(1));
  const Container& container = containers.front();
  EXPECT_EQ(container.name.id, kId);
  EXPECT_EQ(container.files.cpu_max, "50000 100000\n");
  EXPECT_EQ(container.files.cpuset, "0-1\n");
  EXPECT_EQ(container.files.memory_max, "max\n");
  EXPECT_EQ(container.files.pids_current, "2\n");
  EXPECT_TRUE(container.files.cpu_pressure && container.files.memory_events);
  ASSERT_THAT(container.looks, SizeIs(1));
  EXPECT_EQ(container.looks[0].cpu_stat, "usage_usec 12\n");
  ASSERT_TRUE(container.looks[0].threads);
  EXPECT_EQ(container.looks[0].threads->running, 1);
  EXPECT_EQ(container.looks[0].threads->blocked, 1);
}

TEST(FindContainers, of_version_1_from_the_folders_of_its_controllers) {
  const std::string path = "/ecs/" + kTask + "/" + kId + "/";
  const Tree tree{{kTop + "/cpu,cpuacct" + path + "cpu.cfs_quota_us", "20000\n"},
                  {kTop + "/cpu,cpuacct" + path + "cpu.cfs_period_us", "100000\n"},
                  {kTop + "/cpu,cpuacct" + path + "cpu.stat", "nr_periods 5\n"},
                  {kTop + "/cpu,cpuacct" + path + "cpuacct.usage", "777\n"},
                  {kTop + "/cpu,cpuacct" + path + "tasks", "11\n"},
                  {kTop + "/memory" + path + "memory.limit_in_bytes", "1048576\n"},
                  {kTop + "/memory" + path + "memory.usage_in_bytes", "4096\n"},
                  {kTop + "/memory/ecs/" + kTask + "/memory.limit_in_bytes", "2097152\n"},
                  {kTop + "/pids" + path + "pids.max", "100\n"},
                  thread(11, 'R')};
  const auto containers = find_containers(tree.root());
  ASSERT_THAT(containers, SizeIs(1));
  const Container& container = containers.front();
  EXPECT_EQ(container.name.task, kTask);
  EXPECT_EQ(container.files.cpu_max, "20000 100000\n");
  EXPECT_EQ(container.looks[0].cpu_stat, "nr_periods 5\nusage_ns 777\n");
  EXPECT_EQ(container.looks[0].threads->running, 1);
  EXPECT_EQ(container.files.memory_current, "4096\n");
  EXPECT_EQ(container.files.pids_max, "100\n");
  EXPECT_EQ(container.group.memory_max, "2097152\n");
  EXPECT_FALSE(container.files.cpu_pressure);
}

TEST(FindContainers, with_both_versions_the_limits_and_the_pressure_are_joined) {
  const std::string path = "/docker/" + kId + "/";
  const Tree tree{{kTop + "/unified/cgroup.procs", ""},
                  {kTop + "/unified" + path + "cpu.pressure", "some avg10=2.00 total=1\n"},
                  {kTop + "/unified" + path + "cpu.stat", "usage_usec 5\n"},
                  {kTop + "/unified" + path + "cgroup.threads", ""},
                  {kTop + "/cpu" + path + "cpu.cfs_quota_us", "-1\n"},
                  {kTop + "/cpu" + path + "cpu.stat", "nr_periods 0\n"},
                  {kTop + "/memory" + path + "memory.limit_in_bytes", "1048576\n"}};
  const auto containers = find_containers(tree.root());
  ASSERT_THAT(containers, SizeIs(1));
  EXPECT_EQ(containers[0].files.cpu_pressure, "some avg10=2.00 total=1\n");
  EXPECT_EQ(containers[0].files.memory_max, "1048576\n");
  EXPECT_EQ(containers[0].looks[0].cpu_stat, "usage_usec 5\nnr_periods 0\n");
  EXPECT_EQ(containers[0].looks[0].threads->running, 0);
}

TEST(FindContainers, threads_of_the_cgroups_inside_a_container_are_its_own) {
  const std::string scope = kTop + "/docker/" + kId;
  const Tree tree{{kTop + "/cgroup.procs", ""},
                  {scope + "/cgroup.threads", "11\n"},
                  {scope + "/init.scope/cgroup.threads", "12\n"},
                  {scope + "/docker/" + kId + "/cgroup.threads", "13\n"},
                  thread(11, 'S'),
                  thread(12, 'R'),
                  thread(13, 'R')};
  const auto containers = find_containers(tree.root());
  ASSERT_THAT(containers, SizeIs(1));
  EXPECT_EQ(containers[0].looks[0].threads->running, 2);
}

// In a container that looks at its host's /proc, it has another number there than its own.
TEST(FindContainers, serverscore_itself_is_not_in_the_queue_whatever_its_number_is_there) {
  const std::string scope = kTop + "/docker/" + kId;
  const Tree tree{{scope + "/cgroup.threads", "11\n12\n"}, thread(11, 'R'), thread(12, 'R')};
  ASSERT_EQ(::symlink("12", (tree.root() + "/proc/self").c_str()), 0);
  EXPECT_EQ(find_containers(tree.root())[0].looks[0].threads->running, 1);
}

TEST(FindContainers, version_2_is_recognised_though_a_cgroup_is_called_like_a_controller) {
  const Tree tree{{kTop + "/cgroup.controllers", "cpu memory\n"},
                  {kTop + "/memory/cpu.stat", ""},
                  {kTop + "/docker/" + kId + "/memory.max", "1048576\n"}};
  const auto containers = find_containers(tree.root());
  ASSERT_THAT(containers, SizeIs(1));
  EXPECT_EQ(containers[0].files.memory_max, "1048576\n");
}

TEST(FindContainers, of_a_mounted_version_2_the_containers_alone_will_do) {
  const Tree tree{{kTop + "/docker/" + kId + "/memory.max", "1048576\n"}};
  EXPECT_THAT(find_containers(tree.root()), SizeIs(1));
}

TEST(FindContainers, threads_that_can_not_be_seen_are_not_counted_as_idle) {
  const std::string scope = kTop + "/docker/" + kId;
  const Tree tree{{kTop + "/cgroup.procs", ""}, {scope + "/cgroup.threads", "4194303\n"}};
  EXPECT_FALSE(find_containers(tree.root())[0].looks[0].threads);
}

TEST(FindContainers, a_second_look_is_added_to_the_first) {
  const Tree tree{{kTop + "/cgroup.procs", ""}, {kTop + "/docker/" + kId + "/cpu.stat", "x 1\n"}};
  auto containers = find_containers(tree.root());
  look_again(tree.root(), containers);
  ASSERT_THAT(containers, SizeIs(1));
  ASSERT_THAT(containers[0].looks, SizeIs(2));
  EXPECT_LE(containers[0].looks[0].at_s, containers[0].looks[1].at_s);
}

TEST(FindContainers, several_come_in_the_order_of_their_paths) {
  const Tree tree{{kTop + "/cgroup.procs", ""},
                  {kTop + "/lxc/b/cpu.stat", ""},
                  {kTop + "/lxc/a/cpu.stat", ""},
                  {kTop + "/docker/" + kId + "/cpu.stat", ""}};
  const auto containers = find_containers(tree.root());
  ASSERT_THAT(containers, SizeIs(3));
  EXPECT_EQ(containers[1].name.id, "a");
  EXPECT_EQ(containers[2].name.id, "b");
}

TEST(FindContainers, what_lies_too_deep_is_not_sought) {
  const Tree tree{{kTop + "/cgroup.procs", ""},
                  {kTop + "/1/2/3/4/5/6/lxc/near/cpu.stat", ""},
                  {kTop + "/1/2/3/4/5/6/7/8/lxc/far/cpu.stat", ""}};
  EXPECT_THAT(find_containers(tree.root()), SizeIs(1));
}

TEST(FindContainers, links_are_not_followed_in_circles) {
  const Tree tree{{kTop + "/cgroup.procs", ""}, {kTop + "/a/cpu.stat", ""}};
  const std::string link = tree.root() + "/" + kTop + "/a/loop";
  ASSERT_EQ(::symlink("..", link.c_str()), 0);
  EXPECT_THAT(find_containers(tree.root()), IsEmpty());
}

TEST(FindContainers, where_there_is_nothing_nothing_is_found) {
  EXPECT_THAT(find_containers("/nonexistent"), IsEmpty());
  EXPECT_THAT(find_containers(Tree({{kTop, "a file"}}).root()), IsEmpty());
}

TEST(FindContainers, on_this_very_host_does_not_fail) {
  auto containers = find_containers("");
  look_again("", containers);
  for (const Container& container : containers) EXPECT_THAT(container.looks, SizeIs(2));
}

}  // namespace
}  // namespace serverscore
