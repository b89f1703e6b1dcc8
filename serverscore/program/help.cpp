// SPDX-License-Identifier: Apache-2.0
#include "serverscore/program/help.h"

namespace serverscore {

const std::string_view kHelpText =
    R"(Usage: serverscore [FORMAT] [OPTION]...

Prints one number from 1 to 100: the speed, in percent, at which a typical
request is served on this host compared with the same host idle. 100 is as on
the idle host, 50 takes twice as long, 10 ten times as long. Memory, disks and
other things about to run out hold it down; 1 is in danger now.

Formats; without one, the number and nothing else:
      --explain          the score and why, for people
      --brief            the number and those of its parts, one short line
      --json             score, parts and all inputs, schema serverscore/1
      --prometheus       metrics for node_exporter's textfile collector
      --nagios           a line and an exit status as of a monitoring plugin
        -w, --warning N  WARNING when the score is below N (default 60)
        -c, --critical N CRITICAL when the score is below N (default 30)

More to ask for:
      --containers       the score of each container on this host, too
      --cloud            what AWS announces to this instance, too: the end of a
                         spot instance, better a replacement, maintenance
      --stream INTERVAL  a line each INTERVAL (100ms to 1h: 1s, 500ms, 2) while
                         standard input stays open; more with --brief, --json

Where and how:
      --state FILE|none  where to keep the kernel's counters until the next run
                         (default: a small file in $XDG_RUNTIME_DIR)
      --root PATH        look below PATH/proc and PATH/sys, as of a host mounted
                         into a container; keeps nothing unless --state is given
      --color WHEN       auto (default; respects NO_COLOR), always or never
  -h, --help             print this
  -V, --version          print the version

Examples:
  serverscore --explain                    why is this host slow?
  serverscore --nagios -w 60 -c 30         a check for Nagios, Icinga, NRPE
  ssh HOST serverscore --stream 1s         watch a host while ssh is there
  serverscore --prometheus >new && mv new serverscore.prom

Exit status: 0 answered, 1 the answer could not be written, 2 wrong usage,
3 nothing to read below /proc. With --nagios 0 OK, 1 WARNING, 2 CRITICAL,
3 UNKNOWN.
)";

}  // namespace serverscore
