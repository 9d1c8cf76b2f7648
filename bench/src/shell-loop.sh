#!/bin/sh
# The drill that everyone writes by hand, for the reference chain: $1 is where the dump goes, PG* say which database.
set -eu
facts="SELECT count(*) FROM audit_events; SELECT row_hash FROM audit_events ORDER BY timestamp DESC, id DESC LIMIT 1; SELECT * FROM verify_audit_chain()"
before=$(psql -XAtqc "$facts")
pg_dump -Fc --no-owner --no-acl -f "$1"
psql -Xqc 'DROP SCHEMA public CASCADE' -c 'CREATE SCHEMA public' 2>/dev/null
pg_restore --no-owner --no-acl --exit-on-error -d "$PGDATABASE" "$1"
after=$(psql -XAtqc "$facts")
rm "$1"
[ "$before" = "$after" ]
