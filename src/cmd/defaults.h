/* SPDX-License-Identifier: Apache-2.0 */
/* Habits that commands share. */
#ifndef PP_CMD_DEFAULTS_H
#define PP_CMD_DEFAULTS_H

/* Written by record and read by everything else unless another is named, as perf does with
 * perf.data. */
#define PP_DEFAULT_PROFILE "pyroprof.pb.gz"

/* Those of record --every, by the time when each begins. */
#define PP_WINDOW_PROFILE "pyroprof-%Y%m%dT%H%M%S.pb.gz"

#endif
