-- Who runs an operator's verb that changes something, one at a time (landfall.operating). A new table, locks nothing that exists.
create table landfall.operating (
  -- one row, 1, which is there from now on: taking a turn needs UPDATE alone
  seat integer primary key,
  -- of who has the turn; NULL: nobody
  token text,
  verb text,
  -- user@host, or the caller's ARN
  by text,
  began_at timestamptz,
  -- the session and the role that it logged in as: who is gone has no turn any more
  pid integer,
  role text,
  session_started_at timestamptz
);
insert into landfall.operating (seat) values (1);

-- whoever writes operations takes turns: a loader that was granted the one needs no second visit by the owner
do $$
declare
  wanted record;
begin
  for wanted in
    select case when granted.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(granted.grantee)) end as grantee,
      granted.privilege_type
    from pg_catalog.pg_class as operations
    cross join lateral pg_catalog.aclexplode(operations.relacl) as granted
    where (operations.oid = 'landfall.operations'::pg_catalog.regclass)
      and (granted.grantee <> operations.relowner)
  loop
    execute pg_catalog.format('grant %s on landfall.operating to %s', wanted.privilege_type, wanted.grantee);
  end loop;
end $$;
