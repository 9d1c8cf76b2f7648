/**
 * The POSIX shell program that owns one throwaway server: it makes the directory, runs initdb and postgres as its children, and removes all of it.
 *
 * Standard input is a lifeline that only our process holds. When it closes, for whatever reason, `kill -9` of our process included, the server is
 * stopped and its directory removed. There is no other way of cleaning up, so the one way is used every time.
 *
 * Arguments: the directory to make; the folder of the binaries; the locale to ask for. Environment: `PGDRILL_CONF`, lines for postgresql.conf;
 * `PGDRILL_LINKS`, lines of a file, a tab and the name under which the programs look for that shared library. First line of standard input: the
 * superuser's password. After that the word `keep` lets go of the server: it then lives until it is stopped by hand, and its directory goes with it.
 *
 * SIGQUIT is the immediate shutdown: nothing here is worth a checkpoint. It is repeated because a postgres that has only just been started
 * ignores it still. initdb is killed outright: the servers that it runs end with the pipe from which they read. PIPE is ignored because a shell says on
 * standard output that a child was killed, and nobody may be there to read it.
 */
export const supervisorScript = `
directory=$1 binaries=$2 locale=$3
umask 077
trap '' HUP INT TERM PIPE
exec 3<&0 </dev/null 2>&1

remove() {
  tries=0
  until rm -rf "$directory" 2>/dev/null || [ "$tries" -ge 50 ]; do tries=$((tries + 1)); sleep 0.1; done
}
fail() {
  kill -s KILL "$watcher" 2>/dev/null
  tail -n 30 "$directory/log" 2>/dev/null
  remove
  exit "$1"
}
# Runs a program until it ends by itself, or is stopped because the lifeline broke.
run() {
  signal=$1 tries=0
  shift
  "$@" >"$directory/log" 2>&1 &
  child=$!
  while wait "$child"; status=$?; kill -s 0 "$child" 2>/dev/null; do :; done
  child=
  return "$status"
}
stop() {
  [ -n "$child" ] || return
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || signal=KILL
  kill -s "$signal" "$child" 2>/dev/null
}
initialise() {
  run KILL "$binaries/initdb" --pgdata="$directory/data" --username=postgres --encoding=UTF8 --locale="$1" --no-sync \\
    --auth-local=trust --auth-host=scram-sha-256 --pwfile="$directory/password"
}
# Said again and again: a signal that comes just before a wait does not end it.
lifeline() {
  while read -r word <&3; do [ "$word" = keep ] && exit 0; done
  while kill -s USR1 $$; do sleep 0.1; done
}

watcher=
mkdir "$directory" || exit 71
IFS= read -r password <&3 || fail 72
printf '%s\\n' "$password" >"$directory/password"
child=
trap stop USR1
lifeline >/dev/null 2>&1 &
watcher=$!
exec 3<&-
if [ -n "$PGDRILL_LINKS" ]; then
  mkdir "$directory/lib"
  printf '%s\\n' "$PGDRILL_LINKS" | while IFS='\t' read -r file name; do ln -s "$file" "$directory/lib/$name"; done
  libraries=$directory/lib:$binaries/../lib
  export LD_LIBRARY_PATH="$libraries\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  export DYLD_LIBRARY_PATH="$libraries\${DYLD_LIBRARY_PATH:+:$DYLD_LIBRARY_PATH}"
fi
initialise "$locale" || { rm -rf "$directory/data"; initialise C; } || fail 73
rm "$directory/password"
printf '%s\\n' "$PGDRILL_CONF" >>"$directory/data/postgresql.conf"
unset PGDRILL_CONF PGDRILL_LINKS password

run QUIT "$binaries/postgres" -D "$directory/data"
kill -s KILL "$watcher" 2>/dev/null
[ "$status" -eq 0 ] || tail -n 30 "$directory/log"
remove
exit "$status"
`;
