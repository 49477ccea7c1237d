#!/usr/bin/env bash
# Run once by the image of PostgreSQL, when its data is made. The passwords are read by psql from its environment, so
# that no list of processes shows them.
set -euo pipefail
psql --username="$POSTGRES_USER" --dbname=postgres --no-psqlrc --set=ON_ERROR_STOP=1 <<'SQL'
\getenv owner_password LEDGER_OWNER_PASSWORD
\getenv host_password LEDGER_HOST_PASSWORD
\i /ledger/roles.sql
SQL
