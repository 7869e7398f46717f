/* SPDX-License-Identifier: Apache-2.0 */
/* Loading libcurl. */
#include <config.h>

#include "io/curl.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#define LIBRARY "libcurl.so.4"

#define SYMBOL(name)                                          \
	{                                                     \
		"curl_" #name, offsetof(struct pp_curl, name) \
	}

static const struct symbol {
	const char *name;
	size_t offset;
} symbols[] = {
	SYMBOL(easy_init),    SYMBOL(easy_cleanup),  SYMBOL(easy_setopt),  SYMBOL(easy_getinfo),
	SYMBOL(easy_perform), SYMBOL(easy_strerror), SYMBOL(slist_append), SYMBOL(slist_free_all),
	SYMBOL(url),	      SYMBOL(url_cleanup),   SYMBOL(url_set),	   SYMBOL(url_get),
	SYMBOL(url_strerror), SYMBOL(free),
};

static int cannot_load(struct pp_err *err)
{
	const char *why = dlerror();

	pp_err_set(err, PP_ERR_UNSUPPORTED, "cannot load " LIBRARY ": %s", why ? why : "no reason");
	return pp_err_hint(err, "URLs need libcurl; on Debian: apt-get install libcurl4");
}

int pp_curl_load(struct pp_curl *c, struct pp_err *err)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return cannot_load(err);
	for (size_t i = 0; i < PP_ARRAY_LEN(symbols); i++) {
		void *address = dlsym(library, symbols[i].name);

		if (!address)
			return cannot_load(err);
		/* ISO C has no cast from an object pointer to a function pointer */
		memcpy((char *)c + symbols[i].offset, &address, sizeof(address));
	}
	return 0;
}
