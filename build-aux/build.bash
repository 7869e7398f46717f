# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Building quietly, with the log shown when it fails. Sourced by ./quickstart and ./check.

# Autoconf refuses such source trees, in words that few understand.
build_check_path()
{
	case $1 in
	*[[:space:]]*)
		echo "The path of this checkout has a blank in it, which autoconf cannot work with:" >&2
		echo "    $1" >&2
		echo "Move it to a path without blanks and run this again." >&2
		return 1
		;;
	esac
}

# Run a command with its output in log $1; show the end of it if it fails.
quietly()
{
	local log=$1

	shift
	"$@" >>"$log" 2>&1 </dev/null && return 0
	echo "Failed: $*" >&2
	echo "The last lines of $log:" >&2
	tail -25 "$log" | sed 's/^/    /' >&2
	return 1
}

# Bring build tree $2 of source tree $1 up to date; the rest are configure's arguments. A tree that
# was configured with others starts afresh; without arguments, any tree will do. The log is
# build.log in the build tree.
build_tree()
{
	local src=$1 build=$2 log=$2/build.log started=$SECONDS

	shift 2
	mkdir -p "$build"
	: >"$log"
	if [ ! -x "$src/configure" ]; then
		(cd "$src" && quietly "$log" autoreconf -fi) || return 1
	fi
	if [ -f "$build/Makefile" ] && [ $# -gt 0 ] && [ "$*" != "$(cat "$build/configured-with" 2>/dev/null)" ]; then
		quietly "$log" make -C "$build" distclean || return 1
	fi
	if [ ! -f "$build/Makefile" ]; then
		(cd "$build" && quietly "$log" "$src/configure" "$@") || return 1
		echo "$*" >"$build/configured-with"
	fi
	# shellcheck disable=SC2086 # a list
	quietly "$log" make -C "$build" -j"$(nproc)" ${BUILD_TARGETS:-all} || return 1
	if [ $((SECONDS - started)) -gt 2 ]; then
		echo "Built in ${build#"$src"/}/ ($((SECONDS - started)) s)." >&2
	fi
}
