/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/entry.h"

#include <stdlib.h>
#include <string.h>

#include "archive/fields.h"
#include "base/alloc.h"
#include "base/scan.h"
#include "profile/samples.h"

int pp_id_parse(struct pp_str hex, struct pp_id *id)
{
	if (hex.n != 2 * sizeof(id->bytes))
		return -1;
	for (size_t i = 0; i < hex.n; i++) {
		unsigned digit = pp_scan_digit(hex.p[i]);

		/* one spelling only, so that a file has one name */
		if (digit >= 16 || (hex.p[i] >= 'A' && hex.p[i] <= 'F'))
			return -1;
		id->bytes[i / 2] = (uint8_t)(i % 2 ? id->bytes[i / 2] | digit : digit << 4);
	}
	return 0;
}

void pp_entry_release(struct pp_entry *e)
{
	free(e->totals);
	*e = (struct pp_entry){0};
}

void pp_entry_measure(struct pp_entry *e, const struct pp_profile *p, int64_t now)
{
	struct pp_sample_iter it;
	struct pp_sample s;

	e->added = now;
	e->start = p->time_nanos ? p->time_nanos : now;
	e->duration = p->duration_nanos;
	e->samples = p->nsamples;
	e->profiles = 1;
	e->totals = pp_xcalloc(p->nsample_types, sizeof(*e->totals));
	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			for (uint32_t i = 0; i < p->nsample_types; i++)
				e->totals[i] =
					(int64_t)((uint64_t)e->totals[i] + (uint64_t)s.values[i]);
		}
		pp_samples_release(&it);
	}
}

/* As in C, so that what stands in two lines cannot be taken for two labels. */
static void add_escaped(struct pp_sha256 *h, const char *s)
{
	static const char octal[] = "01234567";

	for (; *s; s++) {
		uint8_t c = (uint8_t)*s;

		if (c == '\\')
			pp_sha256_add(h, "\\\\", 2);
		else if (c < 0x20 || c == 0x7f)
			pp_sha256_add(
				h, (char[]){'\\', octal[c >> 6], octal[c >> 3 & 7], octal[c & 7]},
				4);
		else
			pp_sha256_add(h, s, 1);
	}
}

struct pp_id pp_entry_id(const struct pp_entry_labels *labels, struct pp_str canonical)
{
	struct pp_sha256 h;
	struct pp_id id;

	pp_sha256_init(&h);
	pp_sha256_add(&h, "pyroprof 1\n", 11);
	for (uint32_t i = 0; i < labels->n; i++) {
		add_escaped(&h, labels->pair[i].key);
		pp_sha256_add(&h, "=", 1);
		add_escaped(&h, labels->pair[i].value);
		pp_sha256_add(&h, "\n", 1);
	}
	pp_sha256_add(&h, "\n", 1);
	pp_sha256_add(&h, canonical.p, canonical.n);
	pp_sha256_end(&h, id.bytes);
	return id;
}

int pp_entry_encode(const struct pp_entry *e, struct pp_buf *out, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf series = PP_BUF_INIT;

	pp_series_encode(e->series, &series);
	if (series.n > PP_SERIES_BYTES_MAX)
		return pp_err_set(err, PP_ERR_LIMIT,
				  "labels and sample types are larger than 1 MiB");
	pp_buf_add(out, &e->id, sizeof(e->id));
	pp_buf_add(out, &e->received, sizeof(e->received));
	pp_put_signed(out, e->start);
	pp_put_signed(out, e->duration);
	pp_put_signed(out, e->added);
	pp_wire_put_varint(out, e->samples);
	pp_wire_put_varint(out, e->profiles);
	pp_wire_put_varint(out, e->size);
	pp_put_text(out, pp_buf_view(&series));
	for (uint32_t i = 0; i < e->series->ntypes; i++)
		pp_put_signed(out, e->totals[i]);
	return 0;
}

static struct pp_id read_id(struct pp_fields *f)
{
	struct pp_id id = {{0}};
	struct pp_str bytes = pp_field_bytes(f, sizeof(id));

	if (bytes.n)
		memcpy(&id, bytes.p, sizeof(id));
	return id;
}

int pp_entry_decode(struct pp_entry *e, struct pp_str record, struct pp_series_pool *pool,
		    struct pp_err *err)
{
	struct pp_fields f;

	pp_fields_init(&f, record);
	*e = (struct pp_entry){.id = read_id(&f)};
	e->received = read_id(&f);
	e->start = pp_field_signed(&f);
	e->duration = pp_field_signed(&f);
	e->added = pp_field_signed(&f);
	e->samples = pp_field_number(&f);
	e->profiles = pp_field_number(&f);
	e->size = pp_field_number(&f);

	struct pp_str series = pp_field_text(&f);
	if (f.bad)
		return pp_err_set(err, PP_ERR_FORMAT, "the record is cut off");
	e->series = pp_series_pool_get(pool, series, err);
	if (!e->series)
		return -1;
	e->totals = pp_xcalloc(e->series->ntypes, sizeof(*e->totals));
	for (uint32_t i = 0; i < e->series->ntypes; i++)
		e->totals[i] = pp_field_signed(&f);
	if (f.bad || f.p != f.end)
		return pp_err_set(err, PP_ERR_FORMAT, "wrong length of the record");
	return 0;
}
