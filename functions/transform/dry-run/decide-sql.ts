import { sql, type Sql } from '../../core/sql.ts';
import { contestedTable } from './contested-sql.ts';
import { standingTable } from './standing-sql.ts';

/** As many passes as the merge makes over a batch (merge/write-carefully.ts). */
const mostPasses = 10;

/**
 * Refuses who wants a key that is taken, by an accepted record, or by a row of the target that keeps it or gives it up in a
 * later batch or too late a pass; and whoever waits for one of these. Answers how many.
 */
export function refuseBeaten(loadId: number): Sql {
  return sql`
    with recursive
    taken as (
      select contested.index_no, contested.claim, pg_catalog.min(standing.place) as rival
      from ${contestedTable(loadId)} as contested
      join ${standingTable(loadId)} as standing on (standing.place operator(pg_catalog.=) contested.place)
      where (standing.state operator(pg_catalog.=) 'a')
      group by contested.index_no, contested.claim
    ),
    refused as (
      (
        select distinct on (mine.place) mine.place, wish.index_no, taken.rival
        from ${standingTable(loadId)} as mine
        join ${contestedTable(loadId)} as wish on (wish.place operator(pg_catalog.=) mine.place)
        left join taken on (taken.index_no operator(pg_catalog.=) wish.index_no)
          and (taken.claim operator(pg_catalog.=) wish.claim)
        left join ${standingTable(loadId)} as leaver on (leaver.place operator(pg_catalog.=) wish.leaver)
        where (mine.state operator(pg_catalog.=) 'u')
          and (
            (taken.rival is not null)
            or (wish.held and (
              (leaver.place is null)
              or (leaver.state operator(pg_catalog.=) 'r')
              or (leaver.batch operator(pg_catalog.>) mine.batch)
              or (mine.pass operator(pg_catalog.>) ${mostPasses}::pg_catalog.int4)
            ))
          )
        order by mine.place, wish.index_no
      )
      union
      select mine.place, wish.index_no, null::pg_catalog.int8
      from refused
      join ${contestedTable(loadId)} as wish on (wish.leaver operator(pg_catalog.=) refused.place)
      join ${standingTable(loadId)} as mine on (mine.place operator(pg_catalog.=) wish.place)
        and (mine.state operator(pg_catalog.=) 'u')
    )
    update ${standingTable(loadId)} as standing
    set state = 'r', index_no = refused.index_no, rival = refused.rival
    from refused
    where (standing.place operator(pg_catalog.=) refused.place)`;
}

/** The pass in which `mine` can have what `leaver` gives up: changed rows are tried forwards in odd ones and backwards in even ones, then new rows. */
function passAfter(leaver: Sql, mine: Sql): Sql {
  return sql`(${leaver}.pass operator(pg_catalog.+) case
          when ${mine}.changed then (
            (${leaver}.turn operator(pg_catalog.>) ${mine}.turn)
            operator(pg_catalog.=) ((${leaver}.pass operator(pg_catalog.%) 2) operator(pg_catalog.=) 1)
          )::pg_catalog.int4
          when (${leaver}.pass operator(pg_catalog.=) 1) then 1
          else 0
        end)`;
}

/**
 * Who comes to a key before it is given up is refused then, and tried again at the end of its batch, in passes: the earliest one
 * in which an undecided record can be written, as far as is known. Answers how many were raised.
 */
export function raisePasses(loadId: number): Sql {
  return sql`
    with
    earliest as (
      select mine.place, pg_catalog.max(${passAfter(sql`leaver`, sql`mine`)}) as pass
      from ${standingTable(loadId)} as mine
      join ${contestedTable(loadId)} as wish on (wish.place operator(pg_catalog.=) mine.place)
      join ${standingTable(loadId)} as leaver on (leaver.place operator(pg_catalog.=) wish.leaver)
        and (leaver.batch operator(pg_catalog.=) mine.batch)
      where (mine.state operator(pg_catalog.=) 'u')
      group by mine.place
    )
    update ${standingTable(loadId)} as standing
    set pass = earliest.pass
    from earliest
    where (standing.place operator(pg_catalog.=) earliest.place)
      and (standing.pass operator(pg_catalog.<) earliest.pass)`;
}

