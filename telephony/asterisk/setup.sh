#!/usr/bin/env bash
# Install what the tests marked `asterisk` need: Asterisk 22 with chan_websocket and AudioSocket, and the softphone
# baresip. Needs root and a Debian machine. Changes nothing where they are already there.
#
# Debian 12 and 13 have no Asterisk, unstable has: it goes into a folder of its own (VOICEBOT_ASTERISK_ROOT), so that
# nothing of unstable mixes with the machine's own packages. About 2 minutes and 700 MB. Taken away again with
#   rm -r "$VOICEBOT_ASTERISK_ROOT"
set -euo pipefail

root=${VOICEBOT_ASTERISK_ROOT:-/var/lib/voicebot-asterisk}

say() { printf 'asterisk setup: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

mirror() {
    # The mirror that this machine already uses; this script names none.
    apt-get indextargets --format '$(SITE) $(ORIGIN)' 'Created-By: Packages' | awk '$2 == "Debian" { print $1; exit }'
}

install_here() {
    local missing=()
    for name in "$@"; do
        dpkg-query --show --showformat '${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return
    say "installing ${missing[*]}"
    apt-get install -y --no-install-recommends "${missing[@]}" >/dev/null
}

mounted() { mountpoint -q "$1"; }

release() {
    for each in proc dev; do
        mounted "$root/$each" && umount "$root/$each"
    done
    return 0
}

has_asterisk() {
    for base in "" "$root"; do
        ls "$base"/usr/lib/*/asterisk/modules/chan_websocket.so >/dev/null 2>&1 && return 0
    done
    return 1
}

install_asterisk() {
    local from
    from=$(mirror)
    [ -n "$from" ] || stop "apt names no Debian mirror: run apt-get update, or install Asterisk 22.6 or newer by hand"
    say "unpacking Debian unstable into $root"
    [ -e "$root/etc/debian_version" ] ||
        debootstrap --variant=minbase --include=ca-certificates sid "$root" "$from" >/dev/null
    # Signatures are checked all the same; a machine whose clock is far off would refuse the list as too old.
    echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/99valid"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # no service starts by being installed
    chmod +x "$root/usr/sbin/policy-rc.d"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    trap release EXIT
    mounted "$root/proc" || mount --bind /proc "$root/proc"
    mounted "$root/dev" || mount --bind /dev "$root/dev"
    say "installing asterisk"
    chroot "$root" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends asterisk >/dev/null
    chroot "$root" apt-get clean
    release
}

[ "$(id -u)" -eq 0 ] || stop "run it as root: it installs packages and makes a folder of Debian unstable"
command -v apt-get >/dev/null || stop "this machine has no apt: install Asterisk 22.6 or newer and baresip by hand"
apt-get update -qq || say "apt-get update failed: going on with the lists that are there"
install_here iproute2 baresip-core
if ! has_asterisk; then
    install_here debootstrap
    install_asterisk
fi
has_asterisk || stop "Asterisk was installed, but it has no chan_websocket: 20.16, 22.6 or newer is needed"
say "ready"
