# SPDX-License-Identifier: Apache-2.0
"""How Nagios and Prometheus would judge a series: which samples are bad is all that they see. Each gives
the times at which it opens and closes, [opened, closed or None]."""


def nagios(samples, attempts):
    """A hard state after so many bad checks in a row (`max_check_attempts`), a recovery at the first good
    one. Samples are (time, bad)."""
    incidents, row, opened = [], 0, None
    for at, bad in samples:
        row = row + 1 if bad else 0
        if opened is None and row >= attempts:
            opened = at
        elif opened is not None and not bad:
            incidents.append([opened, at])
            opened = None
    return incidents + ([[opened, None]] if opened is not None else [])


def prometheus(samples, for_s):
    """An alert fires when its expression has held for `for`, and is resolved when it no longer does."""
    incidents, since, opened = [], None, None
    for at, bad in samples:
        since = (at if since is None else since) if bad else None
        if opened is None and since is not None and at - since >= for_s:
            opened = at
        elif opened is not None and not bad:
            incidents.append([opened, at])
            opened = None
    return incidents + ([[opened, None]] if opened is not None else [])
