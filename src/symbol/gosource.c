/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Go names a source file by its path where it was built, or, with -trimpath, by import path:
 * "example.com/mod@v1.2.3/file.go", "runtime/proc.go". The module cache writes capitals as '!' and
 * a small letter (golang.org/ref/mod, "Module cache").
 */
#include <config.h>

#include "symbol/gosource.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/file.h"

#define MAX_GO_MOD (1u << 20)

static struct pp_str after(struct pp_str s, size_t n)
{
	return (struct pp_str){s.p + n, s.n - n};
}

static bool ends_with(struct pp_str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n >= n && memcmp(s.p + s.n - n, suffix, n) == 0;
}

/* Where `what` is first found in s, or s.n. */
static size_t find(struct pp_str s, const char *what)
{
	const char *at = s.n ? memmem(s.p, s.n, what, strlen(what)) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

/* Whether a name stays below the directory it is looked up in. */
static bool stays_inside(struct pp_str name)
{
	while (name.n) {
		const char *slash = memchr(name.p, '/', name.n);
		size_t n = slash ? (size_t)(slash - name.p) : name.n;

		if (n == 2 && name.p[0] == '.' && name.p[1] == '.')
			return false;
		name = after(name, n + (slash != NULL));
	}
	return true;
}

/* Try DIR/BELOW/NAME; `below` may be "". */
static bool try_in(struct pp_gosource *g, struct pp_str dir, const char *below, struct pp_str name)
{
	if (dir.n == 0 || name.n == 0)
		return false;
	pp_buf_clear(&g->path);
	pp_buf_add(&g->path, dir.p, dir.n);
	pp_buf_str(&g->path, below);
	pp_buf_char(&g->path, '/');
	pp_buf_add(&g->path, name.p, name.n);
	return strlen(g->path.p) == g->path.n && g->try(g->context, g->path.p);
}

/* try_in for each directory of a list. */
static bool try_list(struct pp_gosource *g, const char *list, const char *below, struct pp_str name)
{
	while (list && *list) {
		size_t n = strcspn(list, ":");

		if (try_in(g, (struct pp_str){list, n}, below, name))
			return true;
		list += n + (list[n] == ':');
	}
	return false;
}

/* "example.com/Mod@v1/File.go" as the module cache has it: the capitals before the file's own name
 * escaped. */
static void escape(struct pp_str name, size_t module, struct pp_buf *out)
{
	for (size_t i = 0; i < name.n; i++) {
		bool upper = i < module && name.p[i] >= 'A' && name.p[i] <= 'Z';

		if (upper)
			pp_buf_char(out, '!');
		pp_buf_char(out, (char)(upper ? name.p[i] | 0x20 : name.p[i]));
	}
}

static bool try_caches(struct pp_gosource *g, struct pp_str name)
{
	const struct pp_source_paths *p = g->paths;

	return try_list(g, p->gomodcache, "", name) || try_list(g, p->gopath, "/pkg/mod", name) ||
	       (p->home && try_in(g, pp_str_of(p->home), "/go/pkg/mod", name));
}

/* MODULE@VERSION/FILE in the module cache. */
static bool try_module_cache(struct pp_gosource *g, struct pp_str name)
{
	size_t at = find(name, "@");
	struct pp_buf escaped = PP_BUF_INIT;

	if (at == name.n)
		return false;
	escape(name, at + find(after(name, at), "/"), &escaped);
	bool found = try_caches(g, name) || (!pp_str_eq(name, pp_buf_view(&escaped)) &&
					     try_caches(g, pp_buf_view(&escaped)));
	pp_buf_release(&escaped);
	return found;
}

/* X of a line "module X" of a go.mod, quoted or not; "" for other lines. */
static struct pp_str module_of_line(struct pp_str line)
{
	static const struct pp_str word = PP_STR_LIT("module");
	size_t n = 0;

	if (!pp_str_starts(line, word))
		return (struct pp_str){"", 0};
	line = after(line, word.n);
	while (line.n && memchr(" \t\"`", line.p[0], 4))
		line = after(line, 1);
	while (n < line.n && !memchr(" \t\r\"`", line.p[n], 5))
		n++;
	return (struct pp_str){line.p, n};
}

/* The module that dir/go.mod declares, or "". Owned by the caller. */
static char *module_of(const char *dir)
{
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/go.mod", dir);
	struct pp_str module = {"", 0};
	struct pp_err ignored;
	struct pp_file f;

	if (pp_file_read_regular(&f, path, MAX_GO_MOD, &ignored))
		return pp_xstrdup("");
	for (struct pp_str rest = {(const char *)f.bytes, f.n}; rest.n && !module.n;) {
		size_t n = find(rest, "\n");

		module = module_of_line((struct pp_str){rest.p, n});
		rest = after(rest, n + (n < rest.n));
	}
	char *name = pp_xasprintf("%.*s", (int)module.n, module.p);
	pp_file_release(&f);
	return name;
}

static void read_modules(struct pp_gosource *g)
{
	if (g->modules)
		return;
	g->modules = pp_xcalloc(g->ndirs + 1, sizeof(*g->modules));
	for (size_t i = 0; i < g->ndirs; i++)
		g->modules[i] = module_of(g->dirs[i]);
}

/* Without "@VERSION", for modules that are not in a cache. */
static struct pp_str without_version(struct pp_str name, struct pp_buf *scratch)
{
	size_t at = find(name, "@");
	size_t end = at < name.n ? at + find(after(name, at), "/") : name.n;

	if (at == name.n)
		return name;
	pp_buf_add(scratch, name.p, at);
	pp_buf_add(scratch, name.p + end, name.n - end);
	return pp_buf_view(scratch);
}

/* The module that is being worked on, and what it has in vendor directories. */
static bool try_own_modules(struct pp_gosource *g, struct pp_str name)
{
	static const struct pp_str no_module = PP_STR_LIT("command-line-arguments/");

	if (pp_str_starts(name, no_module))
		name = after(name, no_module.n);
	read_modules(g);
	for (size_t i = 0; i < g->ndirs; i++) {
		struct pp_str dir = pp_str_of(g->dirs[i]), module = pp_str_of(g->modules[i]);
		bool own = module.n && name.n > module.n && pp_str_starts(name, module) &&
			   name.p[module.n] == '/';

		if (own && try_in(g, dir, "", after(name, module.n + 1)))
			return true;
		if (try_in(g, dir, "", name) || try_in(g, dir, "/vendor", name))
			return true;
	}
	return false;
}

/* Go's own sources; files of other languages are not looked for there, their names mean nothing.
 */
static bool try_goroots(struct pp_gosource *g, struct pp_str name)
{
	if (!ends_with(name, ".go") && !ends_with(name, ".s") && !ends_with(name, ".h"))
		return false;
	if (try_list(g, g->paths->goroot, "/src", name) ||
	    try_in(g, PP_STR_LIT("/usr/local/go"), "/src", name) ||
	    try_in(g, PP_STR_LIT("/usr/lib/go"), "/src", name))
		return true;

	DIR *dir = opendir("/usr/lib");
	struct dirent *d;
	bool found = false;

	while (dir && !found && (d = readdir(dir))) {
		PP_CLEANUP(pp_freep) char *root = pp_xasprintf("/usr/lib/%s", d->d_name);

		found = strncmp(d->d_name, "go-", 3) == 0 &&
			try_in(g, pp_str_of(root), "/src", name);
	}
	if (dir)
		closedir(dir);
	return found;
}

/* A name as -trimpath leaves it. */
static bool find_import_path(struct pp_gosource *g, struct pp_str name)
{
	struct pp_buf scratch = PP_BUF_INIT;
	bool found = try_own_modules(g, without_version(name, &scratch)) ||
		     try_module_cache(g, name) || try_goroots(g, name) ||
		     try_list(g, g->paths->gopath, "/src", name);

	pp_buf_release(&scratch);
	return found;
}

/* Whether the directory in which "src" lies is one that Go might be in: ".../go1.22", "go/1.19". */
static bool looks_like_goroot(struct pp_str dir)
{
	return (dir.n >= 2 && memcmp(dir.p, "go", 2) == 0) || find(dir, "/go") < dir.n;
}

/* The path of a file on the machine where the program was built. */
static bool find_foreign_path(struct pp_gosource *g, struct pp_str path)
{
	static const struct pp_str cache = PP_STR_LIT("/pkg/mod/"), src = PP_STR_LIT("/src/"),
				   vendor = PP_STR_LIT("/vendor/");
	size_t at = find(path, cache.p);

	if (at < path.n)
		return find_import_path(g, after(path, at + cache.n));
	at = find(path, src.p);
	if (at < path.n) {
		struct pp_str rest = after(path, at + src.n);

		if (looks_like_goroot((struct pp_str){path.p, at}) && try_goroots(g, rest))
			return true;
		if (try_list(g, g->paths->gopath, "/src", rest))
			return true;
	}
	at = find(path, vendor.p);
	return at < path.n && try_own_modules(g, after(path, at + vendor.n));
}

bool pp_gosource_find(struct pp_gosource *g, struct pp_str name)
{
	if (name.n == 0 || !stays_inside(name))
		return false;
	return name.p[0] == '/' ? find_foreign_path(g, name) : find_import_path(g, name);
}

void pp_gosource_release(struct pp_gosource *g)
{
	for (size_t i = 0; g->modules && i < g->ndirs; i++)
		free(g->modules[i]);
	free(g->modules);
	g->modules = NULL;
	pp_buf_release(&g->path);
}
