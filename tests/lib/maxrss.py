#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""maxrss.py LIMIT_KIB COMMAND...: run a command, exit as it does, but 99 if it used more memory."""
import resource
import subprocess
import sys

status = subprocess.run(sys.argv[2:], check=False).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
if used > int(sys.argv[1]):
    print(f"maxrss.py: {used} KiB used, {sys.argv[1]} KiB allowed", file=sys.stderr)
    status = 99
sys.exit(status)
