#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""random-keys.py SEED KEYS RESIZES: a script for PYROPROF_TUI_SCRIPT that does anything but leave."""
import random
import sys

seed, keys, resizes = map(int, sys.argv[1:])
rng = random.Random(seed)
# not: q Q C-c F10 (leave), C-z e (want a terminal), : (may leave), A (runs objdump for each function)
NAMES = ("h j k l g G ^ $ W b Space Enter Backspace [ ] 0 Esc ? / n N * # & Tab S-Tab 1 2 3 4 5 6 7 s i o a f d m r "
         "u U < > I + - E _ c C v V t p D F z y Y w M H , . \\ Up Down Left Right PgUp PgDn Home End C-d C-u F1 F2 F4 F5 F6 F7 F8").split()
COMMANDS = ["tagroot tenant", "tagroot", "tagleaf bytes,size", "tagleaf", "tagroot a,b,c", "diff-delta", "hide main",
            "hide", "show-from work", "tagfocus tenant", "tagfocus"]
TYPED = ["main", "work", "^", "(", "a.*b", "[", "", "/etc/x.svg", "\u00e9\u4e2d"]


def line():
    what = rng.random()
    if what < 0.08:
        x, y = rng.randrange(-2, 210), rng.randrange(-2, 70)
        y += y == height - 1  # where F10 may stand
        return f"@{rng.choice(['press', 'double', 'drag', 'release', 'up', 'down'])} {max(x, 0)} {max(y, 0)}", 1
    if what < 0.12:
        return f'"{rng.choice(TYPED)}', 1
    if what < 0.14:
        return f":{rng.choice(COMMANDS)}", 1
    some = [rng.choice(NAMES) for _ in range(rng.randrange(1, 9))]
    return " ".join(some), len(some)


height = 30
print(f":size 100x{height}")
done = 0
every = max(keys // max(resizes, 1), 1)
due = every
while done < keys:
    text, n = line()
    print(text)
    done += n
    if done >= due:
        due += every
        wide = rng.choice([rng.randrange(1, 30), rng.randrange(20, 120), rng.randrange(80, 300)])
        height = rng.choice([rng.randrange(1, 8), rng.randrange(5, 100)])
        print(f":size {wide}x{height}")
print("Esc Esc Esc\n:size 80x24\n:save-screen last")
