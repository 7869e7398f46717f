# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The Debian 12 packages that building and testing need, and getting them. Sourced by ./quickstart
# and ./check.

# shellcheck disable=SC2034 # for those who source this
build_packages="gcc libc6-dev linux-libc-dev make autoconf automake pkg-config m4
	clang llvm bpftool libbpf-dev libelf-dev protobuf-c-compiler libprotobuf-c-dev zlib1g-dev
	libdeflate-dev libcurl4-openssl-dev libpcre2-dev libiberty-dev libdw-dev liblzma-dev
	libzstd-dev libmd-dev libyaml-dev libncurses-dev"

# shellcheck disable=SC2034
test_packages="libcmocka-dev bats golang-go python3 openssl jq strace mandoc shellcheck codespell
	clang-format clang-tidy pmccabe libclang-rt-14-dev universal-ctags util-linux procps psmisc zsh fish git curl
	linux-perf xz-utils time binutils ca-certificates locales graphviz valgrind
	libc6-arm64-cross musl-tools g++ dwz lld chromium fonts-dejavu-core libxml2-utils
	debhelper dpkg-dev po-debconf lintian tmux ncurses-term"
# Node.js often is from elsewhere, with npm in it, which Debian's packages would not go with.
command -v node >/dev/null || test_packages+=" nodejs"
command -v npm >/dev/null || test_packages+=" npm"

# Print those of the packages given that are not installed.
packages_missing()
{
	dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
		awk -v want="$*" '
			$1 == "installed" { have[$2] = 1 }
			END {
				n = split(want, names)
				for (i = 1; i <= n; i++)
					if (!(names[i] in have))
						print names[i]
			}'
}

# Run a command as root: as ourselves, or through sudo if that can work without an answer from a
# terminal that is not there.
as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
		sudo "$@"
	else
		return 126
	fi
}

# Install what is missing of the packages given; the log goes to file $1. On failure says why on
# stderr and returns 1.
packages_install()
{
	local log=$1 missing

	shift
	if ! command -v dpkg-query >/dev/null; then
		echo "This is not Debian: make sure that the equivalents of these are installed:" "$@" >&2
		return 0
	fi
	mapfile -t missing < <(packages_missing "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	echo "Installing ${#missing[@]} packages: ${missing[*]}" >&2
	if {
		as_root apt-get update &&
			as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y \
				--no-install-recommends "${missing[@]}"
	} >"$log" 2>&1; then
		return 0
	fi
	if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
		echo "Neither root nor sudo here. As root, run:" >&2
	else
		tail -15 "$log" >&2
		echo "Installing failed; the whole log is $log. By hand:" >&2
	fi
	echo "    apt-get install ${missing[*]}" >&2
	return 1
}
