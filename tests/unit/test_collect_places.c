/* SPDX-License-Identifier: Apache-2.0 */
/* collect/: cgroups, containers, and what a node's files tell of them. */
#include <config.h>

#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "collect/cgroup.h"
#include "collect/container.h"
#include "collect/kubelet.h"
#include "collect/roots.h"
#include "tree_fixture.h"

#define ID  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define UID "12345678-9abc-def0-1234-56789abcdef0"

/* ---- cgroups ---- */

static const char hybrid[] =
	"25 1 0:22 / /sys rw - sysfs sysfs rw\n"
	"30 25 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
	"31 30 0:27 / /sys/fs/cgroup/cpu rw,nosuid shared:5 - cgroup cgroup rw,cpu,cpuacct\n"
	"32 30 0:28 / /sys/fs/cgroup/perf_event rw - cgroup cgroup rw,perf_event\n"
	"33 30 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";

static const char unified[] = "30 25 0:26 /outer /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n";

static void cgroup_is(const char *path, bool is_unified, bool sampled, const char *of)
{
	struct pp_cgroup c;
	struct pp_err err = PP_ERR_INIT;

	PP_CHECK_MSG(pp_cgroup_find(&c, path, root, &err) == 0, path);
	PP_CHECK_MSG(c.unified == is_unified, path);
	PP_CHECK_MSG((c.fd >= 0) == sampled, path);
	assert_string_equal(c.path, of);
	pp_cgroup_release(&c);
}

static void cgroups_of_both_versions(void **state PP_UNUSED)
{
	struct pp_cgroup c;
	struct pp_err err = PP_ERR_INIT;

	make_file("/proc/self/mountinfo", hybrid);
	make_dir("/sys/fs/cgroup/cpu/only-cpu");
	make_dir("/sys/fs/cgroup/cpu/both");
	make_dir("/sys/fs/cgroup/perf_event/both");
	make_dir("/sys/fs/cgroup/unified/new/deep");
	cgroup_is("both", false, true, "/both");
	cgroup_is("/both/", false, true, "/both");
	cgroup_is("only-cpu", false, false, "/only-cpu");
	cgroup_is("/sys/fs/cgroup/cpu/both", false, false, "/both");
	cgroup_is("new/deep", true, false, "/new/deep");
	cgroup_is("/sys/fs/cgroup/unified/new", true, false, "/new");
	assert_int_equal(pp_cgroup_find(&c, "nowhere", root, &err), -1);
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
	pp_cgroup_release(&c);
	assert_int_equal(pp_cgroup_find(&c, "new/../../..", root, &err), -1);
	assert_int_equal(err.kind, PP_ERR_USAGE);
	pp_cgroup_release(&c);
}

/* Where only a part of the hierarchy is mounted, as in a container. */
static void cgroup_below_a_root(void **state PP_UNUSED)
{
	make_file("/proc/self/mountinfo", unified);
	make_dir("/sys/fs/cgroup/inner");
	cgroup_is("inner", true, true, "/outer/inner");
	cgroup_is("/sys/fs/cgroup/inner", true, true, "/outer/inner");
}

static void cgroup_membership(void **state PP_UNUSED)
{
	struct pp_cgroup c;
	struct pp_err err = PP_ERR_INIT;

	make_file("/proc/self/mountinfo", hybrid);
	make_dir("/sys/fs/cgroup/unified/a");
	make_dir("/sys/fs/cgroup/cpu/b");
	make_process(10, "x", 0, "4:cpu,cpuacct:/b\n0::/a\n");
	make_process(11, "x", 0, "4:cpu,cpuacct:/bb\n0::/a/deep\n");
	make_process(12, "x", 0, "4:perf_event:/b\n0::/ab\n");
	make_process(13, "x", 0, "broken\n:\n::\n0::\n");
	assert_int_equal(pp_cgroup_find(&c, "a", root, &err), 0);
	assert_int_equal(pp_cgroup_has(&c, 10), 1);
	assert_int_equal(pp_cgroup_has(&c, 11), 1);
	assert_int_equal(pp_cgroup_has(&c, 12), 0);
	assert_int_equal(pp_cgroup_has(&c, 13), 0);
	assert_int_equal(pp_cgroup_has(&c, 14), -1);
	pp_cgroup_release(&c);
	assert_int_equal(pp_cgroup_find(&c, "b", root, &err), 0);
	assert_int_equal(pp_cgroup_has(&c, 10), 1);
	assert_int_equal(pp_cgroup_has(&c, 11), 0);
	assert_int_equal(pp_cgroup_has(&c, 12), 0);
	pp_cgroup_release(&c);
}