/** Accepts, behind each accepted record, the whole chain of those who want only what the one before gives up, and whom nobody rivals. Answers how many. */
export function acceptChains(loadId: number): Sql {
  return sql`
    with recursive
    simple as (
      select mine.place, mine.turn, mine.changed, mine.batch, pg_catalog.min(wish.leaver) as leaver
      from ${standingTable(loadId)} as mine
      join ${contestedTable(loadId)} as wish on (wish.place operator(pg_catalog.=) mine.place)
      join (
        select index_no, claim, pg_catalog.count(*) as claimants
        from ${contestedTable(loadId)}
        group by index_no, claim
      ) as sole on (sole.index_no operator(pg_catalog.=) wish.index_no)
        and (sole.claim operator(pg_catalog.=) wish.claim)
      where (mine.state operator(pg_catalog.=) 'u')
      group by mine.place, mine.turn, mine.changed, mine.batch
      having (pg_catalog.count(*) operator(pg_catalog.=) 1) and (pg_catalog.max(sole.claimants) operator(pg_catalog.=) 1)
    ),
    chain as (
      select place, turn, batch, pass
      from ${standingTable(loadId)} as standing
      where (standing.state operator(pg_catalog.=) 'a')
        and exists (select from simple where (simple.leaver operator(pg_catalog.=) standing.place))
      union all
      select simple.place, simple.turn, simple.batch,
        case when (chain.batch operator(pg_catalog.=) simple.batch) then ${passAfter(sql`chain`, sql`simple`)} else 1 end
      from chain
      join simple on (simple.leaver operator(pg_catalog.=) chain.place)
        and (simple.batch operator(pg_catalog.>=) chain.batch)
      where (chain.pass operator(pg_catalog.<=) ${mostPasses}::pg_catalog.int4)
    )
    update ${standingTable(loadId)} as standing
    set state = 'a', pass = chain.pass
    from chain
    where (standing.place operator(pg_catalog.=) chain.place)
      and (standing.state operator(pg_catalog.=) 'u')
      and (chain.pass operator(pg_catalog.<=) ${mostPasses}::pg_catalog.int4)`;
}

/** Accepts who is the first, of those undecided, for every key that it wants, and waits for nobody to give one up. Answers how many. */
export function acceptFirst(loadId: number): Sql {
  return sql`
    with
    ranked as (
      select mine.place, leaver.state as leaver_state,
        pg_catalog.row_number() over (
          partition by wish.index_no, wish.claim
          order by mine.batch, mine.pass,
            ((mine.pass operator(pg_catalog.>) 1) and not mine.changed),
            (case
              when mine.changed and ((mine.pass operator(pg_catalog.%) 2) operator(pg_catalog.=) 0) then operator(pg_catalog.-) mine.turn
              else mine.turn
            end)
        ) as rank
      from ${standingTable(loadId)} as mine
      join ${contestedTable(loadId)} as wish on (wish.place operator(pg_catalog.=) mine.place)
      left join ${standingTable(loadId)} as leaver on (leaver.place operator(pg_catalog.=) wish.leaver)
      where (mine.state operator(pg_catalog.=) 'u')
    )
    update ${standingTable(loadId)} as standing
    set state = 'a'
    where (standing.state operator(pg_catalog.=) 'u')
      and not exists (
        select
        from ranked
        where (ranked.place operator(pg_catalog.=) standing.place)
          and ((ranked.rank operator(pg_catalog.>) 1) or (ranked.leaver_state operator(pg_catalog.<>) 'a'))
      )`;
}

/** Where each waits for another to give a key up the first ones cannot be written: so many, or all (null). Answers how many. */
export function refuseWaiting(loadId: number, most: number | null): Sql {
  return sql`
    with
    first_ones as (
      select place
      from ${standingTable(loadId)}
      where (state operator(pg_catalog.=) 'u')
      order by turn
      limit ${most}
    ),
    beaten as (
      select distinct on (wish.place) wish.place, wish.index_no
      from first_ones
      join ${contestedTable(loadId)} as wish on (wish.place operator(pg_catalog.=) first_ones.place)
      order by wish.place, (wish.leaver is null), wish.index_no
    )
    update ${standingTable(loadId)} as standing
    set state = 'r', index_no = beaten.index_no
    from beaten
    where (standing.place operator(pg_catalog.=) beaten.place)`;
}
