/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all reports have in common: the options that say which profiles, what of them and how, and
 * the way from these options to a view. A report command adds options of its own and a function
 * that prints.
 */
#ifndef PP_CMD_REPORT_H
#define PP_CMD_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/edges.h"
#include "analyze/flat.h"
#include "analyze/frames.h"
#include "analyze/rows.h"
#include "analyze/view.h"
#include "base/compiler.h"
#include "cli/opt.h"
#include "cmd/load.h"
#include "profile/filter.h"
#include "profile/labels.h"
#include "profile/profile.h"
#include "profile/uncut.h"
#include "render/header.h"

enum pp_report_format { PP_FORMAT_TEXT, PP_FORMAT_JSON, PP_FORMAT_CSV };

/* Options that stand for a value of --sample-index. */
enum pp_type_flag {
	PP_TYPE_NO_FLAG,
	PP_TYPE_INUSE_SPACE,
	PP_TYPE_INUSE_OBJECTS,
	PP_TYPE_ALLOC_SPACE,
	PP_TYPE_ALLOC_OBJECTS,
	PP_TYPE_CONTENTIONS,
	PP_TYPE_TOTAL_DELAY,
	PP_TYPE_MEAN_DELAY,
};

/* Set by options; texts are borrowed from argv. */
struct pp_report_options {
	struct pp_opt_list args;     /* a REGEX if the report takes one, then profiles */
	struct pp_load_options load; /* its paths are set from these */
	int demangle;		     /* enum pp_demangle */
	uint64_t threads;	     /* 0: a good number */
	struct pp_filter_options filter;
	const char *tagroot, *tagleaf;
	int granularity; /* enum pp_granularity */
	bool noinlines, columns;
	const char *sample_index;
	int type_flag; /* enum pp_type_flag, as good as sample_index */
	bool mean;
	double divide_by;
	struct pp_rows_options rows; /* nodecount UINT64_MAX: the report's own default */
	bool trim;
	bool relative, compact;
	const char *unit;
	int format; /* enum pp_report_format */
	const char *output;
};

/* One side of a comparison. */
struct pp_report_side {
	struct pp_profile profile;
	struct pp_filter filter;
	struct pp_frames frames;
	struct pp_view view;
	struct pp_uncut uncut, tagged; /* as below */
};

/* Everything a report is made of. */
struct pp_report {
	struct pp_cli *cli;
	const struct pp_report_options *options;
	struct pp_profile profile;
	struct pp_filter filter;
	struct pp_nodes nodes;
	struct pp_frames frames;
	struct pp_view view;
	/* If the kind `refilters`: as it was before anything, and as frames of these labels have
	 * left it, if there are any. */
	struct pp_uncut uncut, tagged;
	char *tags[2];			   /* tagroot and tagleaf, */
	bool tags_all_frames;		   /* with what drop_frames hides */
	struct pp_flat flat, divisors;	   /* filled by pp_report_rows; divisors only for means */
	struct pp_rows rows;		   /* likewise */
	struct pp_header header;	   /* by pp_report_header */
	const struct pp_header_live *live; /* what the header says of a live profile, or NULL */
	bool is_diff;			   /* there are two sides, and the above is the one after */
	struct pp_report_side before;
	struct pp_load_sources sources[2]; /* of the sides before and after */
	int code;			   /* of the program's end, if `print` succeeds */
};

