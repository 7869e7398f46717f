/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Folded stacks, the text that flamegraph.pl draws and that stackcollapse-*.pl, inferno,
 * async-profiler, py-spy, bcc and we ourselves write. There is no specification; flamegraph.pl and
 * difffolded.pl (github.com/brendangregg/FlameGraph) tell what a line is:
 *
 *	main;serve;read_[k] 12
 *
 * frames from the root on, then blanks and a count. What is beyond that:
 *
 * - Blanks (and tabs) around what stands in front of the count, and behind that, say nothing, and
 *   neither do empty frames.
 * - Lines of blanks, and those that begin with '#' and a blank or are just that, say nothing; the
 *   latter become comments of the profile.
 * - Counts may be negative, as those of a difference are.
 * - Where some have fractions, all are kept in millionths, or in thousandths where the sum does not
 *   allow that: the unit is "microcount" or "millicount" then.
 * - If all lines end in two counts, these are two sample types, before and after, as difffolded.pl
 *   and `flame --diff-base --format=folded` write them. Else the first is part of a name.
 *
 * Names stay as they are, "std::vector<int>::f(int)" and "<module> (a.py:3)" alike, but for those
 * that are mangled, which reports make readable. What stands behind a name, as "_[k]" does, is a
 * part of it: it tells frames apart, and whoever draws them knows it.
 */
#ifndef PP_PPROF_FOLDED_H
#define PP_PPROF_FOLDED_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "profile/profile.h"

/* Whether the file looks like stacks: at least half of its first lines are stacks of several
 * frames, and it is text. */
bool pp_folded_is(struct pp_str file);

/* Read such a file, which stays the caller's and is not copied, into *p, which the caller releases.
 * As pp_legacy_read: what neither looks like stacks nor has only such lines is something else. */
int pp_folded_read(struct pp_profile *p, struct pp_str file, struct pp_err *err) PP_NODISCARD;

#endif
