/* SPDX-License-Identifier: Apache-2.0 */
/* Small files of the kernel. */
#include <config.h>

#include "collect/kernel.h"

#include <dirent.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/num.h"
#include "io/file.h"

long pp_kernel_setting(const char *root, const char *name, long missing)
{
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/proc/sys/%s", root, name);
	char text[32];
	int64_t v;

	/* the dots of the name only: those of the root stay */
	for (char *dot = path + strlen(path) - strlen(name); (dot = strchr(dot, '.'));)
		*dot = '/';
	if (pp_file_read_text(path, text, sizeof(text)) <= 0)
		return missing;
	if (!pp_parse_i64((struct pp_str){text, strcspn(text, "\n")}, &v) || v < INT32_MIN ||
	    v > INT32_MAX)
		return missing;
	return (long)v;
}

bool pp_kernel_has_btf(const char *root)
{
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/sys/kernel/btf/vmlinux", root);

	return access(path, R_OK) == 0;
}

enum pp_lockdown pp_kernel_lockdown(const char *root)
{
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/sys/kernel/security/lockdown", root);
	char text[128];

	/* "none [integrity] confidentiality": the one in force is in brackets */
	if (pp_file_read_text(path, text, sizeof(text)) <= 0)
		return PP_LOCKDOWN_NONE;
	if (strstr(text, "[confidentiality]"))
		return PP_LOCKDOWN_CONFIDENTIALITY;
	return strstr(text, "[integrity]") ? PP_LOCKDOWN_INTEGRITY : PP_LOCKDOWN_NONE;
}

/* "cpu" on most machines; "cpu_core" and "cpu_atom" where there are two kinds of cores;
 * "armv8_pmuv3_0" or "armv8_cortex_a53" on arm64. */
static bool is_cpu_pmu(const char *name)
{
	return strcmp(name, "cpu") == 0 || strncmp(name, "cpu_", 4) == 0 ||
	       strncmp(name, "armv8_", 6) == 0;
}

bool pp_kernel_has_pmu(const char *root)
{
	PP_CLEANUP(pp_freep)
	char *path = pp_xasprintf("%s/sys/bus/event_source/devices", root);
	DIR *dir = opendir(path);
	bool found = false;

	if (!dir)
		return false;
	for (struct dirent *e = readdir(dir); e && !found; e = readdir(dir))
		found = is_cpu_pmu(e->d_name);
	closedir(dir);
	return found;
}

const char *pp_kernel_settings_for_names(const char *root)
{
	return pp_kernel_setting(root, "kernel.kptr_restrict", 0) >= 2
		       ? "kernel.kptr_restrict=1"
		       : "kernel.kptr_restrict=0 kernel.perf_event_paranoid=1";
}
