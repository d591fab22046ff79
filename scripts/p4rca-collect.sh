#!/bin/sh
# p4rca-collect: saves what an outage of a Perforce server leaves behind, before anyone restarts anything.
# Read-only: it writes into its own temporary folder and into the archive, nowhere else. Every step has its own time
# limit, because on a wedged server any of them may hang. What failed is named in manifest.txt inside the archive.
set -u
umask 077
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/sbin:/sbin # lslocks and lsof live there for plain users
VERSION=0.1.0
BLOCK=65536 # bytes; the grain of the search in the log
hours=4 limit_mb=1024 limit=20 gap=10 dry_run=no
out='' log='' root='' p4='' port='' user='' instance='' instance_from=''
sdp=${P4RCA_SDP:-/p4} # another place of the SDP tree, for tests and unusual mounts
temp='' stage='' archive_open=no step_number=0 child='' log_rc=''

usage() {
  cat <<'HELP'
Usage: p4rca-collect.sh [options]

Saves the last hours of the P4LOG and the state of a Perforce server and its host as one incident archive.
Run it on the server host, as root if you can (lslocks and lsof see more), BEFORE anything is restarted.

  -o FILE         archive to write; must not exist  (./incident-HOST-TIME.tar.gz)
  --hours N       hours of log, counted back from its last timestamp  (4)
  --instance N    SDP instance; found by itself when there is one
  --log PATH      P4LOG           (else $P4LOG, SDP, the running p4d, p4 configure show)
  --root PATH     P4ROOT          (else $P4ROOT, SDP, the running p4d)
  --p4 CMD        p4 client       (else SDP, p4 from PATH)
  --port PORT     P4PORT          --user USER  P4USER
  --limit-mb N    most log to take, before compression; the newest is kept  (1024)
  --timeout S     seconds each step may take  (20)
  --gap S         seconds between the first and the second capture  (10)
  --dry-run       print what would be run, take nothing
  -h, --help      this text

Examples:
  sudo sh p4rca-collect.sh
  sudo sh p4rca-collect.sh --instance 1 --hours 8 -o /var/tmp/incident.tar.gz
  sh p4rca-collect.sh --log /srv/p4/log --root /srv/p4 --port ssl:1666 --user super

The path of the archive is the last line on stdout; progress goes to stderr.
Exit codes: 0 archive written (the manifest says which steps failed), 1 archive could not be written, 2 usage,
3 archive written, but without a P4LOG, 130 interrupted.
HELP
}

clean() { printf '%s' "$*" | tr '\000-\037\177' '?'; }
safe_name() { printf '%s' "$*" | tr -c 'A-Za-z0-9._-' '_'; }
say() { printf 'p4rca-collect: %s\n' "$(clean "$*")" >&2; }
die() { # CODE TEXT
  say "$2"
  exit "$1"
}
has() { command -v "$1" >/dev/null 2>&1; }
now() { date +%s; }
utc() { date -u +%Y-%m-%dT%H:%M:%SZ; }
pick() { # the first argument that is not empty
  for pick_value in "$@"; do
    [ -z "$pick_value" ] || break
  done
  printf '%s' "$pick_value"
}

# -- running things under a limit

# /proc and not ps, which itself can hang on a process that is stuck in the kernel.
children() { cat /proc/[0-9]*/stat 2>/dev/null | sed 's/(.*)/x/' | awk -v parent="$1" '$4 == parent { print $1 }'; }
kill_tree() { # SIGNAL PID
  for tree_pid in $(children "$2"); do kill_tree "$1" "$tree_pid"; done
  kill "-$1" "$2" 2>/dev/null
}