/* ---- containers ---- */

static void container_paths(void **state PP_UNUSED)
{
	static const char slice[] =
		"kubepods-burstable-pod12345678_9abc_def0_1234_56789abcdef0.slice";
	static const struct {
		const char *path, *id, *uid;
	} cases[] = {
		{"/docker/" ID, ID, ""},
		{"/system.slice/docker-" ID ".scope", ID, ""},
		{"/system.slice/docker-" ID ".scope/init.scope", ID, ""},
		{"/machine.slice/libpod-" ID ".scope/container", ID, ""},
		{"/machine.slice/libpod-conmon-" ID ".scope", "", ""},
		{"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope", ID,
		 ""},
		{"/kubepods/besteffort/pod" UID "/" ID, ID, UID},
		{"/kubepods/pod" UID "/" ID, ID, UID},
		{"/kubepods/pod" UID, "", UID},
		{"/kubepods.slice/SLICE/cri-containerd-" ID ".scope", ID, UID},
		{"/kubepods.slice/SLICE/crio-" ID ".scope", ID, UID},
		{"/system.slice/containerd.service/SLICE:cri-containerd:" ID, ID, UID},
		{"/kubepods/burstable/pod0123456789abcdef0123456789abcdef/" ID, ID,
		 "0123456789abcdef0123456789abcdef"},
		{"/ecs/0123456789abcdef0123456789abcdef/0123456789abcdef0123456789abcdef-4711",
		 "0123456789abcdef0123456789abcdef-4711", ""},
		{"/ecs/cluster/0123456789abcdef0123456789abcdef/" ID, ID, ""},
		{"/lxc/web", "web", ""},
		{"/lxc.payload.web/system.slice/cron.service", "web", ""},
		{"/machine.slice/machine-deb.scope", "deb", ""},
		{"/docker/" ID "/docker/" ID, ID, ""},
		{"/system.slice/cron.service", "", ""},
		{"/user.slice/user-0.slice/session-1.scope", "", ""},
		{"/docker/0123", "", ""},
		{"/docker/" ID "0", "", ""},
		{"/podlike/pod1234", "", ""},
		{"/kubepods/pod" UID "x", "", ""},
		{"/", "", ""},
		{"", "", ""},
	};
	struct pp_container_ids ids;

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf path = PP_BUF_INIT;
		const char *at = strstr(cases[i].path, "SLICE");

		if (at)
			pp_buf_fmt(&path, "%.*s%s%s", (int)(at - cases[i].path), cases[i].path,
				   slice, at + 5);
		else
			pp_buf_fmt(&path, "%s", cases[i].path);
		pp_container_parse(pp_buf_view(&path), &ids);
		PP_CHECK_MSG(pp_str_eq(ids.id, pp_str_of(cases[i].id)), cases[i].path);
		PP_CHECK_MSG(strcmp(ids.pod_uid, cases[i].uid) == 0, cases[i].path);
	}
}

/* Every prefix and every byte changed: nothing outside the path is read. */
static void container_paths_of_all_sorts(void **state PP_UNUSED)
{
	static const char path[] = "/kubepods/pod" UID "/docker-" ID ".scope";
	struct pp_container_ids ids;

	for (size_t n = 0; n < sizeof(path); n++) {
		PP_CLEANUP(pp_freep) char *copy = malloc(n ? n : 1);

		assert_non_null(copy);
		memcpy(copy, path, n);
		pp_container_parse((struct pp_str){copy, n}, &ids);
		for (size_t i = 0; i < n; i++) {
			copy[i] = "/-._:\xff"[i % 6];
			pp_container_parse((struct pp_str){copy, n}, &ids);
		}
	}
}

static const char *text_of(const struct pp_containers *c, uint32_t id)
{
	return pp_strtab_get(&c->strings, id).p;
}

static void containers_of_a_node(void **state PP_UNUSED)
{
	struct pp_containers c;

	make_file("/var/log/containers/web-1_shop_nginx-" ID ".log", "");
	make_process(20, "nginx", 0, "0::/kubepods/pod" UID "/" ID "\n");
	make_process(21, "cron", 0, "3:cpu:/v1/cron\n0::/\n");
	pp_containers_init(&c, root);
	pp_containers_scan(&c);
	const struct pp_container *at = &c.all[pp_containers_of(&c, 20)];
	assert_string_equal(text_of(&c, at->cgroup), "/kubepods/pod" UID "/" ID);
	assert_string_equal(text_of(&c, at->id), ID);
	assert_string_equal(text_of(&c, at->pod), "web-1");
	assert_string_equal(text_of(&c, at->namespace), "shop");
	assert_string_equal(text_of(&c, at->name), "nginx");
	/* version 1, where 2 says nothing */
	at = &c.all[pp_containers_of(&c, 21)];
	assert_string_equal(text_of(&c, at->cgroup), "/v1/cron");
	assert_int_equal(at->id, 0);
	assert_int_equal(pp_containers_of(&c, 22), 0);
	pp_containers_release(&c);
}

