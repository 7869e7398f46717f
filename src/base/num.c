/* SPDX-License-Identifier: Apache-2.0 */
/* Strict, locale-free number parsing. */
#include <config.h>

#include "base/num.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/str.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits at *s into *v; moves *s behind them. False if there are none or they overflow. */
static bool take_digits(const char **s, uint64_t *v)
{
	if (!is_digit(**s))
		return false;
	*v = 0;
	for (; is_digit(**s); (*s)++) {
		if (__builtin_mul_overflow(*v, 10u, v) ||
		    __builtin_add_overflow(*v, (uint64_t)(**s - '0'), v))
			return false;
	}
	return true;
}

int pp_parse_u64(const char *s, uint64_t min, uint64_t max, uint64_t *out, struct pp_err *err)
{
	const char *p = s;
	uint64_t v;

	if (!is_digit(*p))
		return pp_err_set(err, PP_ERR_USAGE, "'%s' is not a whole number", s);
	if (!take_digits(&p, &v) || v > max || v < min) {
		while (is_digit(*p))
			p++;
		if (*p == '\0')
			return pp_err_set(err, PP_ERR_USAGE, "'%s' is not between %llu and %llu", s,
					  (unsigned long long)min, (unsigned long long)max);
	}
	if (*p)
		return pp_err_set(err, PP_ERR_USAGE, "'%s' is not a whole number", s);
	*out = v;
	return 0;
}

/* Digits with an optional fraction at *s; moves *s behind them. */
static bool take_decimal(const char **s, double *v)
{
	uint64_t whole = 0;
	double scale = 1;

	if (!is_digit(**s) && **s != '.')
		return false;
	if (is_digit(**s) && !take_digits(s, &whole))
		return false;
	*v = (double)whole;
	if (**s != '.')
		return true;
	(*s)++;
	if (!is_digit(**s))
		return false;
	for (; is_digit(**s); (*s)++) {
		scale /= 10;
		*v += (**s - '0') * scale;
	}
	return true;
}

struct suffix {
	const char *text;
	double factor;
};

/* The longest suffix of the table that *s starts with; moves *s behind it. NULL if there is none.
 */
static const struct suffix *take_suffix(const char **s, const struct suffix *table, size_t n)
{
	const struct suffix *best = NULL;
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		size_t l = strlen(table[i].text);

		if (l > len && strncmp(*s, table[i].text, l) == 0) {
			best = &table[i];
			len = l;
		}
	}
	*s += len;
	return best;
}

int pp_parse_duration(const char *s, int64_t *ns, struct pp_err *err)
{
	static const struct suffix units[] = {{"ns", 1},     {"us", 1e3},   {"ms", 1e6},
					      {"s", 1e9},    {"sec", 1e9},  {"m", 60e9},
					      {"min", 60e9}, {"h", 3600e9}, {"d", 86400e9}};
	const char *p = s;
	double total = 0;

	do {
		const struct suffix *unit;
		double v;

		if (!take_decimal(&p, &v))
			goto bad;
		if (*p == '\0' && total == 0) {
			total = v * 1e9;
			break;
		}
		unit = take_suffix(&p, units, PP_ARRAY_LEN(units));
		if (!unit)
			goto bad;
		total += v * unit->factor;
	} while (*p);

	if (total > 9e18)
		return pp_err_set(err, PP_ERR_USAGE, "duration '%s' is too long", s);
	*ns = (int64_t)(total + 0.5);
	return 0;
bad:
	return pp_err_set(err, PP_ERR_USAGE, "'%s' is not a duration such as 10s, 500ms or 2m", s);
}

int pp_parse_size(const char *s, uint64_t *bytes, struct pp_err *err)
{
	static const struct suffix units[] = {{"B", 1},
					      {"k", 1024.},
					      {"K", 1024.},
					      {"kB", 1024.},
					      {"KiB", 1024.},
					      {"M", 1048576.},
					      {"MB", 1048576.},
					      {"MiB", 1048576.},
					      {"G", 1073741824.},
					      {"GB", 1073741824.},
					      {"GiB", 1073741824.},
					      {"T", 1099511627776.},
					      {"TB", 1099511627776.},
					      {"TiB", 1099511627776.}};
	const char *p = s;
	double v = 0;
	bool ok = take_decimal(&p, &v);

	if (ok && *p) {
		const struct suffix *unit = take_suffix(&p, units, PP_ARRAY_LEN(units));

		ok = unit && *p == '\0';
		v *= unit ? unit->factor : 1;
	}
	if (!ok)
		return pp_err_set(err, PP_ERR_USAGE, "'%s' is not a size such as 4096, 64k or 1G",
				  s);
	if (v > 9e18)
		return pp_err_set(err, PP_ERR_USAGE, "size '%s' is too large", s);
	*bytes = (uint64_t)v;
	return 0;
}

int pp_parse_fraction(const char *s, double *out, struct pp_err *err)
{
	const char *p = s;
	double v;

	if (!take_decimal(&p, &v) || *p)
		return pp_err_set(err, PP_ERR_USAGE, "'%s' is not a fraction such as 0.005", s);
	*out = v;
	return 0;
}

int pp_parse_real(const char *s, double *out, struct pp_err *err)
{
	const char *p = s + (*s == '-' || *s == '+');
	double v;

	if (!take_decimal(&p, &v) || *p)
		return pp_err_set(err, PP_ERR_USAGE, "'%s' is not a number such as 2.5", s);
	*out = *s == '-' ? -v : v;
	return 0;
}

bool pp_parse_i64(struct pp_str s, int64_t *out)
{
	bool negative = s.n && s.p[0] == '-';
	size_t i = negative || (s.n && s.p[0] == '+');
	int64_t v = 0;

	if (i == s.n)
		return false;
	for (; i < s.n; i++) {
		int64_t digit = s.p[i] - '0';

		if (!is_digit(s.p[i]) || __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, negative ? -digit : digit, &v))
			return false;
	}
	*out = v;
	return true;
}