# limited SECONDS OUTPUT ERRORS COMMAND...: appends the command's output; 124 when its time was up. The command is never
# waited for: one that sleeps in the kernel survives SIGKILL, and is then left behind. Not for subshells: it counts.
limited() {
  limited_s=$1 limited_out=$2 limited_err=$3
  shift 3
  step_number=$((step_number + 1))
  limited_rc=$temp/rc.$step_number limited_from=$(now)
  limited_until=$((limited_from + limited_s))
  # timeout(1) ends what the command started, too; it can't run the functions of this script.
  if has timeout; then
    case $(command -v "$1") in /*)
      set -- timeout -k 2 "$limited_s" "$@"
      limited_until=$((limited_until + 4)) ;;
    esac
  fi
  {
    "$@" </dev/null >>"$limited_out" 2>>"$limited_err"
    printf '%s\n' "$?" >"$limited_rc.new" && mv "$limited_rc.new" "$limited_rc"
  } 2>/dev/null &
  child=$! nap=$blink
  while [ ! -e "$limited_rc" ]; do
    if [ "$(now)" -ge "$limited_until" ]; then
      kill_tree TERM "$child"
      sleep 1
      kill_tree KILL "$child"
      child=''
      return 124
    fi
    sleep "$nap"
    nap=$tick
  done
  child=''
  read -r limited_status <"$limited_rc"
  [ "$limited_status" -ne 137 ] || [ $(($(now) - limited_from)) -lt "$limited_s" ] || return 124
  return "$limited_status"
}

# attempt FILE COMMAND...: one capture: when, what, the output, and behind it what the command complained about.
attempt() {
  attempt_file=$stage/$1
  shift
  printf '# taken %s\n# command: %s\n' "$(utc)" "$(clean "$*")" >"$attempt_file"
  : >"$temp/errors"
  limited "$limit" "$attempt_file" "$temp/errors" "$@"
  attempt_rc=$?
  if [ -s "$temp/errors" ]; then
    [ -z "$(tail -c 1 "$attempt_file" | tr -d '\n')" ] || printf '\n' >>"$attempt_file"
    head -n 20 "$temp/errors" | sed 's/^/# stderr: /' >>"$attempt_file"
  fi
  return "$attempt_rc"
}

record() { # NAME RC SECONDS FILE
  case $2 in
  0) record_state=ok ;;
  124) record_state=timeout ;;
  *) record_state=failed:$2 ;;
  esac
  printf 'step: %s %s %s %s\n' "$1" "$record_state" "$3" "$4" >>"$temp/steps"
  [ "$record_state" = ok ] || say "$1: $record_state"
}
skip() { # NAME REASON
  printf 'step: %s skipped:%s 0 -\n' "$1" "$2" >>"$temp/steps"
  say "$1: skipped, $2"
}
begin() { # NAME COMMAND...: false in a dry run, which only prints
  step_name=$1
  shift
  step_from=$(now)
  [ "$dry_run" = yes ] || { say "$step_name" && return 0; }
  printf '%s: %s\n' "$step_name" "$(clean "$*")"
  return 1
}
step() { # NAME FILE COMMAND...
  step_file=$2
  if ! has "$3"; then
    skip "$1" "no-$(safe_name "${3##*/}")"
    return
  fi
  step_title=$1
  shift 2
  begin "$step_title" "$@" || return
  attempt "$step_file" "$@"
  step_rc=$?
  # lsof answers 1 as soon as one of the pids has gone; what it printed is still good.
  case $step_name in lsof*) [ "$step_rc" -ne 1 ] || [ "$(wc -l <"$stage/$step_file")" -le 3 ] || step_rc=0 ;; esac
  record "$step_name" "$step_rc" $(($(now) - step_from)) "$step_file"
}
p4_step() { # NAME FILE P4-ARGUMENTS...
  p4_name=$1 p4_file=$2
  shift 2
  step "$p4_name" "$p4_file" "$p4" ${port:+-p "$port"} ${user:+-u "$user"} "$@"
}

# -- where things are

