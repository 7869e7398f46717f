#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Record the whole machine in windows while short processes come and go, and watch the recorder: no
# part of the tests, as it takes its time.
#
#	tests/soak.sh [MINUTES [PROCESSES-PER-SECOND [COLLECTOR]]]
#
# A line each ten seconds: minutes, resident memory, open files, threads and writers of the recorder,
# windows that lie there, samples lost. It fails if memory or files at the end are well above those of
# half the time, when everything has been seen once. On a machine that is used for other things, too,
# programs that are new are seen all the time: their unwind tables and files count.
set -u
minutes=${1:-30} rate=${2:-200} collector=${3:-auto}
: "${PYROPROF:=$(cd "$(dirname "$0")/.." && pwd)/build/pyroprof}"
export PYROPROF_CONFIG= # none
scratch=$(mktemp -d) || exit 1
cd "$scratch" || exit 1

"$PYROPROF" record --collector="$collector" -a --every 10s 2>messages &
recorder=$!
# a shell starts about this many processes a second in bursts of a tenth
(
	burst=$(((rate + 9) / 10))
	while :; do
		for ((i = 0; i < burst; i++)); do
			/bin/true &
		done
		wait
		sleep 0.1
	done
) &
churn=$!
trap 'kill $churn 2>/dev/null; kill -TERM $recorder 2>/dev/null; wait; rm -rf "$scratch"' EXIT

field()
{
	awk -v name="$1:" '$1 == name { print $2 }' "/proc/$recorder/status"
}

measure()
{
	rss=$(field VmRSS)
	fds=$(find "/proc/$recorder/fd" -mindepth 1 2>/dev/null | wc -l)
}

started=$(awk '/^processes/ { print $2 }' /proc/stat)
begin=$SECONDS
early=$((minutes * 60 / 2)) early_rss=0 early_fds=0
printf '%8s %10s %6s %8s %8s %8s %8s\n' minutes rss/kB files threads writers windows lost
while [ $((SECONDS - begin)) -lt $((minutes * 60)) ]; do
	sleep 10
	kill -0 "$recorder" 2>/dev/null || { echo "the recorder has ended:"; tail -5 messages; exit 1; }
	measure
	[ $((SECONDS - begin)) -lt "$early" ] || [ "$early_rss" != 0 ] || early_rss=$rss early_fds=$fds
	lost=$(sed -nE 's/^.* samples, ([0-9]+) lost.*/\1/p' messages | awk '{ n += $1 } END { print n + 0 }')
	printf '%8.1f %10d %6d %8d %8d %8d %8d\n' "$(((SECONDS - begin) / 6))e-1" "$rss" "$fds" \
		"$(field Threads)" "$(pgrep -c -P "$recorder")" "$(find . -name '*.pb.gz' | wc -l)" "$lost"
	find . -name '*.pb.gz' -mmin +2 -delete
done
ended=$(awk '/^processes/ { print $2 }' /proc/stat)
echo "$(((ended - started) / (minutes * 60 + 1))) processes a second; $(grep -c ' samples, ' messages) windows"
grep -v ' samples, ' messages
[ "$rss" -le $((early_rss * 13 / 10 + 4096)) ] && [ "$fds" -le $((early_fds * 13 / 10 + 64)) ] && exit 0
echo "it has grown: from $early_rss kB and $early_fds files"
exit 1
