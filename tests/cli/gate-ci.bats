#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# contrib/ci/pyroprof-gate.sh in a repository of its own: a commit that makes the program slower fails, one that
# does not passes.

load common

program()
{
	cat >bench.c <<-END
		#include <stdint.h>
		#include <stdio.h>
		static volatile uint32_t sink;
		__attribute__((noinline)) static void parse(void) { for (int i = 0; i < $1; i++) sink = sink * 31 + 7; }
		__attribute__((noinline)) static void copy(void) { for (int i = 0; i < 3000; i++) sink = sink * 17 + 3; }
		__attribute__((noinline)) static void print(void) { for (int i = 0; i < 5000; i++) sink = sink * 13 + 1; }
		int main(void) { for (int i = 0; i < 40000; i++) { parse(); copy(); print(); } return 0; }
	END
	git add -A
	git commit -qm "$2"
}

setup()
{
	common_setup
	need_program git
	need_program gcc
	need_program jq
	need_program xmllint
	need_root
	export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
	export BUILD='gcc -O1 -g -o bench bench.c' RUN=./bench PROFILES=6 FREQUENCY=999
	git init -q repository
	cd repository || return
	program 2000 first
}

@test "the same again passes" {
	echo more >readme
	git add -A
	git commit -qm second
	# whoever runs it has no say in it, not even by a file that is missing
	PYROPROF_CONFIG=missing run "$top_srcdir/contrib/ci/pyroprof-gate.sh" HEAD~1 HEAD --max-increase 10%
	echo "$output"
	assert_status 0
	[ "$(git worktree list | wc -l)" = 1 ]
}

@test "twice as dear fails" {
	program 4000 second
	run "$top_srcdir/contrib/ci/pyroprof-gate.sh" HEAD~1 HEAD --max-increase 10% --format=text --format=github:"$PWD/github" \
		--format=gitlab:"$PWD/gitlab" --format=junit:"$PWD/junit"
	echo "$output"
	assert_status 1
	[[ $output == *'regressed    parse: '* ]]
	[ "$(git worktree list | wc -l)" = 1 ]
	# marked where it is in the repository
	cat github
	grep -q '^::error file=bench.c,line=4,title=Performance regression::parse: ' github
	jq -e 'any(.location == {path: "bench.c", lines: {begin: 4}} and .severity == "major")' gitlab
	xmllint --noout --nonet --schema "$top_srcdir/tests/lib/junit.xsd" junit
}

@test "what is no regression does not end with 1" {
	program 2001 second
	BUILD='exit 1' run "$top_srcdir/contrib/ci/pyroprof-gate.sh" HEAD~1 HEAD
	assert_status 3
	[[ $output == *"'HEAD~1' cannot be built"* ]]
	RUN='exit 1' run "$top_srcdir/contrib/ci/pyroprof-gate.sh" HEAD~1 HEAD
	echo "$output"
	assert_status 3
	[[ $output == *'the benchmark of base has failed'* ]]
	RUN='' run "$top_srcdir/contrib/ci/pyroprof-gate.sh" HEAD~1 HEAD
	assert_status 3
	run "$top_srcdir/contrib/ci/pyroprof-gate.sh" nowhere HEAD
	assert_status 3
	[[ $output == *"no check-out of 'nowhere'"* ]]
	[ "$(git worktree list | wc -l)" = 1 ]
}
