/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/record_store.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "cli/fail.h"
#include "cmd/archive_options.h"
#include "io/url.h"

#define FEW_DIGITS  12 /* of an id among others */
#define FEW_ENTRIES 8  /* whose ids a line has room for */

static int take_labels(struct pp_record_store *s, const struct pp_opt_list *list,
		       struct pp_err *err)
{
	for (size_t i = 0; i < list->n; i++) {
		if (pp_entry_labels_parse(&s->labels, list->item[i], err))
			return pp_err_wrap(err, "option '-l'");
	}
	return 0;
}

static int make(struct pp_record_store *s, struct pp_cli *cli, const char *where,
		struct pp_err *err)
{
	bool fresh;

	pp_archive_close(&s->archive);
	if (pp_archive_init(where, &fresh, err) || pp_archive_open(&s->archive, where, err))
		return -1;
	if (fresh)
		pp_cli_note(cli, "made archive '%s'", where);
	return 0;
}

int pp_record_store_open(struct pp_record_store *s, struct pp_cli *cli,
			 const struct pp_record_options *o, struct pp_err *err)
{
	const char *named = o->archive[0] ? o->archive : NULL;
	PP_CLEANUP(pp_freep) char *where = pp_archive_where(named);

	if (take_labels(s, &o->entry_labels, err))
		return -1;
	if (pp_archive_open_there(&s->archive, named, err)) {
		if (!where || err->kind != PP_ERR_NOT_FOUND || make(s, cli, where, err))
			return -1;
	}
	s->path = pp_xasprintf("%s/tmp/w", where);
	return 0;
}

void pp_record_store_close(struct pp_record_store *s)
{
	pp_archive_close(&s->archive);
	pp_entry_labels_release(&s->labels);
	free(s->path);
	s->path = NULL;
}

int pp_record_set_instance(struct pp_entry_labels *l, const char *url, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *value = NULL;
	struct pp_url u;
	struct pp_err no;
	int rc = 0;

	if (pp_entry_labels_has(l, "instance"))
		return 0;
	if (pp_url_parse(&u, url, err))
		return -1;
	value = pp_xasprintf("%s%s%s", u.host, u.port ? ":" : "", u.port ? u.port : "");
	if (pp_entry_label_check(PP_STR_LIT("instance"), pp_str_of(value), &no) == 0)
		rc = pp_entry_labels_set(l, PP_STR_LIT("instance"), pp_str_of(value), err);
	pp_url_release(&u);
	return rc;
}

void pp_record_stored_release(struct pp_record_stored *stored)
{
	pp_buf_release(&stored->ids);
}

void pp_record_stored_fail(struct pp_record_stored *stored, const struct pp_err *err)
{
	if (stored->failed++ == 0)
		stored->err = *err;
}

void pp_record_store_add(const struct pp_record_store *s, const struct pp_profile *p,
			 struct pp_str received, const struct pp_entry_labels *labels,
			 struct pp_record_stored *stored)
{
	struct pp_err err = PP_ERR_INIT;
	char hex[PP_SHA256_HEX];
	struct pp_added added;

	if (pp_archive_add(&s->archive, p, received, labels, &added, &err)) {
		pp_record_stored_fail(stored, &err);
		return;
	}
	pp_buf_fmt(&stored->ids, "%s%s", stored->entries++ ? " " : "",
		   pp_sha256_hex(hex, added.id.bytes));
}

/* Ids stand one behind the other, all of the same length. */
void pp_record_stored_print(const struct pp_record_stored *stored, struct pp_buf *out)
{
	if (stored->entries == 1) {
		pp_buf_fmt(out, "entry %s", stored->ids.p);
		return;
	}
	pp_buf_fmt(out, "%llu entries", (unsigned long long)stored->entries);
	if (stored->entries == 0 || stored->entries > FEW_ENTRIES)
		return;
	for (uint64_t i = 0; i < stored->entries; i++)
		pp_buf_fmt(out, "%s%.*s", i ? " " : " (", FEW_DIGITS,
			   stored->ids.p + i * PP_SHA256_HEX);
	pp_buf_str(out, ")");
}

int pp_record_stored_check(const struct pp_record_stored *stored, struct pp_err *err)
{
	if (!stored->failed)
		return 0;
	unsigned long long failed = stored->failed, all = failed + stored->entries;
	*err = stored->err;
	return pp_err_wrap(err, "%llu of %llu entries could not be stored", failed, all);
}
