/* SPDX-License-Identifier: Apache-2.0 */
/* A date, a time of day or both, or a word; then a zone, then a shift. */
#include <config.h>

#include "archive/when.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/num.h"
#include "base/scan.h"

#define DAY_SECONDS 86400

/* What was read of an instant. */
struct civil {
	struct tm tm;
	int64_t ns;	/* within the second */
	bool has_zone;	/* else local time */
	int64_t zone_s; /* east of UTC */
};

static int not_a_time(struct pp_str text, struct pp_err *err)
{
	pp_err_set(err, PP_ERR_USAGE, "'%.*s' is not a time", (int)(text.n < 100 ? text.n : 100),
		   text.p);
	return pp_err_hint(err, "such as 2026-11-20T14:00:00Z, \"2026-11-20 14:00\", 14:00, now-1h "
				"or yesterday");
}

/* Exactly `digits` digits, between min and max. */
static bool take_field(struct pp_str *s, size_t digits, int min, int max, int *out)
{
	struct pp_str field = {s->p, digits};
	uint64_t v;

	if (s->n < digits || !pp_scan_number(&field, 10, &v) || field.n != 0)
		return false;
	s->p += digits;
	s->n -= digits;
	*out = (int)v;
	return *out >= min && *out <= max;
}

static bool take_date(struct pp_str *s, struct tm *tm)
{
	struct pp_str rest = *s;
	int year, month;

	if (!take_field(&rest, 4, 1970, 2261, &year) || !pp_scan_char(&rest, '-') ||
	    !take_field(&rest, 2, 1, 12, &month) || !pp_scan_char(&rest, '-') ||
	    !take_field(&rest, 2, 1, 31, &tm->tm_mday))
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	*s = rest;
	return true;
}

/* Digits behind the point of seconds; beyond nanoseconds they are cut. */
static bool take_fraction(struct pp_str *s, int64_t *ns)
{
	int64_t unit = PP_NSEC_PER_SEC / 10;
	size_t n = 0;

	for (; n < s->n && pp_scan_digit(s->p[n]) < 10; n++, unit /= 10)
		*ns += unit * (int64_t)pp_scan_digit(s->p[n]);
	s->p += n;
	s->n -= n;
	return n > 0;
}

/* "14:00", "14:00:05", "14:00:05.25". */
static bool take_clock(struct pp_str *s, struct civil *c)
{
	if (!take_field(s, 2, 0, 23, &c->tm.tm_hour) || !pp_scan_char(s, ':') ||
	    !take_field(s, 2, 0, 59, &c->tm.tm_min))
		return false;
	if (!pp_scan_char(s, ':'))
		return true;
	if (!take_field(s, 2, 0, 60, &c->tm.tm_sec))
		return false;
	return !pp_scan_char(s, '.') || take_fraction(s, &c->ns);
}

/* "Z" or "+01:00"; anything else is left alone. */
static void take_zone(struct pp_str *s, struct civil *c)
{
	struct pp_str rest = *s;
	int hours, minutes;
	bool west = pp_scan_char(&rest, '-');

	if (pp_scan_char(s, 'Z') || pp_scan_char(s, 'z')) {
		c->has_zone = true;
		return;
	}
	if (!west && !pp_scan_char(&rest, '+'))
		return;
	if (!take_field(&rest, 2, 0, 23, &hours) || !pp_scan_char(&rest, ':') ||
	    !take_field(&rest, 2, 0, 59, &minutes))
		return;
	c->has_zone = true;
	c->zone_s = (hours * 60 + minutes) * 60 * (west ? -1 : 1);
	*s = rest;
}

static bool is_real_day(const struct tm *tm)
{
	struct tm same = *tm;

	same.tm_hour = 12;
	return timegm(&same) != -1 && same.tm_mday == tm->tm_mday;
}

static bool to_instant(struct civil *c, int64_t *ns)
{
	time_t t;

	if (!is_real_day(&c->tm))
		return false;
	c->tm.tm_isdst = -1;
	t = c->has_zone ? timegm(&c->tm) - c->zone_s : mktime(&c->tm);
	*ns = (int64_t)t * PP_NSEC_PER_SEC + c->ns;
	return true;
}

/* Midnight, `days` before the day of `now`. */
static struct civil day(int64_t now, int days)
{
	time_t t = (time_t)(now / PP_NSEC_PER_SEC);
	struct civil c = {.ns = 0};

