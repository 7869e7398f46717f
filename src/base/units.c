/* SPDX-License-Identifier: Apache-2.0 */
/* Unit families, scaling and the text forms of quantities. */
#include <config.h>

#include "base/units.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"

struct unit {
	const char *name;
	double factor;
	const char *aliases[4]; /* lower case, singular */
};

struct family {
	const struct unit *units;
	size_t count;
	struct unit fallback; /* for values below every unit, and for targets of another family */
	bool exact;	      /* its names are as they stand */
};

static const struct unit byte_units[] = {
	{"B", 1, {"b", "byte"}},
	{"kB", 1024., {"kb", "kbyte", "kilobyte"}},
	{"MB", 1048576., {"mb", "mbyte", "megabyte"}},
	{"GB", 1073741824., {"gb", "gbyte", "gigabyte"}},
	{"TB", 1099511627776., {"tb", "tbyte", "terabyte"}},
	{"PB", 1125899906842624., {"pb", "pbyte", "petabyte"}},
};

static const struct unit time_units[] = {
	{"ns", 1, {"ns", "nanosecond"}},    {"us", 1e3, {"\xce\xbcs", "us", "microsecond"}},
	{"ms", 1e6, {"ms", "millisecond"}}, {"s", 1e9, {"s", "sec", "second"}},
	{"hrs", 3600e9, {"hour", "hr"}},
};

static const struct unit gcu_units[] = {
	{"n*GCU", 1e-9, {"nanogcu"}}, {"u*GCU", 1e-6, {"microgcu"}}, {"m*GCU", 1e-3, {"milligcu"}},
	{"GCU", 1, {"gcu"}},	      {"k*GCU", 1e3, {"kilogcu"}},   {"M*GCU", 1e6, {"megagcu"}},
	{"G*GCU", 1e9, {"gigagcu"}},  {"T*GCU", 1e12, {"teragcu"}},  {"P*GCU", 1e15, {"petagcu"}},
};

/* Counts with fractions. Whole ones are printed as if there were no such family. */
static const struct unit count_units[] = {
	{"u", 1e-6, {"microcount"}},
	{"m", 1e-3, {"millicount"}},
	{"", 1, {"count"}},
};

static const struct family families[] = {
	{byte_units, sizeof(byte_units) / sizeof(byte_units[0]), {"B", 1, {NULL}}, false},
	{time_units, sizeof(time_units) / sizeof(time_units[0]), {"s", 1e9, {NULL}}, false},
	{gcu_units, sizeof(gcu_units) / sizeof(gcu_units[0]), {"GCU", 1, {NULL}}, false},
	{count_units, sizeof(count_units) / sizeof(count_units[0]), {"", 1, {NULL}}, true},
};

/* The unit of the family that `text` names in any case, singular or plural. */
static const struct unit *find_unit(const struct family *f, struct pp_str text)
{
	char lower[16];

	if (text.n >= sizeof(lower) || text.n == 0)
		return NULL;
	for (size_t i = 0; i < text.n; i++)
		lower[i] = (char)tolower((unsigned char)text.p[i]);

	struct pp_str key = {lower, text.n};
	if (f->exact)
		key = text;
	else if (key.n > 2 && lower[key.n - 1] == 's')
		key.n--;
	for (size_t i = 0; i < f->count; i++) {
		for (const char *const *a = f->units[i].aliases; a < f->units[i].aliases + 4 && *a;
		     a++) {
			if (pp_str_eq(key, pp_str_of(*a)))
				return &f->units[i];
		}
	}
	return NULL;
}

/* The largest unit in which `base` (in units of factor 1) is at least 1. */
static const struct unit *best_unit(const struct family *f, double base)
{
	const struct unit *best = NULL;

	for (size_t i = 0; i < f->count; i++) {
		const struct unit *u = &f->units[i];

		if ((!best || u->factor >= best->factor) && base / u->factor >= 1)
			best = u;
	}
	return best ? best : &f->fallback;
}

static bool is_auto(struct pp_str to)
{
	return pp_str_eq(to, PP_STR_LIT("minimum")) || pp_str_eq(to, PP_STR_LIT("auto"));
}

static bool is_plain(struct pp_str to)
{
	return is_auto(to) || pp_str_eq(to, PP_STR_LIT("count")) ||
	       pp_str_eq(to, PP_STR_LIT("sample")) || pp_str_eq(to, PP_STR_LIT("unit"));
}

static struct pp_qty scale_magnitude(int64_t value, struct pp_str from, struct pp_str to)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(families); i++) {
		const struct family *f = &families[i];
		const struct unit *src = find_unit(f, from);

		if (!src)
			continue;
		double base = (double)value * src->factor;
		const struct unit *dst = is_auto(to) ? best_unit(f, base) : find_unit(f, to);
		if (!dst && !*src->name)
			break;
		if (!dst)
			dst = &f->fallback;
		return (struct pp_qty){base / dst->factor, pp_str_of(dst->name)};
	}
	return (struct pp_qty){(double)value, is_plain(to) ? (struct pp_str){"", 0} : to};
}

struct pp_qty pp_units_scale(int64_t value, struct pp_str from, struct pp_str to)
{
	/* INT64_MIN has no positive counterpart: it stays as it is */
	if (value < 0 && value != INT64_MIN) {
		struct pp_qty q = scale_magnitude(-value, from, to);

		q.value = -q.value;
		return q;
	}
	return scale_magnitude(value, from, to);
}

bool pp_units_convertible(struct pp_str a, struct pp_str b)
{
	if (pp_str_eq(a, b))
		return true;
	for (size_t i = 0; i < PP_ARRAY_LEN(families); i++) {
		if (find_unit(&families[i], a) && find_unit(&families[i], b))
			return true;
	}
	return false;
}

char *pp_units_label(char out[PP_QTY_MAX], int64_t value, struct pp_str from, struct pp_str to)
{
	struct pp_qty q = pp_units_scale(value, from, to);
	int n = snprintf(out, PP_QTY_MAX, "%.2f", q.value);

	if (n > 3 && out[n - 3] == '.' && out[n - 2] == '0' && out[n - 1] == '0')
		n -= 3;
	out[n] = '\0';
	if ((n == 1 && out[0] == '0') || (n == 2 && out[0] == '-' && out[1] == '0'))
		return memcpy(out, "0", 2);
	snprintf(out + n, PP_QTY_MAX - (size_t)n, "%.*s", (int)q.unit.n, q.unit.p ? q.unit.p : "");
	return out;
}

char *pp_units_percent(char out[PP_PERCENT_MAX], int64_t part, int64_t total)
{
	double ratio = total ? fabs((double)part / (double)total) * 100 : 0;

	if (ratio >= 99.95 && ratio <= 100.05)
		snprintf(out, PP_PERCENT_MAX, "  100%%");
	else if (ratio >= 1)
		snprintf(out, PP_PERCENT_MAX, "%5.2f%%", ratio);
	else
		snprintf(out, PP_PERCENT_MAX, "%5.2g%%", ratio);
	return out;
}
