/**
 * The POSIX shell program that owns one throwaway server: it makes the directory, runs initdb and postgres as its children, and removes all of it.
 *
 * Standard input is a lifeline that only our process holds. When it closes, for whatever reason, `kill -9` of our process included, the server is
 * stopped and its directory removed. There is no other way of cleaning up, so the one way is used every time.
 *
 * Arguments: the directory to make; the folder of the binaries; the locale to ask for; whether TCP is used (`tcp` or `socket`). Environment:
 * `PGDRILL_CONF`, lines for postgresql.conf. First line of standard input: the superuser's password, or an empty line. After that the word
 * `keep` lets go of the server: it then lives until it is stopped by hand, and its directory goes when it stops.
 */
export const supervisorScript = `
directory=$1 binaries=$2 locale=$3 listen=$4
umask 077
trap '' HUP INT TERM
exec 3<&0 </dev/null 2>&1

remove() {
  tries=0
  until rm -rf "$directory" 2>/dev/null || [ "$tries" -ge 50 ]; do tries=$((tries + 1)); sleep 0.1; done
}
fail() {
  tail -n 30 "$directory/log" 2>/dev/null
  remove
  exit "$1"
}
initialise() {
  "$binaries/initdb" --pgdata="$directory/data" --username=postgres --encoding=UTF8 --locale="$1" --no-sync --no-instructions \\
    --auth-local=trust --auth-host=scram-sha-256 --pwfile="$directory/password" >"$directory/log" 2>&1
}
lifeline() {
  while read -r word <&3; do [ "$word" = keep ] && exit 0; done
  tries=0
  while kill -s QUIT "$1" 2>/dev/null && [ "$tries" -lt 100 ]; do tries=$((tries + 1)); sleep 0.1; done
  kill -s KILL "$1" 2>/dev/null
}

mkdir "$directory" || exit 71
IFS= read -r password <&3 || fail 72
printf '%s\\n' "$password" >"$directory/password"
initialise "$locale" || { rm -rf "$directory/data"; initialise C; } || fail 73
rm "$directory/password"
printf '%s\\n' "$PGDRILL_CONF" >>"$directory/data/postgresql.conf"
unset PGDRILL_CONF password

"$binaries/postgres" -D "$directory/data" >"$directory/log" 2>&1 3<&- &
server=$!
lifeline "$server" >/dev/null 2>&1 &
watcher=$!
wait "$server"
status=$?
exec 3<&-
kill -s KILL "$watcher" 2>/dev/null
[ "$status" -eq 0 ] || tail -n 30 "$directory/log"
remove
exit "$status"
`;