find_instance() {
  [ -z "$instance" ] || { instance_from=option && return; }
  instance=${SDP_INSTANCE:-}
  [ -z "$instance$log${P4LOG:-}" ] || return
  found=0
  for candidate in "$sdp"/*/logs/log; do
    [ -f "$candidate" ] || continue
    found=$((found + 1))
    instance=${candidate#"$sdp"/}
    instance=${instance%/logs/log}
  done
  [ "$found" -le 1 ] || die 2 "several SDP instances under $sdp: say which with --instance"
}

sdp_value() { sed -n "s/^$1=//p" "$temp/vars" 2>/dev/null | head -n 1; }
p4d_option() { # LETTER: value of -r or -L on the command line of a running p4d
  for p4d_pid in $p4d_pids; do
    tr '\000' '\n' <"/proc/$p4d_pid/cmdline" 2>/dev/null |
      awk -v flag="-$1" 'next_one { print; exit } $0 == flag { next_one = 1 } $0 != flag && index($0, flag) == 1 { print substr($0, 3); exit }'
  done | head -n 1
}

locate() {
  limited "$limit" "$temp/pids" /dev/null ps -e -o pid= -o comm=
  p4d_pids=$(awk '$2 ~ /^p4d/ { print $1 }' "$temp/pids")
  find_instance
  case $instance in *[!A-Za-z0-9._-]* | .*) die 2 "odd instance name: $instance" ;; esac
  base=${instance:+$sdp/$instance}
  # p4_vars is a bash script of the SDP; the SDP's own cron jobs read their settings the same way.
  if [ -n "$base" ] && [ -r "$sdp/common/bin/p4_vars" ] && has bash; then
    # shellcheck disable=SC2016 # meant for the inner shell
    limited "$limit" "$temp/vars" /dev/null bash -c '. "$0" "$1" >/dev/null; env' "$sdp/common/bin/p4_vars" "$instance"
  fi
  sdp_log=$(sdp_value P4LOG) sdp_root=$(sdp_value P4ROOT) sdp_p4=$(sdp_value P4BIN)
  [ -n "$sdp_log" ] || [ ! -f "${base:-/nowhere}/logs/log" ] || sdp_log=$base/logs/log
  [ -n "$sdp_root" ] || [ ! -d "${base:-/nowhere}/root" ] || sdp_root=$base/root
  [ -n "$sdp_p4" ] || [ ! -x "${base:-/nowhere}/bin/p4_$instance" ] || sdp_p4=$base/bin/p4_$instance
  # An instance that was asked for outranks the environment, which may belong to another one.
  if [ "$instance_from" = option ]; then
    log=$(pick "$log" "$sdp_log") root=$(pick "$root" "$sdp_root")
    port=$(pick "$port" "$(sdp_value P4PORT)") user=$(pick "$user" "$(sdp_value P4USER)")
  fi
  p4=$(pick "$p4" "$sdp_p4" p4)
  port=$(pick "$port" "${P4PORT:-}" "$(sdp_value P4PORT)") user=$(pick "$user" "${P4USER:-}" "$(sdp_value P4USER)")
  root=$(pick "$root" "${P4ROOT:-}" "$sdp_root" "$(p4d_option r)")
  P4TICKETS=$(pick "${P4TICKETS:-}" "$(sdp_value P4TICKETS)")
  if [ -n "$P4TICKETS" ]; then export P4TICKETS; else unset P4TICKETS; fi
  log=$(pick "$log" "${P4LOG:-}" "$sdp_log" "$(p4d_option L)")
  if [ -z "$log" ] && has "$p4"; then # answer: P4LOG=/srv/p4/log (configure)
    limited "$limit" "$temp/p4log" /dev/null "$p4" ${port:+-p "$port"} ${user:+-u "$user"} configure show P4LOG
    log=$(sed -n 's/^P4LOG=\(.*\) ([^)]*)$/\1/p' "$temp/p4log" | head -n 1)
  fi
  log=$(pick "$log" "${root:+log}")
  case $log in '' | /*) ;; *) [ -e "$log" ] || log=$root/$log ;; esac # p4d reads it relative to P4ROOT
}

# -- the log

# shift_time 'YYYY/MM/DD HH:MM:SS' SECONDS: without date -d, which not every host has.
shift_time() {
  printf '%s\n' "$1" | awk -v by="$2" -F '[/ :]' '{
    y = $1; m = $2 + 0; if (m <= 2) y--
    days = 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + $3 - 1
    s = days * 86400 + $4 * 3600 + $5 * 60 + $6 + by
    days = int(s / 86400); s -= days * 86400; era = int(days / 146097); d = days - era * 146097
    y = int((d - int(d / 1460) + int(d / 36524) - int(d / 146096)) / 365)
    d -= 365 * y + int(y / 4) - int(y / 100); m = int((5 * d + 2) / 153)
    day = d - int((153 * m + 2) / 5) + 1; m = m < 10 ? m + 3 : m - 9
    printf "%04d/%02d/%02d %02d:%02d:%02d\n", y + era * 400 + (m <= 2), m, day, s / 3600, s % 3600 / 60, s % 60 }'
}

# Latest time in a stretch of log. The latest, because track blocks repeat the (old) start time of their command; none
# beyond tomorrow, because text of users can look like a log line. A line: <TAB>2024/03/05 14:07:03 pid 4101 ...
latest_time() {
  awk -v horizon="$horizon" '
    match($0, /^\t?[12][0-9][0-9][0-9]\/[01][0-9]\/[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]/) {
      t = substr($0, RSTART + RLENGTH - 19, 19)
      if (t > best && t <= horizon) best = t
    }
    END { print best }'
}
first_time() { # of what comes in on stdin; a few lines suffice unless they are very long
  head -c $BLOCK >"$temp/head"
  pick "$(head -c 4096 "$temp/head" | latest_time)" "$(latest_time <"$temp/head")"
}
time_at() { dd if="$1" bs=$BLOCK skip="$2" count=4 2>/dev/null | latest_time; } # FILE BLOCK-NUMBER
is_before() { [ -n "$1" ] && [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort | head -n 1)" = "$1" ]; }

# window_offset FILE BYTES: first byte of the window, at the start of a record; by bisection: some twenty reads in 100 GB.
window_offset() {
  low=0 high=$(($2 / BLOCK))
  while [ "$low" -lt "$high" ]; do
    middle=$(((low + high) / 2))
    if is_before "$(time_at "$1" "$middle")" "$cutoff"; then low=$((middle + 1)); else high=$middle; fi
  done
  offset=$((low * BLOCK)) newest=$(($2 - budget))
  [ "$offset" -ge "$newest" ] || offset=$newest
  if [ "$offset" -gt 0 ]; then # not into the middle of a record: on to the next line "Perforce server info:"
    offset=$((offset + $(tail -c "+$((offset + 1))" "$1" | head -c $((4 * BLOCK)) |
      awk '/^Perforce / && NR > 1 { found = 1; exit } { bytes += length($0) + 1 } END { print found ? bytes : 0 }')))
  fi
  printf '%s' "$offset"
}

note_log() { printf 'log: %s\n' "$(clean "$*")" >>"$temp/notes"; }

take_plain() { # FILE: the part inside the window, compressed on the way
  plain_size=$(wc -c <"$1") || return
  plain_from=$(window_offset "$1" "$plain_size")
  plain_bytes=$((plain_size - plain_from)) plain_name=$(safe_name "${1##*/}").gz
  note_log "$plain_name offset=$plain_from bytes=$plain_bytes of=$plain_size path=$1"
  budget=$((budget - plain_bytes))
  # head: the server goes on writing while this reads.
  tail -c "+$((plain_from + 1))" "$1" | head -c "$plain_bytes" | nice gzip -c >"$stage/logs/$plain_name"
}

