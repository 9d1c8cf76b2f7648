/**
 * The POSIX shell program that a client tool runs under, so that it cannot outlive us: killing pgdrill does not end a `pg_dump` that it started,
 * and an orphan would go on writing the database to disk for minutes.
 *
 * Standard input is a lifeline that only our process holds. When it closes, `kill -9` of our process included, the tool gets SIGTERM (which makes it
 * cancel its query on the server too), and SIGKILL after five seconds. The tool's own standard input is empty, its files are for their owner only,
 * and its exit status is handed on. Arguments: the tool, and what it is given.
 */
export const lifelineScript = `
umask 077
trap '' HUP INT
exec 3<&0 </dev/null
"$@" 3<&- &
tool=$!
lifeline() {
  read -r _ <&3
  kill -s TERM "$tool"
  tries=0
  while kill -s 0 "$tool" && [ "$tries" -lt 50 ]; do tries=$((tries + 1)); sleep 0.1 || sleep 1; done
  kill -s KILL "$tool"
}
lifeline >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$tool"
status=$?
kill -s KILL "$watcher" 2>/dev/null
exit "$status"
`;
