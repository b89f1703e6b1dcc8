# SPDX-License-Identifier: Apache-2.0
"""Nagios 4 and Icinga 2 with check_by_ssh, as quick as they can be made: curve25519 and
chacha20-poly1305, a check of each service every second, and optionally an open ControlMaster for each
host. What is told is what one check cost: scheduler, plugin and ssh together."""
import contextlib
import json
import subprocess
import sys
import time

from families import spent_s
from programs import Program, wait_for

CHECK = "/usr/lib/nagios/plugins/check_by_ssh"
LINES = ("systemctl is-active nginx", "check_load -w 50 -c 60", "check_disk -w 10% -c 5% -p /")
WARM_S, MEASURE_S = 8, 30


def ssh_options(hosts, *more):
    options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR",
               "KexAlgorithms=curve25519-sha256", "Ciphers=chacha20-poly1305@openssh.com",
               "HostKeyAlgorithms=ssh-ed25519", "PreferredAuthentications=publickey", *more]
    return [*(word for option in options for word in ("-o", option)),
            "-i", str(hosts.identity), "-p", str(hosts.port)]


def check_command(hosts, masters, address, line):
    shared = [] if masters is None else ["ControlMaster=no", f"ControlPath={masters}/{address}"]
    return [CHECK, "-H", address, "-l", hosts.user, "-t", "20", *ssh_options(hosts, *shared),
            "-C", line]