	localtime_r(&t, &c.tm);
	c.tm.tm_hour = c.tm.tm_min = c.tm.tm_sec = 0;
	c.tm.tm_mday -= days;
	c.tm.tm_isdst = -1;
	(void)mktime(&c.tm); /* the first of a month less one day is the last of the one before */
	return c;
}

static bool take_word(struct pp_str *s, const char *word)
{
	struct pp_str w = pp_str_of(word);

	if (!pp_str_starts(*s, w))
		return false;
	s->p += w.n;
	s->n -= w.n;
	return true;
}

static bool take_calendar(struct pp_str *s, int64_t now, int64_t *ns)
{
	struct civil c = {.ns = 0};

	if (take_date(s, &c.tm)) {
		if (s->n && (s->p[0] == 'T' || s->p[0] == 't' || s->p[0] == ' ')) {
			s->p++;
			s->n--;
			if (!take_clock(s, &c))
				return false;
			take_zone(s, &c);
		}
		return to_instant(&c, ns);
	}
	c = day(now, 0);
	return take_clock(s, &c) && to_instant(&c, ns);
}

static bool take_epoch(struct pp_str *s, int64_t *ns)
{
	uint64_t seconds;

	*ns = 0;
	if (!pp_scan_number(s, 10, &seconds) || seconds > INT64_MAX / PP_NSEC_PER_SEC - 1)
		return false;
	if (pp_scan_char(s, '.') && !take_fraction(s, ns))
		return false;
	*ns += (int64_t)seconds * PP_NSEC_PER_SEC;
	return true;
}

static bool take_instant(struct pp_str *s, int64_t now, int64_t *ns)
{
	struct civil c;

	if (pp_scan_char(s, '@'))
		return take_epoch(s, ns);
	if (take_word(s, "now")) {
		*ns = now;
		return true;
	}
	if (take_word(s, "today"))
		c = day(now, 0);
	else if (take_word(s, "yesterday"))
		c = day(now, 1);
	else
		return take_calendar(s, now, ns);
	return to_instant(&c, ns);
}

/* "+1h" or "-90m", to the end. */
static int shift(struct pp_str s, int64_t *ns, struct pp_err *err)
{
	char text[64];
	int64_t by;

	if (s.n == 0)
		return 0;
	if ((s.p[0] != '+' && s.p[0] != '-') || s.n > sizeof(text))
		return pp_err_set(err, PP_ERR_USAGE, "'%.*s' is left over",
				  (int)(s.n < 40 ? s.n : 40), s.p);
	memcpy(text, s.p + 1, s.n - 1);
	text[s.n - 1] = '\0';
	if (pp_parse_duration(text, &by, err))
		return -1;
	if (s.p[0] == '-' ? __builtin_sub_overflow(*ns, by, ns)
			  : __builtin_add_overflow(*ns, by, ns))
		return pp_err_set(err, PP_ERR_USAGE, "beyond all times");
	return 0;
}

int pp_when_parse(struct pp_str text, int64_t now, int64_t *ns, struct pp_err *err)
{
	struct pp_str rest = text;

	if (!take_instant(&rest, now, ns))
		return not_a_time(text, err);
	if (shift(rest, ns, err))
		return pp_err_wrap(err, "'%.*s' is not a time", (int)(text.n < 100 ? text.n : 100),
				   text.p);
	return 0;
}

int pp_range_parse(struct pp_str text, int64_t now, struct pp_range *range, struct pp_err *err)
{
	const char *dots = text.n ? memmem(text.p, text.n, "..", 2) : NULL;
	struct pp_str from, until;

	*range = (struct pp_range){INT64_MIN, INT64_MAX};
	if (!dots)
		return pp_err_set(err, PP_ERR_USAGE, "'%.*s' is not a range of time FROM..UNTIL",
				  (int)(text.n < 100 ? text.n : 100), text.p);
	from = (struct pp_str){text.p, (size_t)(dots - text.p)};
	until = (struct pp_str){dots + 2, text.n - from.n - 2};
	if (from.n && pp_when_parse(from, now, &range->from, err))
		return -1;
	if (until.n && pp_when_parse(until, now, &range->until, err))
		return -1;
	if (range->until < range->from)
		return pp_err_set(err, PP_ERR_USAGE, "'%.*s' ends before it begins",
				  (int)(text.n < 100 ? text.n : 100), text.p);
	return 0;
}
