-- The roles and the database of the ledger on a server that is not its own, such as a managed one. Run once by an
-- administrator who may create roles and databases; running it again changes only the passwords:
--
--   psql --dbname=postgres --variable=owner_password=… --variable=host_password=… --file=ops/sql/roles.sql
--
-- A private server makes the same roles by itself.
\set ON_ERROR_STOP on
\if :{?database} \else \set database ledger \endif
\if :{?owner_password} \else
do $$ begin raise exception 'owner_password is not set'; end $$;
\endif
\if :{?host_password} \else
do $$ begin raise exception 'host_password is not set'; end $$;
\endif

-- Owns the tables and migrates them. It makes logins that read, and lends them the roles below.
select 'create role ledger_owner' where to_regrole('ledger_owner') is null \gexec
alter role ledger_owner login createrole password :'owner_password';

-- May append to the books. It cannot log in, so that its rights can be lent to more than one host.
select 'create role ledger_writer nologin' where to_regrole('ledger_writer') is null \gexec

-- The running host: a writer that may log in, and nothing of its own.
select 'create role ledger_host' where to_regrole('ledger_host') is null \gexec
alter role ledger_host login password :'host_password';
grant ledger_writer to ledger_host;

-- Those who read with SQL. They cannot log in; `ledger sql grant` lends them to logins and says what each login sees.
-- ops/sql/README.md has who sees what.
select format('create role %I nologin', reader)
from unnest(array['platform_app_ro', 'platform_app_rw', 'analytics_ro', 'analytics_rw', 'tax_ops', 'compliance_ro',
    'auditor_ro']) reader
where to_regrole(reader) is null \gexec
grant platform_app_ro, platform_app_rw, analytics_ro, analytics_rw, tax_ops, compliance_ro, auditor_ro
    to ledger_owner with admin option;

-- A managed server's administrator is no superuser, and gives a database only to a role it belongs to.
select format('grant ledger_owner to %I', current_user)
where not pg_has_role(current_user, 'ledger_owner', 'member') \gexec
select format(
    'create database %I owner ledger_owner encoding ''UTF8'' locale ''C'' template template0', :'database')
where not exists (select from pg_database where datname = :'database') \gexec