/* A child is where its parent is, though nobody can look any more; an exec asks again. */
static void containers_by_descent(void **state PP_UNUSED)
{
	struct pp_containers c;
	struct pp_event fork = {.kind = PP_EVENT_FORK, .pid = 31, .tid = 31, .fork = {30, 30}};
	struct pp_event exec = {.kind = PP_EVENT_COMM, .pid = 31, .tid = 31};
	struct pp_event end = {.kind = PP_EVENT_EXIT, .pid = 31, .tid = 31};

	make_process(30, "runc", 0, "0::/system.slice\n");
	pp_containers_init(&c, root);
	pp_containers_event(&c, &fork);
	uint32_t at = pp_containers_of(&c, 31);
	assert_string_equal(text_of(&c, c.all[at].cgroup), "/system.slice");
	assert_int_equal(pp_containers_of(&c, 30), at);

	make_process(31, "init", 0, "0::/docker/" ID "\n");
	exec.comm.exec = true;
	pp_containers_event(&c, &exec);
	assert_string_equal(text_of(&c, c.all[pp_containers_of(&c, 31)].id), ID);
	pp_containers_event(&c, &end);
	assert_string_equal(text_of(&c, c.all[pp_containers_of(&c, 31)].id), ID);
	pp_pids_sweep(&c.pids);
	pp_pids_sweep(&c.pids);
	assert_null(pp_pids_find(&c.pids, 31));
	pp_containers_release(&c);
}

static void kubelet_names(void **state PP_UNUSED)
{
	struct pp_kubelet k;

	make_dir("/var/log/pods/shop_web-1_" UID "/nginx");
	pp_kubelet_find(&k, root, PP_STR_LIT(ID), UID);
	assert_string_equal(k.pod, "web-1");
	assert_string_equal(k.namespace, "shop");
	assert_string_equal(k.container, "nginx");

	/* of several containers, it is not known which */
	make_dir("/var/log/pods/shop_web-1_" UID "/sidecar");
	pp_kubelet_find(&k, root, PP_STR_LIT(ID), UID);
	assert_string_equal(k.pod, "web-1");
	assert_string_equal(k.container, "");

	/* the container's own log knows */
	make_file("/var/log/containers/web-1_shop_sidecar-" ID ".log", "");
	pp_kubelet_find(&k, root, PP_STR_LIT(ID), UID);
	assert_string_equal(k.container, "sidecar");
	pp_kubelet_find(&k, root, PP_STR_LIT(""), "");
	assert_string_equal(k.pod, "");
}

static void kubelet_state(void **state PP_UNUSED)
{
	struct pp_kubelet k;

	make_dir("/var/lib/kubelet/pods/" UID "/containers/app");
	make_file("/var/log/containers/Bad!_shop_x-" ID ".log", "");
	pp_kubelet_find(&k, root, PP_STR_LIT(ID), UID);
	assert_string_equal(k.pod, "");
	assert_string_equal(k.namespace, "");
	assert_string_equal(k.container, "app");
}

/* ---- roots ---- */

static void roots_of_this_machine(void **state)
{
	struct pp_roots r;

	(void)state;
	pp_roots_init(&r);
	assert_int_equal(pp_roots_of(&r, (uint32_t)getpid()), PP_ROOT_OURS);
	/* one that is not there */
	assert_int_equal(pp_roots_of(&r, 0x7ffffffe), PP_ROOT_OURS);
	assert_int_equal(r.n, 0);
	int fd = pp_roots_open(&r, PP_ROOT_OURS, "/proc/self/exe");
	assert_true(fd >= 0);
	close(fd);
	pp_roots_drop(&r, pp_roots_hold(&r, PP_ROOT_OURS));
	pp_roots_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(cgroups_of_both_versions),
		TREE_TEST(cgroup_below_a_root),
		TREE_TEST(cgroup_membership),
		cmocka_unit_test(container_paths),
		cmocka_unit_test(container_paths_of_all_sorts),
		TREE_TEST(containers_of_a_node),
		TREE_TEST(containers_by_descent),
		TREE_TEST(kubelet_names),
		TREE_TEST(kubelet_state),
		cmocka_unit_test(roots_of_this_machine),
	};

	return cmocka_run_group_tests_name("collect_places", tests, NULL, NULL);
}
