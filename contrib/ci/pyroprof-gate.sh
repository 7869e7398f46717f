#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whether HEAD is slower than BASE: both commits are built, their benchmark is recorded in turn, and
# pyroprof judges. To be copied into a repository, and changed as needed.
#
#	BUILD='make -s' RUN='./bench' contrib/ci/pyroprof-gate.sh [BASE [HEAD]] [GATE-OPTION...]
#
# BASE is origin/main and HEAD is HEAD unless they are said; an option begins with '-'.
#
#	BUILD     builds the program in a clean check-out (default: make)
#	RUN       runs the benchmark there, some seconds long: what is recorded
#	PROFILES  how many recordings of each (default 10)
#	FREQUENCY samples a second (default 199)
#	PYROPROF  the program (default: pyroprof)
#
# Needs the rights that `pyroprof record` needs. Exits as `pyroprof gate` does: 1 for a regression and nothing
# else, 3 if the program could not be built or recorded.
set -eu

fail()
{
	echo "pyroprof-gate: $1" >&2
	exit 3
}

# Verdicts are of the options here, not of whoever runs it.
export PYROPROF_CONFIG=
: "${BUILD:=make}" "${RUN:=}" "${PROFILES:=10}" "${FREQUENCY:=199}" "${PYROPROF:=pyroprof}"
[ -n "$RUN" ] || fail "RUN has to say what is to be recorded"
base=origin/main head=HEAD
case ${1:--} in -*) ;; *) base=$1 && shift ;; esac
case ${1:--} in -*) ;; *) head=$1 && shift ;; esac

work=$(mktemp -d) || fail "no folder to work in"
cleanup()
{
	git worktree remove --force "$work/base" 2>/dev/null || :
	git worktree remove --force "$work/head" 2>/dev/null || :
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

for side in base head; do
	if [ "$side" = base ]; then commit=$base; else commit=$head; fi
	git worktree add -q --detach "$work/$side" "$commit" || fail "no check-out of '$commit'"
	(cd "$work/$side" && sh -c "$BUILD") >&2 || fail "'$commit' cannot be built"
done

# In turn: a machine that becomes warm, or busy, does so for both. What is recorded may fail without the recorder
# doing so.
i=0
while [ "$i" -lt "$PROFILES" ]; do
	for side in base head; do
		(cd "$work/$side" && "$PYROPROF" record -q -F "$FREQUENCY" -o "$work/$side-$i.pb.gz" -- \
			sh -c "($RUN) || : >'$work/failed'") >/dev/null || fail "the benchmark of $side was not recorded"
		[ ! -e "$work/failed" ] || fail "the benchmark of $side has failed"
	done
	i=$((i + 1))
done

# Files are named as in the repository, not as where they were built.
"$PYROPROF" gate --trim-path="$work/base:$work/head" --base "$work"/base-*.pb.gz --head "$work"/head-*.pb.gz "$@"
