/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose sample it is, as far as that is asked for: samples are folded by it, and it becomes their
 * labels. What is not asked for is 0, so that it keeps no samples apart.
 */
#ifndef PP_COLLECT_OWNER_H
#define PP_COLLECT_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "collect/container.h"
#include "collect/event.h"
#include "collect/procs.h"

enum pp_owner_label {
	PP_LABEL_THREAD,
	PP_LABEL_TID,
	PP_LABEL_COMM,
	PP_LABEL_PID,
	PP_LABEL_CGROUP,
	PP_LABEL_CONTAINER_ID,
	PP_LABEL_POD,
	PP_LABEL_NAMESPACE,
	PP_LABEL_CONTAINER,
	PP_LABELS /* how many there are */
};

#define PP_LABEL_BIT(label) (1u << (label))

/* Those of one process, those added for several, and those that need the process's cgroup. */
#define PP_LABELS_OF_ONE  (PP_LABEL_BIT(PP_LABEL_THREAD) | PP_LABEL_BIT(PP_LABEL_TID))
#define PP_LABELS_OF_MANY (PP_LABEL_BIT(PP_LABEL_COMM) | PP_LABEL_BIT(PP_LABEL_PID))
/* Of samples in an archive: those that say the same in the next window, and after a restart. */
#define PP_LABELS_OF_ENTRIES (PP_LABEL_BIT(PP_LABEL_THREAD) | PP_LABEL_BIT(PP_LABEL_COMM))
#define PP_LABELS_OF_CONTAINERS                                             \
	(PP_LABEL_BIT(PP_LABEL_CONTAINER_ID) | PP_LABEL_BIT(PP_LABEL_POD) | \
	 PP_LABEL_BIT(PP_LABEL_NAMESPACE) | PP_LABEL_BIT(PP_LABEL_CONTAINER))
#define PP_LABELS_OF_CGROUPS (PP_LABELS_OF_CONTAINERS | PP_LABEL_BIT(PP_LABEL_CGROUP))

/* Names of the labels, by enum pp_owner_label, NULL at the end. */
extern const char *const pp_label_names[];

/* Part of the key of an entry: no padding, and unused members are 0. */
struct pp_stack_owner {
	uint32_t pid, tid;
	uint32_t thread, process; /* names, in pp_procs.strings */
	uint32_t place;		  /* in pp_containers.all */
	uint32_t zero;
	uint64_t time; /* CLOCK_MONOTONIC, ns; with timestamps only */
};

/* A label that all samples get. */
struct pp_fixed_label {
	const char *key, *value;
};

/* What is asked for. */
struct pp_owners {
	uint32_t labels; /* bits of enum pp_owner_label */
	bool timestamps; /* each sample by itself, with the label "timestamp" */
	const struct pp_fixed_label *fixed;
	size_t nfixed;
	bool parts; /* processes and containers are noted, whatever the labels, for collect/parts.h
		     */
	bool apart; /* which is to cut it up by them */
	struct pp_containers *containers; /* NULL, unless something needs it */
};

/* Names separated by ',' to bits; PP_ERR_USAGE for others. */
int pp_owners_parse(const char *names, uint32_t *bits, struct pp_err *err) PP_NODISCARD;

/* "KEY=VALUE", which is cut up, to a label: keys are letters, digits, '_', '.', '-' and '/', begin
 * with a letter or '_', and are none that the recorder has itself; values have no control
 * characters. */
int pp_owners_parse_fixed(char *text, struct pp_fixed_label *label,
			  struct pp_err *err) PP_NODISCARD;

/* The owner of a SAMPLE event. `o` NULL: all that is in the event, and names. */
struct pp_stack_owner pp_owners_make(const struct pp_owners *o, struct pp_procs *procs,
				     const struct pp_event *e);

#endif
