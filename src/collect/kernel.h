/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the kernel is set, as far as recording depends on it: /proc/sys and /sys, below a `root`
 * that is "" but for tests.
 */
#ifndef PP_COLLECT_KERNEL_H
#define PP_COLLECT_KERNEL_H

#include <stdbool.h>

/* A setting by its name as sysctl(8) has it, "kernel.kptr_restrict"; `missing` if there is none or
 * it is no number that fits 32 bits. */
long pp_kernel_setting(const char *root, const char *name, long missing);

/* Whether the kernel describes its own types, without which no eBPF program of ours is loaded. */
bool pp_kernel_has_btf(const char *root);

enum pp_lockdown { PP_LOCKDOWN_NONE, PP_LOCKDOWN_INTEGRITY, PP_LOCKDOWN_CONFIDENTIALITY };

/* kernel_lockdown(7); NONE where the kernel has no such thing. */
enum pp_lockdown pp_kernel_lockdown(const char *root);

/* Whether the processor's own counters can be used: virtual machines mostly have none. */
bool pp_kernel_has_pmu(const char *root);

/* The settings, as for sysctl(8), that let this process see where the kernel's functions are: with
 * kptr_restrict at 2 nobody does, with 1 who has CAP_SYSLOG, and with 0 all who may use perf events
 * without restriction (proc_sys_kernel(5)). */
const char *pp_kernel_settings_for_names(const char *root);

#endif
