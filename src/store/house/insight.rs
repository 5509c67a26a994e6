//! Figures of a stretch of time. Ids begin with their birth, so primary keys answer most of this.

use super::message::id_floor;
use crate::domain::error::Result;
use crate::domain::shop::draft::Line;
use crate::domain::time::Time;
use crate::store::tx::{Read, json_at, time_at};
use rusqlite::params;

/// When money came and how much, in minor units; refunds are told apart, and orders that were given up are no sale.
pub fn list_paid(tx: &Read<'_>, from: Time, to: Time) -> Result<Vec<(Time, i64)>> {
    tx.all(
        "select p.decided_at, p.amount_minor from payments p join orders o on o.id = p.order_id
         where p.state in ('approved', 'part_refunded', 'refunded', 'disputed') and p.decided_at >= ?1 and p.decided_at < ?2
           and o.status not in ('cancelled', 'expired')",
        params![from.millis(), to.millis()],
        |r| Ok((time_at(r, 0)?, r.get(1)?)),
    )
}

/// What was surely given back of sales, in minor units; money of orders that were given up was none.
pub fn sum_given_back(tx: &Read<'_>, from: Time, to: Time) -> Result<i64> {
    tx.value(
        "select coalesce(sum(f.amount_minor), 0) from refunds f join orders o on o.id = f.order_id
         where f.state in ('taken', 'done') and f.created_at >= ?1 and f.created_at < ?2 and o.status not in ('cancelled', 'expired')",
        params![from.millis(), to.millis()],
    )
}

/// Lines of the orders made that were not given up.
pub fn each_order_lines(tx: &Read<'_>, from: Time, to: Time, mut take: impl FnMut(&[Line]) -> Result<()>) -> Result<()> {
    tx.each(
        "select lines from orders where id >= ?1 and id < ?2 and status not in ('cancelled', 'expired')",
        params![id_floor(from), id_floor(to)],
        |r| json_at::<Vec<Line>>(r, 0),
        |lines| take(&lines).map(|()| true),
    )
}

/// Orders made, and of those the ones that were given up or ran out of time.
pub fn count_orders(tx: &Read<'_>, from: Time, to: Time) -> Result<(i64, i64)> {
    let found = tx.one(
        "select count(*), coalesce(sum(status in ('cancelled', 'expired')), 0) from orders where id >= ?1 and id < ?2",
        params![id_floor(from), id_floor(to)],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    Ok(found.unwrap_or((0, 0)))
}

/// Orders that wait for money now: since when, and how much.
pub fn list_unpaid(tx: &Read<'_>) -> Result<Vec<(Time, i64)>> {
    tx.all("select created_at, total_minor from orders where status in ('awaiting_payment', 'awaiting_confirmation')", [], |r| {
        Ok((time_at(r, 0)?, r.get(1)?))
    })
}

/// How people came from a first word to coming back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Funnel {
    /// Customers who wrote.
    pub wrote: i64,
    /// Of those, people nobody knew before.
    pub new: i64,
    /// Customers who ordered.
    pub ordered: i64,
    /// Customers whose money came.
    pub paid: i64,
    /// Customers who ordered and had ordered before.
    pub came_back: i64,
}

/// Customers of a stretch of time.
pub fn find_funnel(tx: &Read<'_>, from: Time, to: Time) -> Result<Funnel> {
    let found = tx.one(
        "with wrote as (select distinct c.contact_id as id from messages m join conversations c on c.id = m.conversation_id
                        where m.id >= ?1 and m.id < ?2 and m.direction = 'in'),
              ordered as (select contact_id as id, min(id) as first from orders where id >= ?1 and id < ?2 group by contact_id)
         select (select count(*) from wrote), (select count(*) from wrote where id >= ?1), (select count(*) from ordered),
           (select count(distinct o.contact_id) from payments p join orders o on o.id = p.order_id
              where p.state in ('approved', 'part_refunded', 'disputed') and o.status not in ('cancelled', 'expired') and o.id >= ?1 and o.id < ?2),
           (select count(*) from ordered n where exists (select 1 from orders o where o.contact_id = n.id and o.id < n.first)
              or (select count(*) from orders o where o.contact_id = n.id and o.id >= ?1 and o.id < ?2) > 1)",
        params![id_floor(from), id_floor(to)],
        |r| Ok(Funnel { wrote: r.get(0)?, new: r.get(1)?, ordered: r.get(2)?, paid: r.get(3)?, came_back: r.get(4)? }),
    )?;
    Ok(found.unwrap_or_default())
}

