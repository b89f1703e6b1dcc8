// SPDX-License-Identifier: Apache-2.0
#include "serverscore/capture/capture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "serverscore/capture/filesystems.h"
#include "serverscore/testing/fixture.h"

namespace serverscore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr CapturePlan kAtOnce{.span = std::chrono::microseconds{0}, .instants = 1};

// The device that a path lies on, as mountinfo writes it.
std::string device_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return std::to_string(major(status.st_dev)) + ":" + std::to_string(minor(status.st_dev));
}

TEST(Capture, has_the_files_of_another_root) {
  const Capture host = with_pressure({});
  const Capture found = capture(Tree(host).root(), kAtOnce);
  EXPECT_EQ(found.stat_after, host.stat_after);
  EXPECT_EQ(found.loadavg, std::vector<Text>{host.loadavg.back()});
  EXPECT_EQ(found.io_pressure, host.io_pressure);
  EXPECT_EQ(found.vmstat, host.vmstat);
  EXPECT_EQ(found.file_nr, host.file_nr);
  EXPECT_EQ(found.pid_max, host.pid_max);
  EXPECT_EQ(found.threads_max, host.threads_max);
  EXPECT_EQ(found.boot_id, host.boot_id);
  EXPECT_EQ(found.mountinfo, host.mountinfo);
  EXPECT_FALSE(found.conntrack_count);
  EXPECT_FALSE(found.cgroup.cpu_max || found.cgroup.memory_max);
  EXPECT_GT(found.since_boot_s, 0);
}

TEST(Capture, has_what_the_score_does_not_need_only_when_asked) {
  const Tree tree(with_pressure({}));
  EXPECT_FALSE(capture(tree.root(), kAtOnce).osrelease);
  CapturePlan plan = kAtOnce;
  plan.details = true;
  const Capture found = capture(tree.root(), plan);
  EXPECT_TRUE(found.osrelease && found.uptime);
}

TEST(Capture, of_nothing_is_not_readable) {
  EXPECT_FALSE(readable(capture(Tree{}.root(), kAtOnce)));
  EXPECT_TRUE(readable(capture(Tree{{"proc/meminfo", ""}}.root(), kAtOnce)));
}

TEST(Filesystems, say_how_full_they_are) {
  const Tree tree{};
  Files files(tree.root());
  Notes notes;
  const auto found = capture_filesystems(
      files, "1 0 " + device_of(tree.root()) + " / / rw - btrfs /dev/sda1 rw\n", notes);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_GT(found[0].bytes, 0);
  EXPECT_LE(found[0].bytes_available, found[0].bytes);
  EXPECT_THAT(notes, IsEmpty());
}

TEST(Filesystems, that_are_not_to_be_seen_below_this_root_say_nothing) {
  const Tree tree{};
  Files files(tree.root());
  Notes notes;
  const auto found = capture_filesystems(files,
                                         "1 0 4000:77 / / rw - ext4 /dev/sda1 rw\n"
                                         "2 1 4000:78 / /absent rw - ext4 /dev/sda2 rw\n",
                                         notes);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].bytes, 0);
  EXPECT_EQ(found[1].bytes, 0);
}

TEST(Filesystems, on_other_hosts_are_not_asked) {
  const Tree tree{{"efs/file", ""}};
  Files files(tree.root());
  Notes notes;
  const auto found = capture_filesystems(
      files, "1 0 " + device_of(tree.root()) + " / /efs rw - nfs4 fs:/ rw\n", notes);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].bytes, 0);
  EXPECT_THAT(notes, ElementsAre(HasSubstr("aren't asked")));
}

TEST(Filesystems, of_another_host_are_those_of_its_first_process) {
  const Tree tree{{"proc/1/mountinfo", "1 0 4000:1 / /theirs rw - ext4 /dev/sda1 rw\n"},
                  {"proc/self/mountinfo", "1 0 4000:2 / /ours rw - ext4 /dev/sda1 rw\n"}};
  const Capture found = capture(tree.root(), kAtOnce);
  ASSERT_THAT(found.filesystems, SizeIs(1));
  EXPECT_EQ(found.filesystems[0].mount.path, "/theirs");
}

TEST(TopCgroup, of_version_2_is_read_as_far_as_it_has_limits) {
  const std::string cgroup = "sys/fs/cgroup/";
  const Tree tree{{cgroup + "cpu.max", "50000 100000\n"},
                  {cgroup + "memory.max", "max\n"},
                  {cgroup + "memory.current", "1000\n"},
                  {cgroup + "cpu.stat", "throttled_usec 5\n"},
                  {cgroup + "cpu.pressure", "some avg10=1.00 total=1\n"},
                  {cgroup + "pids.max", "max\n"}};
  Files files(tree.root());
  const CgroupFiles found = capture_top_cgroup(files);
  EXPECT_EQ(found.cpu_max, "50000 100000\n");
  EXPECT_TRUE(found.cpu_stat && found.cpu_pressure);
  EXPECT_FALSE(found.memory_current || found.pids_current);
}

TEST(TopCgroup, of_version_1_has_its_files_in_a_folder_for_each_controller) {
  const std::string memory = "sys/fs/cgroup/memory/memory.";
  const std::string cpu = "sys/fs/cgroup/cpu,cpuacct/cpu.";
  const Tree tree{{memory + "limit_in_bytes", "536870912\n"},
                  {memory + "usage_in_bytes", "1000\n"},
                  {memory + "stat", "total_inactive_file 5\n"},
                  {memory + "oom_control", "oom_kill 1\n"},
                  {cpu + "cfs_quota_us", "50000\n"},
                  {cpu + "cfs_period_us", "100000\n"},
                  {cpu + "stat", "throttled_time 5000\n"},
                  {"sys/fs/cgroup/pids/pids.max", "100\n"},
                  {"sys/fs/cgroup/pids/pids.current", "3\n"},
                  {"sys/fs/cgroup/unified/cpu.pressure", "some avg10=1.00 total=1\n"}};
  Files files(tree.root());
  const CgroupFiles found = capture_top_cgroup(files);
  EXPECT_EQ(found.cpu_max, "50000 100000\n");
  EXPECT_EQ(found.memory_max, "536870912\n");
  EXPECT_TRUE(found.memory_current && found.memory_stat && found.memory_events);
  EXPECT_TRUE(found.cpu_stat && found.cpu_pressure && found.pids_current);
}

TEST(TopCgroup, of_version_1_without_limits_is_left_alone) {
  const Tree tree{{"sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"},
                  {"sys/fs/cgroup/memory/memory.usage_in_bytes", "1000\n"},
                  {"sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"},
                  {"sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"}};
  Files files(tree.root());
  const CgroupFiles found = capture_top_cgroup(files);
  EXPECT_FALSE(found.memory_current || found.cpu_stat || found.pids_max);
}

}  // namespace
}  // namespace serverscore
