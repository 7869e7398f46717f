/* SPDX-License-Identifier: Apache-2.0 */
/* Habits that commands share. */
#ifndef PP_CMD_DEFAULTS_H
#define PP_CMD_DEFAULTS_H

/* Written by record and read by everything else unless another is named, as perf does with
 * perf.data. */
#define PP_DEFAULT_PROFILE "pyroprof.pb.gz"

#endif