take_gzip() { # FILE: a compressed rotation can't be cut; whole or not at all
  gzip_size=$(wc -c <"$1") || return
  if [ $((gzip_size * 8)) -gt "$budget" ]; then # logs shrink to an eighth or less
    note_log "$(safe_name "${1##*/}") left-out=over-limit of=$gzip_size path=$1"
    return
  fi
  note_log "$(safe_name "${1##*/}") offset=0 bytes=$gzip_size of=$gzip_size path=$1"
  budget=$((budget - gzip_size * 8))
  cp "$1" "$stage/logs/$(safe_name "${1##*/}")"
}

take_logs() {
  mkdir "$stage/logs" && size=$(wc -c <"$log") || return
  horizon=$(shift_time "$(date '+%Y/%m/%d %H:%M:%S')" 90000)
  budget=$((limit_mb * 1048576)) # at most half of what is free: this host may be short of disk
  free_kb=$(df -Pk "$temp" 2>/dev/null | awk 'NR == 2 { print $4 }')
  [ -z "$free_kb" ] || [ $((free_kb * 512)) -ge "$budget" ] || budget=$((free_kb * 512))
  last_block=$((size / BLOCK - 3))
  last=$(pick "$(time_at "$log" $((last_block > 0 ? last_block : 0)))" "$(date '+%Y/%m/%d %H:%M:%S')")
  cutoff=$(shift_time "$last" $((hours * -3600)))
  printf 'window: %s to %s\n' "$cutoff" "$last" >>"$temp/notes"
  first=$(first_time <"$log")
  take_plain "$log" || return
  # Rotated parts, newest first, until one begins before the window. Links among them are not ours to follow.
  # shellcheck disable=SC2012 # order by time is the point; a name that ls can't print whole fails the -f test
  ls -td -- "$log"[.-]* 2>/dev/null | while IFS= read -r part && [ "$budget" -gt 0 ] && ! is_before "$first" "$cutoff"; do
    if [ ! -f "$part" ] || [ -L "$part" ]; then continue; fi
    case $part in
    *.gz) first=$(gzip -dc -- "$part" 2>/dev/null | first_time) && [ -n "$first" ] && take_gzip "$part" ;;
    *) first=$(first_time <"$part") && [ -n "$first" ] && take_plain "$part" ;;
    esac || note_log "$(safe_name "${part##*/}") left-out=no-timestamps path=$part"
  done
}

log_step() {
  if [ ! -f "$log" ]; then
    skip log "$([ -n "$log" ] && echo not-a-file || echo not-found)"
  elif begin log "last $hours hours of $log"; then
    limited $((limit * 15)) "$temp/log.out" "$temp/log.err" take_logs
    log_rc=$?
    record log "$log_rc" $(($(now) - step_from)) logs/
  fi
}

# -- the captures

locks_step() { # NUMBER: the richest form this host's lslocks knows; /proc/locks as the last resort
  begin "lslocks-$1" lslocks -u -J -o +BLOCKER,INODE,MAJ:MIN || return
  locks_file=captures/lslocks-$1.txt locks_rc=127
  for columns in '-J -o +BLOCKER,INODE,MAJ:MIN' '-J -o +BLOCKER' '-o +BLOCKER'; do
    has lslocks || break
    # shellcheck disable=SC2086 # several words
    attempt "$locks_file" lslocks -u $columns
    locks_rc=$?
    case $locks_rc in 0 | 124) break ;; esac
  done
  [ "$locks_rc" -eq 127 ] || record "lslocks-$1" "$locks_rc" $(($(now) - step_from)) "$locks_file"
  [ "$locks_rc" -eq 0 ] || step "proc-locks-$1" "captures/proc-locks-$1.txt" cat /proc/locks
}

snapshot() { # NUMBER: what changes by the second, as close together as can be
  locks_step "$1"
  p4_step "monitor-$1" "captures/monitor-$1.txt" monitor show -ale
  pid_list=$(printf '%s' "$p4d_pids" | tr '\n' ',')
  if [ -n "$pid_list" ]; then
    step "lsof-$1" "captures/lsof-$1.txt" lsof -nPw -p "$pid_list"
  else
    skip "lsof-$1" no-p4d-process
  fi
  step "ps-$1" "captures/ps-$1.txt" ps -e -o pid,ppid,user,stat,wchan:32,pcpu,rss,etime,comm
}

host_steps() {
  # Arguments of p4d only: those of other programs may hold passwords.
  [ -z "$p4d_pids" ] || step ps-p4d system/ps-p4d.txt ps -o pid,stat,lstart,args -p "$pid_list"
  step df-k system/df-k.txt df -k
  step df-i system/df-i.txt df -i
  step uptime system/uptime.txt uptime
  step free system/free.txt free -k
  step vmstat system/vmstat.txt vmstat 1 3
  step iostat system/iostat.txt iostat -xt 1 2
  for pressure in cpu memory io; do
    [ ! -r "/proc/pressure/$pressure" ] || step "pressure-$pressure" "system/pressure-$pressure.txt" cat "/proc/pressure/$pressure"
  done
  [ ! -d "$root" ] || step db-files system/db-files.txt ls -linq "$root"
  if has journalctl; then
    step syslog system/syslog.txt journalctl --no-pager -q -o short-iso --since "-${hours}h" -n 50000
  elif [ -r /var/log/messages ]; then
    step syslog system/syslog.txt tail -n 50000 /var/log/messages
  else
    step syslog system/syslog.txt tail -n 50000 /var/log/syslog
  fi
  step cores system/cores.txt list_cores
}

list_cores() { # names only: a core holds passwords and file contents
  cat /proc/sys/kernel/core_pattern 2>/dev/null
  find ${root:+"$root"} /var/lib/systemd/coredump /var/crash -maxdepth 1 -type f -name '*core*' -exec ls -ldnq {} + 2>/dev/null
  return 0
}

checkpoint_steps() { # the ends of what the SDP's own jobs wrote
  job_number=0
  for job_log in ${base:+"$base"/logs/checkpoint.log* "$base"/logs/sync_replica.log*}; do
    if [ ! -f "$job_log" ] || [ -L "$job_log" ] || [ "$job_number" -ge 8 ]; then continue; fi
    case $job_log in *.gz) continue ;; esac
    job_number=$((job_number + 1))
    step "sdp-$job_number" "system/$(safe_name "${job_log##*/}").txt" tail -c 65536 "$job_log"
  done
}

# -- the archive

write_manifest() {
  printf 'p4rca-collect manifest 1\nstarted: %s\nfinished: %s\n' "$started" "$(utc)"
  printf 'zone: %s\n' "$(date +%z | sed 's/\(..\)$/:\1/')"
  printf 'host: %s\nhours: %s\nuser: %s\nversion: %s\n' "$host" "$hours" "$(id -un)" "$VERSION"
  printf 'instance: %s\nlog-path: %s\nroot: %s\n' "$instance" "$(clean "$log")" "$(clean "$root")"
  cat "$temp/notes" "$temp/steps"
}

finish() { # on every way out; what a signal interrupts leaves nothing behind
  finish_rc=$?
  trap - EXIT INT TERM HUP
  [ -z "$child" ] || kill_tree KILL "$child"
  [ -z "$temp" ] || rm -rf "$temp"
  [ "$archive_open" = no ] || rm -f "$out"
  exit "$finish_rc"
}

parse_options() {
  while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) usage && exit 0 ;;
    --dry-run) dry_run=yes && shift && continue ;;
    esac
    [ $# -ge 2 ] || die 2 "unknown option, or one without its value: '$1' (see --help)"
    case $1 in --hours | --limit-mb | --timeout | --gap)
      case $2 in '' | *[!0-9]* | ???????*) die 2 "$1 wants a whole number, not '$2'" ;; esac ;;
    esac
    case $1 in
    -o) out=$2 ;;
    --log) log=$2 ;;
    --root) root=$2 ;;
    --p4) p4=$2 ;;
    --port) port=$2 ;;
    --user) user=$2 ;;
    --instance) instance=$2 ;;
    --hours) hours=$2 ;;
    --limit-mb) limit_mb=$2 ;;
    --timeout) limit=$2 ;;
    --gap) gap=$2 ;;
    *) die 2 "unknown option '$1' (see --help)" ;;
    esac
    shift 2
  done
}

