# SPDX-License-Identifier: Apache-2.0
"""The table that is printed."""


def seconds(t):
    return f"{t:.2f} s" if abs(t) >= 1 else f"{t * 1000:.1f} ms"


def megabytes(n):
    return f"{n / 1e6:.0f} MB"


class Table:
    """Rows of what, measured, against, ratio, target, verdict. The verdict is on what is printed,
    two digits: more is noise."""

    def __init__(self):
        self.rows = [("what", "measured", "against", "ratio", "target", "")]

    def note(self, what, measured, against="", ratio=""):
        """A row without a target."""
        self.rows.append((what, measured, against, ratio, "", ""))

    def at_most(self, what, measured, against, ratio, target):
        verdict = "ok" if round(ratio, 2) <= target else "over"
        self.rows.append((what, measured, against, f"{ratio:.2f}", f"<= {target:.2f}", verdict))

    def at_least(self, what, measured, against, ratio, target):
        verdict = "ok" if round(ratio, 2) >= target else "below"
        self.rows.append((what, measured, against, f"{ratio:.2f}", f">= {target:.2f}", verdict))

    def text(self):
        left = (True, False, True, False, False, True)
        widths = [max(map(len, column)) for column in zip(*self.rows)]
        lines = []
        for row in self.rows:
            cells = [cell.ljust(width) if to_left else cell.rjust(width)
                     for cell, width, to_left in zip(row, widths, left)]
            lines.append("  ".join(cells).rstrip())
        lines.insert(1, "-" * max(map(len, lines)))
        return "\n".join(lines) + "\n"
