/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The servers that `record --targets` pulls from, as a file names them: a list of groups, JSON or
 * YAML, in the form that Prometheus reads with file_sd_configs.
 *
 *	- targets: [host:6060, "https://other/debug/pprof/heap"]
 *	  labels: {service: api, __profile_path__: /debug/pprof/heap}
 */
#ifndef PP_CMD_TARGET_FILE_H
#define PP_CMD_TARGET_FILE_H

#include <stddef.h>

#include "archive/labels.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

#define PP_TARGETS_MAX 10000

struct pp_endpoint {
	char *url;   /* what to pull, secrets included: not for messages */
	char *shown; /* the same for people */
	struct pp_entry_labels labels;
	char *key;   /* url and labels: what makes it this target and no other */
	size_t line; /* of the file */
};

struct pp_target_file {
	struct pp_endpoint *item; /* no two with the same key */
	size_t n, cap;
};

/* Take a text apart. PP_ERR_FORMAT says what is wrong, and in which line. Release in either case.
 */
int pp_target_file_parse(struct pp_target_file *f, struct pp_str text,
			 struct pp_err *err) PP_NODISCARD;

/* The same of a file, which messages name. */
int pp_target_file_read(struct pp_target_file *f, const char *path,
			struct pp_err *err) PP_NODISCARD;

void pp_endpoint_release(struct pp_endpoint *t);
void pp_target_file_release(struct pp_target_file *f);

#endif