main() {
  parse_options "$@"
  trap finish EXIT
  trap 'exit 130' INT TERM HUP
  started=$(utc)
  host=$(safe_name "$(uname -n)")
  name=incident-$host-$(date -u +%Y%m%dT%H%M%SZ)
  out=$(pick "$out" "./$name.tar.gz")
  temp=$(mktemp -d "${TMPDIR:-/tmp}/p4rca-collect.XXXXXX") || die 1 "no temporary folder could be made"
  stage=$temp/$name
  mkdir -p "$stage/captures" "$stage/system" && : >"$temp/steps" && : >"$temp/notes" || exit 1
  blink=0.02 tick=0.2
  sleep "$blink" 2>/dev/null || blink=1 tick=1
  if [ "$dry_run" = no ]; then
    # Made now and with noclobber: nothing is overwritten, no link is followed, and a full disk shows at once.
    (set -C && : >"$out") 2>/dev/null || die 1 "can't create $out (it must not exist, its folder must)"
    archive_open=yes
  fi
  locate
  say "log ${log:-not found}, root ${root:-not found}, port ${port:-default}"
  snapshot_at=$(now)
  snapshot 1
  p4_step info captures/info.txt info
  p4_step configure captures/configure.txt configure show
  host_steps
  checkpoint_steps
  while [ "$dry_run" = no ] && [ $(($(now) - snapshot_at)) -lt "$gap" ]; do sleep "$tick"; done
  snapshot 2
  log_step
  [ "$dry_run" = no ] || exit 0
  write_manifest >"$stage/manifest.txt"
  say "writing $out"
  tar -C "$temp" -cf - "$name" | nice gzip -c >>"$out"
  gzip -t <"$out" || die 1 "could not write $out"
  archive_open=no
  printf '%s\n' "$out"
  [ "$log_rc" = 0 ] || exit 3
}

main "$@"
