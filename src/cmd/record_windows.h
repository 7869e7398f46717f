/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The profiles of record --every. Naming functions and writing takes time in which samples arrive;
 * so a copy of the process does it, while the recording goes on.
 */
#ifndef PP_CMD_RECORD_WINDOWS_H
#define PP_CMD_RECORD_WINDOWS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/compiler.h"
#include "base/err.h"
#include "cli/command.h"
#include "cmd/record.h"
#include "cmd/window_name.h"
#include "collect/recording.h"

#define PP_WINDOW_WRITERS 2 /* at once; a window that finds no writer goes on */

/* Name and write one profile to `path`, or into the archive; tells errors and the summary itself.
 */
typedef int pp_record_writer(struct pp_cli *cli, const struct pp_record_options *o,
			     struct pp_recording *r, const char *path, struct pp_err *err);

struct pp_windows {
	struct pp_cli *cli;
	const struct pp_record_options *options;
	pp_record_writer *write;
	struct pp_window_name name;
	pid_t writers[PP_WINDOW_WRITERS];
	size_t nwriters;
	size_t begun, failed;
	bool told_late;
};

/* PP_ERR_USAGE for a bad pattern, which is o->output, unless windows go into the archive. The
 * options are borrowed. */
int pp_windows_init(struct pp_windows *w, struct pp_cli *cli, const struct pp_record_options *o,
		    pp_record_writer *write, struct pp_err *err) PP_NODISCARD;

/* Of type pp_recording_options.window: have the window written; false if there is nobody to. */
bool pp_windows_take(void *windows, struct pp_recording *r);

/* Write the last window, and wait for those under way. PP_ERR_IO if one could not be written; why
 * has been told. */
int pp_windows_finish(struct pp_windows *w, struct pp_recording *r,
		      struct pp_err *err) PP_NODISCARD;

/* Wait for writers, and free. */
void pp_windows_release(struct pp_windows *w);

#endif
