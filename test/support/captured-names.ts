/**
 * A schema `capture` with a twin of every operator, function and type name of pg_catalog that takes common types; each twin
 * raises when it is called. With `capture` before pg_catalog in the search_path, a name that is not qualified is caught.
 */
export const captureNames = `
  create schema capture;
  do $capture$
  declare
    common constant oid[] := array[16, 17, 18, 19, 20, 21, 23, 25, 26, 27, 28, 114, 700, 701, 1005, 1007, 1009, 1016, 1042, 1043,
      1082, 1083, 1114, 1184, 1186, 1231, 1700, 2950, 3802];
    each record;
  begin
    for each in
      select o.oprname, o.oprleft, o.oprright, o.oprresult
      from pg_operator as o
      where (o.oprnamespace = 'pg_catalog'::regnamespace)
        and (o.oprleft = any (common || 0::oid)) and (o.oprright = any (common)) and (o.oprresult = any (common))
    loop
      execute format('create or replace function capture.op_%s_%s_%s(%s) returns %s language plpgsql as %L',
        encode(convert_to(each.oprname, 'UTF8'), 'hex'), each.oprleft, each.oprright,
        concat_ws(', ', nullif(format_type(each.oprleft, null), '-'), format_type(each.oprright, null)), format_type(each.oprresult, null),
        format('begin raise exception ''operator %s was captured''; end', replace(each.oprname, '%', '%%')));
      execute format('create operator capture.%s (function = capture.op_%s_%s_%s, %s rightarg = %s)', each.oprname,
        encode(convert_to(each.oprname, 'UTF8'), 'hex'), each.oprleft, each.oprright,
        case when each.oprleft = 0 then '' else format('leftarg = %s,', format_type(each.oprleft, null)) end, format_type(each.oprright, null));
    end loop;
    for each in
      select p.proname, pg_get_function_identity_arguments(p.oid) as arguments, format_type(p.prorettype, null) as result, p.proretset
      from pg_proc as p
      where (p.pronamespace = 'pg_catalog'::regnamespace)
        and (p.prokind = 'f')
        and (p.prorettype = any (common || 2278::oid))
        and (p.proargtypes::oid[] <@ common)
        and (p.provariadic = 0)
        and (p.proallargtypes is null)
        and (p.proname !~ '^(RI_|pg_stat_get|binary_upgrade)')
    loop
      execute format('create or replace function capture.%I(%s) returns %s %s language plpgsql as %L', each.proname,
        each.arguments, case when each.proretset then 'setof' else '' end, each.result,
        format('begin raise exception ''function %s was captured''; end', each.proname));
    end loop;
    for each in
      select t.typname from pg_type as t
      where (t.typnamespace = 'pg_catalog'::regnamespace) and (t.typtype in ('b', 'r')) and (t.typelem = 0) and (t.typname !~ '^_')
        and (t.typname not in ('bool', 'int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'bpchar', 'varchar', 'time', 'timestamp', 'interval', 'bit', 'varbit', 'timetz', 'timestamptz'))
    loop
      execute format('create domain capture.%I as pg_catalog.int4 check (value < -1000000000)', each.typname);
    end loop;
  end $capture$`;
