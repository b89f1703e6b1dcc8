// SPDX-License-Identifier: Apache-2.0
#include "serverscore/parse/filesystems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serverscore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Mount> parse(std::string_view text) {
  Notes notes;
  std::vector<Mount> mounts = parse_mountinfo(text, notes);
  EXPECT_THAT(notes, IsEmpty());
  return mounts;
}

std::vector<std::string> paths(std::string_view text) {
  std::vector<std::string> found;
  for (const Mount& mount : parse(text)) found.push_back(mount.path);
  return found;
}

TEST(Mounts, of_an_ordinary_host_are_its_disks) {
  const auto mounts = parse(
      "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
      "23 27 0:22 / /sys rw shared:7 - sysfs sysfs rw\n"
      "25 27 0:5 / /dev rw - devtmpfs devtmpfs rw,size=4096k\n"
      "27 1 259:1 / / rw,noatime shared:1 - xfs /dev/nvme0n1p1 rw,attr2,inode64\n"
      "30 27 0:24 / /run rw,nosuid - tmpfs tmpfs rw,mode=755\n"
      "31 27 259:3 / /boot/efi rw - vfat /dev/nvme0n1p128 rw,fmask=0077\n"
      "32 27 7:1 / /snap/core/1 ro,nodev - squashfs /dev/loop1 ro,errors=continue\n"
      "33 27 0:40 / /data rw - btrfs /dev/nvme1n1 rw,space_cache=v2,subvol=/\n");
  ASSERT_THAT(mounts, SizeIs(3));
  EXPECT_EQ(mounts[0].path, "/");
  EXPECT_EQ(mounts[0].type, "xfs");
  EXPECT_EQ(mounts[0].device, "/dev/nvme0n1p1");
  EXPECT_EQ(mounts[0].major, 259U);
  EXPECT_EQ(mounts[0].minor, 1U);
  EXPECT_FALSE(mounts[0].read_only || mounts[0].super_read_only || mounts[0].remote);
  EXPECT_EQ(mounts[1].path, "/boot/efi");
  EXPECT_EQ(mounts[2].path, "/data");
}

TEST(Mounts, take_any_number_of_optional_fields) {
  EXPECT_THAT(paths("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
                    "2 1 8:2 / /a rw shared:1 master:2 propagate_from:3 - ext4 /dev/sda2 rw\n"),
              ElementsAre("/", "/a"));
}

TEST(Mounts, have_their_paths_unescaped) {
  EXPECT_THAT(paths("1 0 8:1 / /my\\040disk\\134n\\0 rw - ext4 /dev/sda1 rw\n"),
              ElementsAre("/my disk\\n\\0"));
  EXPECT_THAT(paths("1 0 8:1 / /a\\000b\\777 rw - ext4 /dev/sda1 rw\n"), ElementsAre("/a?b\\777"));
}

TEST(Mounts, of_one_filesystem_count_once_and_as_a_whole_where_there_is_one) {
  EXPECT_THAT(paths("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
                    "2 1 8:1 /srv /bind rw - ext4 /dev/sda1 rw\n"
                    "3 1 8:2 /part /first rw - ext4 /dev/sda2 rw\n"
                    "4 1 8:2 / /whole rw - ext4 /dev/sda2 rw\n"),
              ElementsAre("/", "/whole"));
}

TEST(Mounts, that_later_ones_hide_are_left_out) {
  EXPECT_THAT(paths("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
                    "2 1 8:2 / /data rw - ext4 /dev/sda2 rw\n"
                    "3 2 0:30 / /data rw - tmpfs tmpfs rw\n"),
              ElementsAre("/"));
}

