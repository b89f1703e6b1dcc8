// SPDX-License-Identifier: Apache-2.0
#include "serverscore/containers/name.h"

#include <gtest/gtest.h>

#include <string>

namespace serverscore {
namespace {

const std::string kId = "4b825dc642cb6eb9a060e54bf8d69288fbee4904aa4f1c2d3e4f5a6b7c8d9e0f";
const std::string kTask = "0123456789abcdef0123456789abcdef";

struct Expected {
  std::string path;
  Runtime runtime;
  std::string id;
  std::string task = {};
  std::string pod = {};
};

TEST(ContainerNames, are_told_from_the_paths_that_runtimes_give_their_cgroups) {
  const std::string pod = "8d2b6c4e-1f3a-4b5c-9d7e-0a1b2c3d4e5f";
  const std::string pod_unit = "8d2b6c4e_1f3a_4b5c_9d7e_0a1b2c3d4e5f";
  const std::string burstable = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod";
  for (const Expected& expected : {
           Expected{"/docker/" + kId, Runtime::kDocker, kId},
           {"/system.slice/docker-" + kId + ".scope", Runtime::kDocker, kId},
           {"/ecs/" + kTask + "/" + kId, Runtime::kEcs, kId, kTask},
           {"/ecs/" + pod + "/" + kId, Runtime::kEcs, kId, pod},
           {"/ecs/" + kTask + "/" + kTask + "-2531612879", Runtime::kEcs, kTask + "-2531612879",
            kTask},
           {"/ecstasks.slice/ecstasks-" + kTask + ".slice/docker-" + kId + ".scope", Runtime::kEcs,
            kId, kTask},
           {burstable + pod_unit + ".slice/cri-containerd-" + kId + ".scope", Runtime::kContainerd,
            kId, "", pod},
           {"/kubepods/besteffort/pod" + pod + "/" + kId, Runtime::kOther, kId, "", pod},
           {"/kubepods.slice/kubepods-pod" + kTask + ".slice/crio-" + kId + ".scope",
            Runtime::kCrio, kId, "", kTask},
           {"/machine.slice/libpod-" + kId + ".scope", Runtime::kPodman, kId},
           {"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + kId + ".scope",
            Runtime::kPodman, kId},
           {"/libpod_parent/" + kId, Runtime::kPodman, kId},
           {"/system.slice/nerdctl-" + kId + ".scope", Runtime::kContainerd, kId},
           {"/default/" + kId, Runtime::kOther, kId},
           {"/system.slice/newruntime-" + kId + ".scope", Runtime::kOther, kId},
           {"/machine.slice/machine-web\\x2d1.scope", Runtime::kNspawn, "web-1"},
           {"/machine.slice/systemd-nspawn@db.service", Runtime::kNspawn, "db"},
           {"/lxc/mail", Runtime::kLxc, "mail"},
           {"/lxc.payload/mail", Runtime::kLxc, "mail"},
           {"/lxc.payload.mail", Runtime::kLxc, "mail"},
       }) {
    const auto name = classify(expected.path);
    ASSERT_TRUE(name) << expected.path;
    EXPECT_EQ(name_of(name->runtime), name_of(expected.runtime)) << expected.path;
    EXPECT_EQ(name->id, expected.id);
    EXPECT_EQ(name->task, expected.task);
    EXPECT_EQ(name->pod, expected.pod);
    EXPECT_EQ(name->path, expected.path);
  }
}

TEST(ContainerNames, what_stands_beside_or_above_containers_is_none) {
  for (const std::string& path :
       {std::string(), std::string("/"), std::string("/docker"), std::string("/ecs"),
        "/ecs/" + kTask, std::string("/system.slice/docker.service"),
        std::string("/kubepods.slice/kubepods-besteffort.slice"), "/kubepods/pod" + kTask,
        "/machine.slice/libpod-conmon-" + kId + ".scope",
        "/machine.slice/crio-conmon-" + kId + ".scope", std::string("/lxc"),
        std::string("/lxc.monitor.mail"), std::string("/lxc/lxc.monitor.mail"),
        std::string("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope"),
        std::string("/machine.slice/machine-.scope"), "/docker/" + kId.substr(1),
        "/docker/" + kId + "0", "/docker/X" + kId.substr(1), "/docker/" + kId + "/init.scope"}) {
    EXPECT_FALSE(classify(path)) << path;
  }
}

TEST(ContainerNames, are_shown_as_their_runtimes_show_them) {
  EXPECT_EQ(classify("/docker/" + kId)->short_id(), "4b825dc642cb");
  EXPECT_EQ(classify("/lxc/a-rather-long-name")->short_id(), "a-rather-long-name");
}

TEST(ContainerNames, the_limits_of_a_task_or_a_pod_are_those_of_the_cgroup_above) {
  EXPECT_EQ(group_of(*classify("/ecs/" + kTask + "/" + kId)), "/ecs/" + kTask);
  EXPECT_EQ(group_of(*classify("/kubepods/pod" + kTask + "/" + kId)), "/kubepods/pod" + kTask);
  EXPECT_EQ(group_of(*classify("/docker/" + kId)), "");
}

TEST(ContainerNames, units_with_broken_escapes_keep_them) {
  EXPECT_EQ(classify("/machine-a\\x2.scope")->id, "a\\x2");
  EXPECT_EQ(classify("/machine-a\\xzz.scope")->id, "a\\xzz");
}

}  // namespace
}  // namespace serverscore
