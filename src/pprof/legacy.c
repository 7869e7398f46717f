/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the older formats a file has. */
#include <config.h>

#include "pprof/legacy.h"

#include "pprof/legacy_readers.h"
#include "pprof/legacy_text.h"

/* In the order in which pprof tries them. */
static const struct format {
	pp_legacy_reader *read;
	const char *name;
} formats[] = {
	{pp_legacy_cpu, "CPU profile"},
	{pp_legacy_heap, "heap profile"},
	{pp_legacy_count, "Go count profile"},
	{pp_legacy_thread, "thread profile"},
	{pp_legacy_contention, "contention profile"},
	{pp_legacy_java, "Java profile"},
	{pp_goroutines, "dump of goroutines"},
};

/* What a first line looks like that is meant to be a header. */
static const struct mark {
	struct pp_str text;
	const char *name;
} marks[] = {
	{PP_STR_LIT("heap profile:"), "heap profile"},
	{PP_STR_LIT(" profile: total"), "Go count profile"},
	{PP_STR_LIT("--- threadz"), "thread profile"},
	{PP_STR_LIT("--- Thread "), "thread profile"},
	{PP_STR_LIT("--- contention"), "contention profile"},
	{PP_STR_LIT("--- mutex"), "contention profile"},
	{PP_STR_LIT("--- heapz"), "Java profile"},
	{PP_STR_LIT("goroutine "), "dump of goroutines"},
};

/* No reader wants it. If it is evident what it should be, say so. */
static int blame_header(struct pp_str file, struct pp_err *err)
{
	struct pp_lines l = pp_lines_of(file);

	if (!pp_lines_skip_comments(&l))
		return PP_LEGACY_OTHER;
	for (size_t i = 0; i < PP_ARRAY_LEN(marks); i++) {
		struct pp_str line = l.line;

		if (!pp_text_find(&line, marks[i].text))
			continue;
		pp_lines_fail(&l, err, "malformed header");
		return pp_err_wrap(err, "not a valid %s", marks[i].name);
	}
	return PP_LEGACY_OTHER;
}

static int read_into(struct pp_builder *b, struct pp_str file, struct pp_err *err)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(formats); i++) {
		int rc = formats[i].read(b, file, err);

		if (rc == PP_LEGACY_FAILED)
			return pp_err_wrap(err, "not a valid %s", formats[i].name);
		if (rc == PP_LEGACY_READ)
			return rc;
	}
	return blame_header(file, err);
}

int pp_legacy_read(struct pp_profile *p, struct pp_str file, struct pp_err *err)
{
	struct pp_builder b;

	pp_builder_init(&b);
	int rc = read_into(&b, file, err);
	if (rc == PP_LEGACY_READ)
		rc = pp_builder_finish(&b, p, err);
	pp_builder_release(&b);
	return rc;
}