@contextlib.contextmanager
def open_masters(hosts, folder):
    """The pids of a waiting `ssh` for each host."""
    folder.mkdir()
    started = []
    try:
        for address in hosts.addresses:
            shared = ("ControlMaster=yes", f"ControlPath={folder}/{address}")
            started.append(subprocess.Popen(
                ["ssh", "-N", *ssh_options(hosts, *shared), f"{hosts.user}@{address}"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        wait_for(lambda: all((folder / one).exists() for one in hosts.addresses),
                 "the ControlMasters")
        yield [one.pid for one in started]
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait()


def write_nagios(folder, objects, **settings):
    """A configuration that keeps all its files in the folder; the command that starts it."""
    (folder / "objects.cfg").write_text("\n".join(objects) + "\n")
    (folder / "results").mkdir()
    (folder / "nagios.cfg").write_text("\n".join(f"{key}={value}" for key, value in {
        "log_file": folder / "nagios.log", "cfg_file": folder / "objects.cfg",
        "status_file": folder / "status", "object_cache_file": folder / "cache",
        "precached_object_file": folder / "precached", "lock_file": folder / "lock",
        "temp_file": folder / "temp", "temp_path": folder,
        "check_result_path": folder / "results", "state_retention_file": folder / "retention",
        "command_file": folder / "command", "query_socket": folder / "query",
        "nagios_user": "root", "nagios_group": "root", "interval_length": 1,
        "check_external_commands": 0, "max_concurrent_checks": 0,
        "service_inter_check_delay_method": "s", "service_check_timeout": 30, "use_syslog": 0,
        **settings,
    }.items()) + "\n")
    return ["nagios4", folder / "nagios.cfg"]


def nagios(folder, hosts, masters):
    """The command that starts it, and the file that gets a line for each check."""
    results = folder / "perfdata"
    objects = ["define command {\n command_name none\n command_line /bin/true\n }",
               "define timeperiod {\n timeperiod_name always\n alias always\n"
               + "".join(f" {day} 00:00-24:00\n" for day in
                         ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday",
                          "saturday")) + "}",
               "define contact {\n contact_name nobody\n host_notifications_enabled 0\n"
               " service_notifications_enabled 0\n host_notification_period always\n"
               " service_notification_period always\n host_notification_commands none\n"
               " service_notification_commands none\n }"]
    for address in hosts.addresses:
        objects.append(f"define host {{\n host_name {address}\n address {address}\n"
                       " max_check_attempts 3\n active_checks_enabled 0\n contacts nobody\n"
                       " check_period always\n notification_period always\n }")
    for number, line in enumerate(LINES):
        words = check_command(hosts, masters, "$HOSTADDRESS$", line)
        quoted = " ".join(f"'{word}'" if " " in word else word for word in words)
        objects.append(f"define command {{\n command_name check{number}\n command_line {quoted}\n }}")
        for address in hosts.addresses:
            objects.append(f"define service {{\n host_name {address}\n"
                           f" service_description check{number}\n check_command check{number}\n"
                           " check_interval 1\n retry_interval 1\n max_check_attempts 3\n"
                           " check_period always\n notification_period always\n"
                           " contacts nobody\n }")
    command = write_nagios(folder, objects, enable_notifications=0, process_performance_data=1,
                           service_perfdata_file=results,
                           service_perfdata_file_template="$SERVICESTATE$",
                           service_perfdata_file_mode="a",
                           service_perfdata_process_empty_results=1, log_service_retries=0)
    return command, results


def icinga(folder, hosts, masters):
    """Likewise."""
    for name in ("data", "log", "run", "cache", "spool"):
        (folder / name).mkdir()
    results = folder / "perfdata"
    text = ["include <itl>", "object CheckerComponent \"checker\" { }",
            'object PerfdataWriter "perfdata" {\n'
            f"  service_perfdata_path = {json.dumps(str(results))}\n"
            f"  service_temp_path = {json.dumps(str(results) + '.temp')}\n"
            f"  host_temp_path = {json.dumps(str(folder / 'hosts.temp'))}\n"
            f"  host_perfdata_path = {json.dumps(str(folder / 'hosts'))}\n"
            # Long lines: they are written by the buffer.
            f'  service_format_template = "$service.state$ {"." * 500}"\n'
            '  rotation_interval = 3600s\n}']
    for number, line in enumerate(LINES):
        words = check_command(hosts, masters, "$address$", line)
        text.append(f'object CheckCommand "check{number}" {{ command = {json.dumps(words)} }}')
    for address in hosts.addresses:
        text.append(f'object Host "{address}" {{ address = "{address}"\n'
                    '  check_command = "dummy"\n  enable_active_checks = false }')
        for number in range(len(LINES)):
            text.append(f'object Service "check{number}" {{ host_name = "{address}"\n'
                        f'  check_command = "check{number}"\n  check_interval = 1s\n'
                        "  retry_interval = 1s\n  max_check_attempts = 3 }")
    (folder / "icinga2.conf").write_text("\n".join(text) + "\n")
    settings = {"DataDir": "data", "LogDir": "log", "InitRunDir": "run", "CacheDir": "cache",
                "SpoolDir": "spool"}
    defines = [f"-DConfiguration.{key}={folder / name}" for key, name in settings.items()]
    return (["/usr/lib/x86_64-linux-gnu/icinga2/sbin/icinga2", "daemon", "-c",
             folder / "icinga2.conf", "-DConfiguration.RunAsUser=root",
             "-DConfiguration.RunAsGroup=root",
             *defines], folder / "perfdata.temp")


def cost_of_a_check(make, folder, hosts, shared):
    """CPU milliseconds and the rate, per second."""
    folder.mkdir()
    opened = open_masters(hosts, folder / "masters") if shared else contextlib.nullcontext([])
    with opened as masters:
        command, results = make(folder, hosts, folder / "masters" if shared else None)
        with Program(folder / "output", *command) as program:
            def counted():
                return results.read_text(errors="replace").count("\n") if results.exists() else 0

            def spent():
                return sum(spent_s(pid) for pid in [program.process.pid, *masters])

            program.wait_for(lambda: counted() >= len(hosts.addresses))
            time.sleep(WARM_S)
            count, cpu_s, begin = counted(), spent(), time.monotonic()
            time.sleep(MEASURE_S)
            count, cpu_s = counted() - count, spent() - cpu_s
            good = sum(line.startswith("OK") for line in results.read_text().splitlines())
            if good < 0.9 * counted():
                sys.exit(f"bench ssh: {command[0]}: only {good} of {counted()} checks were OK")
            return 1000 * cpu_s / count, count / (time.monotonic() - begin)
