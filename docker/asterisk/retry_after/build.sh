#!/usr/bin/env bash
# Builds res_pjsip_retry_after.so for the Asterisk that is installed, inside the image's build.   build.sh RESULT
#
# pjproject is part of Asterisk's source in Debian and its headers are in no package: they are taken from that source,
# of the very version that is installed, and configured as Asterisk configures them.
set -euo pipefail

result=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

version=$(dpkg-query -W -f '${Version}' asterisk)
apt-get -qq -o APT::Sandbox::User=root source --download-only "asterisk=$version"
apt-get -qq -o APT::Sandbox::User=root download "asterisk-dev=$version"
dpkg-deb -x asterisk-dev_*.deb dev
mkdir asterisk pjproject
tar -xf asterisk_*.orig.tar.xz -C asterisk --strip-components=1 --wildcards '*/third-party/pjproject'
tar -xf asterisk_*.orig-Xpjproject.tar.xz -C pjproject --strip-components=1

bundled=$work/asterisk/third-party/pjproject
cp "$bundled"/patches/{config_site,asterisk_malloc_debug}.h pjproject/pjlib/include/pj/
cd pjproject
for change in "$bundled"/patches/*.patch; do patch -s -p1 <"$change"; done
# The options of Asterisk's own build, from the makefile that has them.
read -ra options <<<"$(printf 'include %s\nAST_DEVMODE=no\noptions:\n\t@echo $(PJPROJECT_CONFIG_OPTS)\n' \
  "$bundled/Makefile.rules" | make -s -f - options)"
./aconfigure "${options[@]}" >"$work/configure.log" 2>&1 || {
  tail -n 20 "$work/configure.log" >&2
  exit 1
}

includes=(-isystem "$work/dev/usr/include")
for part in pjlib pjlib-util pjnath pjmedia pjsip; do includes+=(-isystem "$work/pjproject/$part/include"); done
read -ra platform <<<"$(grep -o -- '-DPJ_[A-Z_]*=[01]' build.mak | sort -u | tr '\n' ' ')"
name=res_pjsip_retry_after
gcc -shared -fPIC -O2 -g -Wall -Wextra -Wno-missing-field-initializers -D_GNU_SOURCE "${platform[@]}" \
  "-DAST_MODULE=\"$name\"" "-DAST_MODULE_SELF_SYM=__internal_${name}_self" \
  "${includes[@]}" -o "$result" "$here/$name.c"
