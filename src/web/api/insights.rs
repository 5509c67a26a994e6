//! Figures of some days, as JSON.

use crate::domain::error::Result;
use crate::domain::house::insight::{AGES, Range, share};
use crate::domain::money::Money;
use crate::services::house::insight;
use crate::store::house::insight as rows;
use crate::store::meta;
use crate::store::tx::Read;
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::caller::Caller;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Best sellers listed.
const TOP: usize = 20;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(sales)).routes(routes!(leads)).routes(routes!(agents)).routes(routes!(conversations))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Days {
    /// First day, "2026-11-01"; thirty days in all when absent.
    from: Option<String>,
    /// Last day, counted too; today when absent.
    to: Option<String>,
}

impl Days {
    fn range(&self, tx: &Read<'_>) -> Result<Range> {
        let zone = meta::find_profile(tx)?.time_zone;
        Range::read(self.from.as_deref().unwrap_or(""), self.to.as_deref().unwrap_or(""), tx.now, &zone)
    }
}

/// The days that are counted.
#[derive(Serialize, ToSchema)]
struct DaysOut {
    /// First day.
    from: String,
    /// Last day.
    to: String,
}

fn span(r: &Range) -> DaysOut {
    let day = |d: Option<&(jiff::civil::Date, crate::domain::time::Time)>| d.map_or_else(String::new, |(d, _)| d.to_string());
    DaysOut { from: day(r.days.first()), to: day(r.days.last()) }
}

/// A part of a whole, in hundredths of a per cent; null of nothing.
fn part(part: i64, whole: i64) -> Option<i64> {
    share(part, whole)
}

#[derive(Serialize, ToSchema)]
struct SalesDay {
    day: String,
    sales: Money,
    payments: i64,
}

#[derive(Serialize, ToSchema)]
struct SoldOut {
    name: String,
    quantity: i64,
    sales: Money,
}

#[derive(Serialize, ToSchema)]
struct Waiting {
    /// "less than an hour"
    age: &'static str,
    orders: i64,
    amount: Money,
}

/// Money of some days.
#[derive(Serialize, ToSchema)]
struct SalesOut {
    #[serde(flatten)]
    span: DaysOut,
    /// Money that came.
    sales: Money,
    payments: i64,
    given_back: Money,
    orders: i64,
    /// Given up, or not paid in time.
    orders_given_up: i64,
    /// Customers who ordered, of those who wrote: hundredths of a per cent.
    conversion_bp: Option<i64>,
    days: Vec<SalesDay>,
    top_items: Vec<SoldOut>,
    /// Orders that wait for money now.
    payment_ageing: Vec<Waiting>,
}

/// Sales, conversion, best sellers, and how long unpaid orders have waited.
#[utoipa::path(get, path = "/insights/sales", operation_id = "insights_sales", tag = "insights", params(Days), responses((status = 200, body = SalesOut)))]
async fn sales(caller: Caller, Params(d): Params<Days>) -> ApiResult<Json<SalesOut>> {
    let out = caller.file.read(move |tx| {
        let (r, c) = (d.range(tx)?, meta::find_profile(tx)?.currency);
        let s = insight::sales(tx, &r, TOP)?;
        let funnel = rows::find_funnel(tx, r.from(), r.to)?;
        let money = |minor| Money::new(minor, c);
        let days =
            r.days.iter().zip(&s.days).map(|((day, _), (minor, n))| SalesDay { day: day.to_string(), sales: money(*minor), payments: *n });
        let waiting = AGES.iter().zip(&s.waiting).map(|((age, _), (n, minor))| Waiting { age, orders: *n, amount: money(*minor) });
        Ok(SalesOut {
            span: span(&r),
            sales: money(s.total_minor()),
            payments: s.payments(),
            given_back: money(s.given_back_minor),
            orders: s.orders,
            orders_given_up: s.given_up,
            conversion_bp: part(funnel.ordered, funnel.wrote),
            days: days.collect(),
            payment_ageing: waiting.collect(),
            top_items: s.top.into_iter().map(|x| SoldOut { name: x.name, quantity: x.quantity, sales: money(x.minor) }).collect(),
        })
    });
    Ok(Json(out.await?))
}

