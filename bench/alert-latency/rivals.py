# SPDX-License-Identifier: Apache-2.0
"""Nagios 4 and Icinga 2 that check each host's load by check_by_ssh and page by curl."""
import json

from peers import CHECK, ssh_options, write_nagios

SSH_TIMEOUT_S = 20
# The simulated hosts' load is high when their score is low.
LINE = "check_load -w 50 -c 60"


def words_of_check(hosts, address):
    return [CHECK, "-H", address, "-l", hosts.user, "-t", str(SSH_TIMEOUT_S), *ssh_options(hosts),
            "-C", LINE]


def words_of_page(url, address):
    return ["/usr/bin/curl", "-s", "-m", "10", "-d", address, url]


def nagios(folder, hosts, addresses, url, pace):
    """The command that starts it. `pace`: seconds between checks, seconds between those of a soft state,
    and how many bad ones it takes."""
    interval, retry, attempts = pace

    def quoted(words):
        return " ".join(f"'{word}'" if " " in word else word for word in words)

    days = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
    objects = ["define timeperiod {\n timeperiod_name always\n alias always\n"
               + "".join(f" {day} 00:00-24:00\n" for day in days) + "}",
               f"define command {{\n command_name page\n"
               f" command_line {quoted(words_of_page(url, '$HOSTADDRESS$'))}\n }}",
               f"define command {{\n command_name check\n"
               f" command_line {quoted(words_of_check(hosts, '$HOSTADDRESS$'))}\n }}",
               "define contact {\n contact_name pager\n host_notifications_enabled 0\n"
               " service_notifications_enabled 1\n host_notification_period always\n"
               " service_notification_period always\n host_notification_commands page\n"
               " service_notification_commands page\n service_notification_options w,u,c\n }"]
    for address in addresses:
        objects.append(f"define host {{\n host_name {address}\n address {address}\n"
                       " max_check_attempts 3\n active_checks_enabled 0\n contacts pager\n"
                       " check_period always\n notification_period always\n }")
        objects.append(f"define service {{\n host_name {address}\n service_description ssh\n"
                       f" check_command check\n check_interval {interval}\n"
                       f" retry_interval {retry}\n max_check_attempts {attempts}\n"
                       " check_period always\n notification_period always\n"
                       " notification_interval 0\n contacts pager\n }")
    return write_nagios(folder, objects, enable_notifications=1)


def icinga(folder, hosts, addresses, url, pace):
    """Likewise."""
    interval, retry, attempts = pace
    for name in ("data", "log", "run", "cache", "spool"):
        (folder / name).mkdir()
    text = ["include <itl>", 'object CheckerComponent "checker" { }',
            'object NotificationComponent "notification" { }',
            f'object CheckCommand "ssh" {{ command = {json.dumps(words_of_check(hosts, "$address$"))} }}',
            'object NotificationCommand "page" { command = '
            f'{json.dumps(words_of_page(url, "$address$"))} }}',
            'object User "pager" { }',
            'apply Notification "page" to Service {\n  command = "page"\n  users = [ "pager" ]\n'
            '  types = [ Problem ]\n  interval = 0\n  assign where true\n}']
    for address in addresses:
        text.append(f'object Host "{address}" {{ address = "{address}"\n'
                    '  check_command = "dummy"\n  enable_active_checks = false }')
        text.append(f'object Service "ssh" {{ host_name = "{address}"\n  check_command = "ssh"\n'
                    f"  check_interval = {interval}s\n  retry_interval = {retry}s\n"
                    f"  max_check_attempts = {attempts} }}")
    (folder / "icinga2.conf").write_text("\n".join(text) + "\n")
    settings = {"DataDir": "data", "LogDir": "log", "InitRunDir": "run", "CacheDir": "cache",
                "SpoolDir": "spool"}
    return ["/usr/lib/x86_64-linux-gnu/icinga2/sbin/icinga2", "daemon", "-c", folder / "icinga2.conf",
            "-DConfiguration.RunAsUser=root", "-DConfiguration.RunAsGroup=root",
            *(f"-DConfiguration.{key}={folder / name}" for key, name in settings.items())]
