/* SPDX-License-Identifier: Apache-2.0 */
/* What this process may do, and what to say and do about what it may not. */
#ifndef PP_COLLECT_PRIVILEGE_H
#define PP_COLLECT_PRIVILEGE_H

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/compiler.h"
#include "base/err.h"
#include "collect/sampling.h"

/* Linux 5.8 has these. */
#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif
#ifndef CAP_BPF
#define CAP_BPF 39
#endif

/* What gives the program all that it can make use of, whoever runs it. */
#define PP_PRIVILEGE_SETCAP                                                                 \
	"sudo setcap cap_bpf,cap_perfmon,cap_sys_ptrace,cap_syslog,cap_dac_read_search+ep " \
	"$(command -v pyroprof)"

/* Whether a capability of capabilities(7), CAP_..., is in effect. */
bool pp_privilege_has(unsigned cap);

/* Whether the eBPF collector can be used, as far as that can be told without trying: CAP_BPF and
 * CAP_PERFMON (or CAP_SYS_ADMIN), in the first pid namespace. -1 with a message that names what is
 * missing. */
int pp_privilege_check_bpf(struct pp_err *err) PP_NODISCARD;

/* Whether perf events may sample the kernel, too. */
bool pp_privilege_kernel_samples(void);

/* kernel.perf_event_paranoid, or -1 where there is none. */
int pp_privilege_paranoid(void);

/* kernel.perf_event_max_sample_rate, 0 if unknown. */
uint32_t pp_privilege_max_rate(void);

/* Why perf events on `pid` (-1: on everything, or on the cgroup of `s`) were refused, and what
 * mends it. `s` is NULL for events that sample nothing. Returns -1. */
int pp_privilege_explain_perf(pid_t pid, const struct pp_sampling *s, struct pp_err *err);

/* Come before others on a busy machine, if that is allowed: samples do not wait long. And be as
 * others are again, which always is. */
void pp_privilege_hurry(void);
void pp_privilege_rest(void);

/* Raise the limit of open files as far as it goes: one event per thread adds up. */
void pp_privilege_raise_files(void);

#endif
