/* SPDX-License-Identifier: Apache-2.0 */
/* A text file for each entry that has any, with the labels as lines KEY=VALUE. */
#include <config.h>

#include "archive/tags.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/place.h"
#include "archive/textfile.h"
#include "base/alloc.h"
#include "base/scan.h"

#define FIRST_LINE "pyroprof tags 1"

struct tags_place {
	char dir[8], name[64];
};

static struct tags_place place_of(const struct pp_id *id)
{
	struct tags_place place;
	char hex[PP_SHA256_HEX];

	pp_sha256_hex(hex, id->bytes);
	snprintf(place.dir, sizeof(place.dir), "tags/%.2s", hex);
	snprintf(place.name, sizeof(place.name), "%.62s", hex + 2);
	return place;
}

int pp_tags_id(const char *dir, const char *name, struct pp_id *id)
{
	char hex[PP_SHA256_HEX];

	if (strlen(dir) != 2 || strlen(name) != 62)
		return -1;
	snprintf(hex, sizeof(hex), "%.2s%.62s", dir, name);
	return pp_id_parse(pp_str_of(hex), id);
}

/* What stands for a newline, so that a value is one line. */
static void add_value(struct pp_buf *out, const char *value)
{
	for (; *value; value++) {
		if (*value == '\\')
			pp_buf_str(out, "\\\\");
		else if (*value == '\n')
			pp_buf_str(out, "\\n");
		else
			pp_buf_char(out, *value);
	}
}

static int parse_line(struct pp_entry_labels *labels, struct pp_str line, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf value = PP_BUF_INIT;
	const char *equals = line.n ? memchr(line.p, '=', line.n) : NULL;

	if (!equals)
		return pp_err_set(err, PP_ERR_FORMAT, "a line without '='");
	for (const char *p = equals + 1; p < line.p + line.n; p++) {
		bool escape = *p == '\\' && p + 1 < line.p + line.n;

		if (escape)
			p++;
		pp_buf_char(&value, escape && *p == 'n' ? '\n' : *p);
	}
	return pp_entry_labels_set(labels, (struct pp_str){line.p, (size_t)(equals - line.p)},
				   pp_buf_view(&value), err);
}

int pp_tags_read(const struct pp_archive *a, const struct pp_id *id, struct pp_entry_labels *labels,
		 struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct tags_place place = place_of(id);
	struct pp_str rest, line;

	*labels = (struct pp_entry_labels){0};
	if (pp_textfile_read(a, place.dir, place.name, FIRST_LINE, &text, err))
		return err->kind == PP_ERR_NOT_FOUND ? 0 : -1;
	rest = pp_buf_view(&text);
	while (pp_scan_line(&rest, &line)) {
		if (parse_line(labels, line, err)) {
			err->kind = PP_ERR_FORMAT;
			return pp_err_wrap(err, "'%s/%s/%s' is damaged", a->path, place.dir,
					   place.name);
		}
	}
	return 0;
}

int pp_tags_write(const struct pp_archive *a, const struct pp_id *id,
		  const struct pp_entry_labels *labels, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct tags_place place = place_of(id);

	if (labels->n == 0)
		return pp_place_remove(a, place.dir, place.name, err);
	for (uint32_t i = 0; i < labels->n; i++) {
		pp_buf_fmt(&text, "%s=", labels->pair[i].key);
		add_value(&text, labels->pair[i].value);
		pp_buf_char(&text, '\n');
	}
	return pp_textfile_write(a, place.dir, place.name, FIRST_LINE, pp_buf_view(&text), false,
				 err);
}

static void add_to_table(struct pp_tag_table *t, const struct pp_archive *a, const struct pp_id *id)
{
	struct pp_entry_labels labels;
	struct pp_err no;

	if (pp_tags_read(a, id, &labels, &no) || labels.n == 0) {
		pp_entry_labels_release(&labels);
		return;
	}
	uint32_t at =
		pp_strtab_add(&t->ids, (struct pp_str){(const char *)id->bytes, sizeof(id->bytes)});
	t->labels = pp_grow(t->labels, &t->cap, at, sizeof(*t->labels));
	t->labels[at - 1] = labels;
}

static int read_dir(struct pp_tag_table *t, const struct pp_archive *a, const char *dir,
		    struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};
	struct pp_id id;
	char below[8];

	if (strlen(dir) != 2)
		return 0;
	snprintf(below, sizeof(below), "tags/%.2s", dir);
	if (pp_place_names(a, below, &names, err))
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (pp_tags_id(dir, names.name[i], &id) == 0)
			add_to_table(t, a, &id);
	}
	return 0;
}

int pp_tag_table_read(struct pp_tag_table *t, const struct pp_archive *a, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};

	*t = (struct pp_tag_table){0};
	pp_strtab_init(&t->ids);
	if (pp_place_names(a, "tags", &names, err))
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (read_dir(t, a, names.name[i], err))
			return -1;
	}
	return 0;
}

void pp_tag_table_release(struct pp_tag_table *t)
{
	for (size_t i = 0; i + 1 < t->ids.count; i++)
		pp_entry_labels_release(&t->labels[i]);
	free(t->labels);
	pp_strtab_release(&t->ids);
}

const struct pp_entry_labels *pp_tag_table_find(const struct pp_tag_table *t,
						const struct pp_id *id)
{
	if (t->ids.count == 1)
		return NULL; /* nearly always there are none */

	uint32_t at = pp_strtab_find(&t->ids,
				     (struct pp_str){(const char *)id->bytes, sizeof(id->bytes)});
	return at == PP_MAP_NONE ? NULL : &t->labels[at - 1];
}
