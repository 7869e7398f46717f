/* SPDX-License-Identifier: Apache-2.0 */
/* A pin is a text file of ids, one a line. */
#include <config.h>

#include "archive/pins.h"

#include <string.h>

#include "archive/textfile.h"
#include "base/scan.h"

#define DIR	   "pins"
#define FIRST_LINE "pyroprof pin 1"

int pp_pin_name_check(const char *name, struct pp_err *err)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789._-";
	size_t n = strlen(name);

	if (n == 0 || n > PP_PIN_NAME_MAX || name[0] == '.' || name[0] == '-' ||
	    name[strspn(name, allowed)])
		return pp_err_set(err, PP_ERR_USAGE,
				  "'%.100s' is no name for a pin: letters, digits, '.', '_' and "
				  "'-', at most %d, with none of '.' and '-' in front",
				  name, PP_PIN_NAME_MAX);
	if ((n >= PP_ID_DIGITS_MIN && !name[strspn(name, "0123456789abcdef")]) ||
	    strcmp(name, "latest") == 0)
		return pp_err_set(err, PP_ERR_USAGE,
				  "'%s' is no name for a pin: it stands for something else", name);
	return 0;
}

int pp_pin_write(const struct pp_archive *a, const char *name, const struct pp_id *ids, uint32_t n,
		 struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	char hex[PP_SHA256_HEX];

	for (uint32_t i = 0; i < n; i++)
		pp_buf_fmt(&text, "%s\n", pp_sha256_hex(hex, ids[i].bytes));
	return pp_textfile_write(a, DIR, name, FIRST_LINE, pp_buf_view(&text), false, err);
}

int pp_pin_read(const struct pp_archive *a, const char *name, struct pp_strtab *ids,
		struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct pp_str rest, line;
	struct pp_id id;

	if (pp_pin_name_check(name, err) || pp_textfile_read(a, DIR, name, FIRST_LINE, &text, err))
		return -1;
	rest = pp_buf_view(&text);
	while (pp_scan_line(&rest, &line)) {
		if (pp_id_parse(line, &id))
			return pp_err_set(err, PP_ERR_FORMAT, "'%s/" DIR "/%s' is damaged", a->path,
					  name);
		pp_strtab_add(ids, (struct pp_str){(const char *)id.bytes, sizeof(id.bytes)});
	}
	return 0;
}

int pp_pin_remove(const struct pp_archive *a, const char *name, struct pp_err *err)
{
	if (pp_pin_name_check(name, err))
		return -1;

	int fd = pp_place_open(a, DIR, name, err);
	if (fd < 0) {
		if (err->kind != PP_ERR_NOT_FOUND)
			return -1;
		return pp_err_set(err, PP_ERR_NOT_FOUND, "archive '%s' has no pin '%s'", a->path,
				  name);
	}
	pp_place_close(&fd);
	return pp_place_remove(a, DIR, name, err);
}

int pp_pin_names(const struct pp_archive *a, struct pp_names *names, struct pp_err *err)
{
	return pp_place_names(a, DIR, names, err);
}

int pp_pins_read_all(const struct pp_archive *a, struct pp_strtab *ids, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};
	struct pp_err no;

	if (pp_pin_names(a, &names, err))
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (pp_pin_name_check(names.name[i], &no))
			continue; /* none of ours: fsck names it */
		if (pp_pin_read(a, names.name[i], ids, err))
			return -1;
	}
	return 0;
}
