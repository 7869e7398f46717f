# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# To be read by what tests trends: an archive A with the profiles of `mkprofile.py hours`, whose
# versions are labels.
export PYROPROF_ARCHIVE=A
pyroprof archive init -q
python3 "$DATA/../lib/mkprofile.py" hours hours
for version in 1.9 1.10; do
	pyroprof archive add -q -l host=web1 -l service=api -l version=$version hours/$version/*.pb >/dev/null
done