/* What tells one kind of report from another. */
struct pp_report_kind {
	bool takes_regex;   /* the first argument is a REGEX; must be given */
	bool untrimmed;	    /* --nodecount and the fractions have no effect */
	uint64_t nodecount; /* default; 0: all */
	bool fixed;	    /* `granularity` below holds, whatever the options say */
	enum pp_granularity granularity;
	bool noinlines;		    /* forced */
	bool objects, whole_files;  /* struct pp_frames_options */
	bool no_frames;		    /* needs no nodes: the frames are left empty */
	const struct pp_opt *own;   /* further options, or NULL */
	const char *const *formats; /* choices of --format, NULL-terminated; NULL: has none */
	const char *output_help;    /* of --output; NULL: it goes to standard output without */
	bool writes_file;	    /* `print` puts the result where --output says */
	bool two_sides;		    /* --diff-base is not subtracted: it becomes r->before */
	bool compares;		    /* it always has two sides, which its own options and `check`
				       put into args and load.diff_base */
	bool refilters;		    /* `print` filters the profiles again, by a pp_lens */
	bool scales;		    /* --divide-by changes the profile's values */
	/* Look at the options, and complete them, before anything is read; NULL: nothing to do. */
	int (*check)(struct pp_cli *cli, struct pp_report_options *o, struct pp_err *err);
	/* Change the profiles once they are read; NULL: nothing to do. */
	int (*change)(struct pp_report *r, struct pp_err *err);
	/* Print to `out`. -1 with an error. */
	int (*print)(struct pp_report *r, struct pp_out *out, struct pp_err *err);
	/* Add options behind all others, and do something else than read profiles, if they ask for
	 * that: true, and the code of the program's end. NULL: there are none. */
	void (*add_options)(struct pp_opt *table, size_t cap, void *context);
	bool (*instead)(struct pp_cli *cli, const struct pp_report_kind *kind,
			struct pp_report_options *o, int *code);
	void *context; /* for these */
};

/* A report of a profile that is there already, and is taken over. -1 with an error. */
int pp_report_profile(struct pp_cli *cli, const struct pp_report_kind *kind,
		      const struct pp_report_options *o, struct pp_profile *p,
		      const struct pp_header_live *live, struct pp_out *out,
		      struct pp_err *err) PP_NODISCARD;

/* The same in its parts, for what is shown longer: *r must stay where it is until it is closed,
 * which is to be done in either case. */
int pp_report_open(struct pp_report *r, struct pp_cli *cli, const struct pp_report_kind *kind,
		   const struct pp_report_options *o, struct pp_profile *p,
		   const struct pp_header_live *live, struct pp_err *err) PP_NODISCARD;
int pp_report_load(struct pp_report *r, struct pp_cli *cli, const struct pp_report_kind *kind,
		   const struct pp_report_options *o, const struct pp_header_live *live,
		   struct pp_err *err) PP_NODISCARD;
void pp_report_close(struct pp_report *r);

/* Parse the command line, load, print, write: the whole run of a report command. `o` comes from
 * pp_report_options_init; options of kind->own point to the caller's variables. */
int pp_report_main(struct pp_cli *cli, int argc, char **argv, const struct pp_report_kind *kind,
		   struct pp_report_options *o);

/* The defaults. Give it PP_CLEANUP(pp_report_options_release). */
void pp_report_options_init(struct pp_report_options *o);
void pp_report_options_release(struct pp_report_options *o);

/* Make of the flags for types what they stand for; an explicit --sample-index goes before them. */
void pp_report_settle_type(struct pp_report_options *o);

/* For commands that look at profiles one by one: a view of one that was read into `one`, the rest
 * of which is empty, over a table of nodes that several may share. Release in either case. */
int pp_report_view(struct pp_report_side *one, struct pp_nodes *nodes,
		   const struct pp_report_kind *kind, const struct pp_report_options *o,
		   struct pp_err *err) PP_NODISCARD;
void pp_report_side_release(struct pp_report_side *one);

/* What filters and frames follow from the options alone. */
struct pp_filter_options pp_report_filters(const struct pp_report_options *o);
struct pp_frames_options pp_report_frames(const struct pp_report_options *o);

/* Count costs per node and choose the rows. */
void pp_report_rows(struct pp_report *r);

/* Fill r->header for a report without rows, whose total is `total`. pp_report_rows does it for
 * those with rows, and settles the unit. */
void pp_report_header(struct pp_report *r, int64_t total);

/* The profile's labels; the caller releases. Warns of numbers whose units contradict each other. */
void pp_report_labels(struct pp_report *r, struct pp_labels *labels);

/* Attach a hint to the error of reading a profile, if it was the default one and is not there.
 * Returns -1. */
int pp_report_hint(const char *path, struct pp_err *err);

/* The REGEX of a report that takes one, compiled; NULL with an error. */
struct pp_regex *pp_report_regex(const struct pp_report *r, struct pp_err *err) PP_NODISCARD;

/* text, json, csv */
extern const char *const pp_report_formats[];

/* In the order of enum pp_demangle. */
extern const char *const pp_demanglings[];

#endif
