/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "render/spark.h"

#include <math.h>

#define LEVELS 8

static int level_of(double value, double low, double high)
{
	double level;

	if (!(high > low))
		return 0;
	level = floor((value - low) / (high - low) * LEVELS);
	if (level < 0)
		return 0;
	return level >= LEVELS ? LEVELS - 1 : (int)level;
}

void pp_spark(struct pp_buf *out, const double *values, size_t n, double low, double high,
	      bool utf8)
{
	static const char *const blocks[LEVELS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char ascii[LEVELS + 1] = "_.-:=+*#";

	for (size_t i = 0; i < n; i++) {
		if (isnan(values[i]))
			pp_buf_char(out, ' ');
		else if (utf8)
			pp_buf_str(out, blocks[level_of(values[i], low, high)]);
		else
			pp_buf_char(out, ascii[level_of(values[i], low, high)]);
	}
}