/// Conversations in which the customer wrote, those that a person answered in, messages in and out.
pub fn count_talk(tx: &Read<'_>, from: Time, to: Time) -> Result<(i64, i64, i64, i64)> {
    let found = tx.one(
        "select count(distinct case when direction = 'in' then conversation_id end), count(distinct case when author = 'person' then conversation_id end),
           coalesce(sum(direction = 'in'), 0), coalesce(sum(direction = 'out'), 0) from messages where id >= ?1 and id < ?2",
        params![id_floor(from), id_floor(to)],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
    )?;
    Ok(found.unwrap_or_default())
}

/// Conversations in which the customer wrote and that wait for a person now, though none answered in these days.
pub fn count_still_waiting(tx: &Read<'_>, from: Time, to: Time) -> Result<i64> {
    tx.one(
        "select count(*) from conversations c where c.waiting_since is not null
           and exists (select 1 from messages m where m.conversation_id = c.id and m.id >= ?1 and m.id < ?2 and m.direction = 'in')
           and not exists (select 1 from messages m where m.conversation_id = c.id and m.id >= ?1 and m.id < ?2 and m.author = 'person')",
        params![id_floor(from), id_floor(to)],
        |r| r.get(0),
    )
    .map(Option::unwrap_or_default)
}

/// Conversations in which the customer wrote, by channel.
pub fn count_by_channel(tx: &Read<'_>, from: Time, to: Time) -> Result<Vec<(String, i64)>> {
    tx.all(
        "select c.channel, count(distinct c.id) from messages m join conversations c on c.id = m.conversation_id
         where m.id >= ?1 and m.id < ?2 and m.direction = 'in' group by 1 order by 2 desc",
        params![id_floor(from), id_floor(to)],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// When customers wrote; for the day's bars.
pub fn list_heard(tx: &Read<'_>, from: Time, to: Time) -> Result<Vec<Time>> {
    tx.all("select created_at from messages where id >= ?1 and id < ?2 and direction = 'in'", params![id_floor(from), id_floor(to)], |r| {
        time_at(r, 0)
    })
}

/// Milliseconds from the first message of each customer to our first one after it.
pub fn list_first_replies(tx: &Read<'_>, from: Time, to: Time, most: u32) -> Result<Vec<i64>> {
    tx.all(
        "select reply.created_at - first.at from (
           select conversation_id, min(id) as id, min(created_at) as at from messages where id >= ?1 and id < ?2 and direction = 'in' group by conversation_id limit ?3
         ) first join messages reply on reply.id = (
           select min(id) from messages where conversation_id = first.conversation_id and id > first.id and direction = 'out'
         )",
        params![id_floor(from), id_floor(to), most],
        |r| r.get(0),
    )
}

/// One agent's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worked {
    /// Its name.
    pub agent: String,
    /// How often it ran.
    pub runs: i64,
    /// How often it failed.
    pub failed: i64,
    /// Milliseconds in all, of the runs that ended.
    pub took_ms: i64,
    /// What models used.
    pub tokens: i64,
    /// What they cost, in millionths of a US dollar.
    pub cost_micros: i64,
}

/// What agents did.
pub fn list_worked(tx: &Read<'_>, from: Time, to: Time) -> Result<Vec<Worked>> {
    tx.all(
        "select agent, count(*), coalesce(sum(state = 'failed'), 0), coalesce(sum(ended_at - started_at), 0),
           coalesce(sum(prompt_tokens + completion_tokens), 0), coalesce(sum(cost_micros), 0)
         from runs where id >= ?1 and id < ?2 and fork_of is null group by agent order by 2 desc",
        params![id_floor(from), id_floor(to)],
        |r| {
            Ok(Worked {
                agent: r.get(0)?,
                runs: r.get(1)?,
                failed: r.get(2)?,
                took_ms: r.get(3)?,
                tokens: r.get(4)?,
                cost_micros: r.get(5)?,
            })
        },
    )
}