TEST(Mounts, of_an_error_and_of_an_intention_to_be_read_only_are_told_apart) {
  const auto mounts = parse(
      "1 0 8:1 / /failed rw - ext4 /dev/sda1 ro,errors=remount-ro\n"
      "2 1 8:2 / /meant ro - ext4 /dev/sda2 ro\n"
      "3 1 8:3 / /bound ro - ext4 /dev/sda3 rw\n"
      "4 1 8:4 / /emergency rw - ext4 /dev/sda4 rw,emergency_ro\n"
      "5 1 8:5 / /sound rw - ext4 /dev/sda5 rw,errors=remount-ro\n");
  ASSERT_THAT(mounts, SizeIs(5));
  EXPECT_TRUE(mounts[0].super_read_only && !mounts[0].read_only);
  EXPECT_TRUE(mounts[1].super_read_only && mounts[1].read_only);
  EXPECT_TRUE(!mounts[2].super_read_only && mounts[2].read_only);
  EXPECT_TRUE(!mounts[3].super_read_only && mounts[3].emergency);
  EXPECT_FALSE(mounts[4].super_read_only || mounts[4].read_only || mounts[4].emergency);
}

TEST(Mounts, of_other_hosts_and_all_below_them_may_hang) {
  const auto mounts = parse(
      "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
      "2 1 0:50 / /efs rw - nfs4 fs-1.efs.example:/ rw,vers=4.1\n"
      "3 2 8:2 / /efs/local rw - ext4 /dev/sda2 rw\n"
      "4 1 0:51 / /s3 rw - fuse.mount-s3 mountpoint-s3 rw\n"
      "5 1 8:3 / /efs2 rw - ext4 /dev/sda3 rw\n"
      "6 1 0:52 / /auto rw - autofs systemd-1 rw,fd=30\n"
      "7 6 8:4 / /auto/disk rw - ext4 /dev/sda4 rw\n");
  std::vector<std::pair<std::string, bool>> remote;
  for (const Mount& mount : mounts) remote.emplace_back(mount.path, mount.remote);
  EXPECT_THAT(remote, ElementsAre(std::pair("/", false), std::pair("/efs", true),
                                  std::pair("/efs/local", true), std::pair("/s3", true),
                                  std::pair("/efs2", false), std::pair("/auto/disk", true)));
}

TEST(Mounts, of_a_container_are_its_root_and_its_volumes) {
  EXPECT_THAT(paths("1 0 0:90 / / rw - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w\n"
                    "2 1 259:1 /var/lib/docker/c/hosts /etc/hosts rw - ext4 /dev/nvme0n1p1 rw\n"
                    "3 1 259:1 /var/lib/docker/c/name /etc/hostname rw - ext4 /dev/nvme0n1p1 rw\n"
                    "4 1 259:5 / /data rw - ext4 /dev/nvme1n1 rw\n"),
              ElementsAre("/", "/data"));
}

TEST(Mounts, of_containers_are_not_the_hosts) {
  EXPECT_THAT(paths("1 0 259:1 / / rw - ext4 /dev/nvme0n1p1 rw\n"
                    "2 1 0:90 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw\n"),
              ElementsAre("/"));
}

TEST(Mounts, are_at_most_64) {
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    const std::string number = std::to_string(i);
    text.append("1 0 8:" + number + " / /").append(number).append(" rw - ext4 /dev/x rw\n");
  }
  EXPECT_THAT(paths(text), SizeIs(64));
}

TEST(Mounts, that_are_garbage_are_noted_once) {
  Notes notes;
  EXPECT_THAT(parse_mountinfo("\n\nrubbish\n1 0 8 / / rw - ext4 d rw\n1 0 8:x / / rw - ext4 d rw\n"
                              "1 0 8:1 / relative rw - ext4 d rw\n1 0 8:1 / / rw ext4 d rw\n"
                              "1 0 99999999999:1 / / rw - ext4 d rw\n\xff\n",
                              notes),
              IsEmpty());
  EXPECT_THAT(notes, ElementsAre("/proc/self/mountinfo: a line that isn't a mount"));
}

}  // namespace
}  // namespace serverscore