/// How people came from a first word to coming back.
#[derive(Serialize, ToSchema)]
struct LeadsOut {
    #[serde(flatten)]
    span: DaysOut,
    /// Customers who wrote.
    wrote: i64,
    /// Of those, people nobody knew before.
    new: i64,
    ordered: i64,
    paid: i64,
    came_back: i64,
    /// Ordered, of those who wrote: hundredths of a per cent.
    conversion_bp: Option<i64>,
}

/// New people, and how far they came.
#[utoipa::path(get, path = "/insights/leads", operation_id = "insights_leads", tag = "insights", params(Days), responses((status = 200, body = LeadsOut)))]
async fn leads(caller: Caller, Params(d): Params<Days>) -> ApiResult<Json<LeadsOut>> {
    let out = caller.file.read(move |tx| {
        let r = d.range(tx)?;
        let f = rows::find_funnel(tx, r.from(), r.to)?;
        let conversion_bp = part(f.ordered, f.wrote);
        Ok(LeadsOut { span: span(&r), wrote: f.wrote, new: f.new, ordered: f.ordered, paid: f.paid, came_back: f.came_back, conversion_bp })
    });
    Ok(Json(out.await?))
}

#[derive(Serialize, ToSchema)]
struct WorkedOut {
    agent: String,
    runs: i64,
    failed: i64,
    /// Milliseconds of a run, on average.
    average_ms: i64,
    tokens: i64,
    /// Millionths of a US dollar.
    cost_micros: i64,
}

/// What agents did.
#[derive(Serialize, ToSchema)]
struct AgentsOut {
    #[serde(flatten)]
    span: DaysOut,
    runs: i64,
    cost_micros: i64,
    agents: Vec<WorkedOut>,
}

/// What agents did, how often they failed, and what it cost.
#[utoipa::path(get, path = "/insights/agents", operation_id = "insights_agents", tag = "insights", params(Days), responses((status = 200, body = AgentsOut)))]
async fn agents(caller: Caller, Params(d): Params<Days>) -> ApiResult<Json<AgentsOut>> {
    let out = caller.file.read(move |tx| {
        let r = d.range(tx)?;
        let all = rows::list_worked(tx, r.from(), r.to)?;
        let (runs, cost_micros) = all.iter().fold((0, 0), |(n, c), w| (n + w.runs, c + w.cost_micros));
        let agents = all.into_iter().map(|w| WorkedOut {
            average_ms: w.took_ms.checked_div(w.runs).unwrap_or(0),
            agent: w.agent,
            runs: w.runs,
            failed: w.failed,
            tokens: w.tokens,
            cost_micros: w.cost_micros,
        });
        Ok(AgentsOut { span: span(&r), runs, cost_micros, agents: agents.collect() })
    });
    Ok(Json(out.await?))
}

#[derive(Serialize, ToSchema)]
struct ChannelOut {
    channel: String,
    conversations: i64,
}

#[derive(Serialize, ToSchema)]
struct TalkDay {
    day: String,
    messages: i64,
}

/// Conversations of some days.
#[derive(Serialize, ToSchema)]
struct TalkOut {
    #[serde(flatten)]
    span: DaysOut,
    conversations: i64,
    /// In which a person answered.
    with_person: i64,
    /// No person was needed: hundredths of a per cent.
    deflection_bp: Option<i64>,
    messages_in: i64,
    messages_out: i64,
    /// Half of the customers waited less for the first reply.
    first_reply_ms: Option<i64>,
    channels: Vec<ChannelOut>,
    days: Vec<TalkDay>,
}

/// How much was written, how fast it was answered, and how often a person was needed.
#[utoipa::path(get, path = "/insights/conversations", operation_id = "insights_conversations", tag = "insights", params(Days), responses((status = 200, body = TalkOut)))]
async fn conversations(caller: Caller, Params(d): Params<Days>) -> ApiResult<Json<TalkOut>> {
    let out = caller.file.read(move |tx| {
        let r = d.range(tx)?;
        let t = insight::talk(tx, &r)?;
        let days = r.days.iter().zip(&t.days).map(|((day, _), n)| TalkDay { day: day.to_string(), messages: *n });
        Ok(TalkOut {
            span: span(&r),
            conversations: t.conversations,
            with_person: t.with_person,
            deflection_bp: part(t.alone(), t.conversations),
            messages_in: t.heard,
            messages_out: t.said,
            first_reply_ms: t.first_reply_ms,
            days: days.collect(),
            channels: t.channels.into_iter().map(|(channel, conversations)| ChannelOut { channel, conversations }).collect(),
        })
    });
    Ok(Json(out.await?))
}
