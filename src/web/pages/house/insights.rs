//! Insights: figures of some days, as plots with their tables and as CSV.

use crate::domain::error::{Error, Result};
use crate::domain::house::insight::{AGES, Range, csv, share};
use crate::domain::money::Money;
use crate::services::house::insight::{self, Sales, Talk};
use crate::store::house::insight as rows;
use crate::store::house::insight::Funnel;
use crate::store::meta;
use crate::web::format;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::{Here, View};
use crate::web::view::Chip;
use crate::web::view::house::insights::{Bar, InsightsPage, Plot, Ranked, Ranking};
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;

/// Best sellers shown, and written into a CSV.
const TOP: usize = 10;
const TOP_CSV: usize = 5_000;
/// The plot's room: width, height of the highest bar, and where the bars stand.
const WIDTH: i64 = 560;
const HIGH: i64 = 110;
const FLOOR: i64 = 130;

/// How many days are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    days: Option<i32>,
}

impl Ask {
    fn range(&self, v: &View) -> Result<Range> {
        Range::last(self.days.unwrap_or(30), v.now, &v.profile.time_zone)
    }
}

/// `GET /app/insights`.
pub async fn page(here: Here, Query(ask): Query<Ask>) -> Answer {
    let page = here.view("insights", move |tx, v| {
        let r = ask.range(&v)?;
        let (s, t) = (insight::sales(tx, &r, TOP)?, insight::talk(tx, &r)?);
        let f = rows::find_funnel(tx, r.from(), r.to)?;
        let n = r.days.len();
        let chip = |d: usize| Chip { label: format!("{d} days"), url: format!("/app/insights?days={d}"), on: d == n, count: String::new() };
        let of = format!("days={n}");
        Ok(InsightsPage {
            sub: said(&r),
            chips: [7, 30, 90].map(chip).to_vec(),
            figures: figures(&v, &s, &t, f),
            plots: vec![sales_plot(&v, &r, &s, &of), talk_plot(&r, &t, &of)],
            lists: vec![best(&v, &s, &of), ageing(&v, &s, &of), funnel(f, &of)],
            chrome: v.chrome,
        })
    });
    here.page(&page.await?)
}

/// "23 October to 21 November".
fn said(r: &Range) -> String {
    let day =
        |d: Option<&(jiff::civil::Date, crate::domain::time::Time)>| d.map_or_else(String::new, |(d, _)| d.strftime("%-d %B").to_string());
    format!("{} to {}", day(r.days.first()), day(r.days.last()))
}

fn figures(v: &View, s: &Sales, t: &Talk, f: Funnel) -> Vec<(String, String, String)> {
    let line = |name: &str, value: String, more: String| (name.to_owned(), value, more);
    // Whole numbers: a point between them would be a comma elsewhere.
    let or_none = |x: Option<i64>| x.map_or_else(|| "none yet".to_owned(), |share| format!("{} %", (share + 50) / 100));
    let back = if s.given_back_minor > 0 { format!(", {} given back", v.money(s.given_back_minor)) } else { String::new() };
    vec![
        line("Sales", v.money(s.total_minor()), format!("{}{back}", format::count(s.payments(), "payment", "payments"))),
        line("Of those who wrote, ordered", or_none(share(f.ordered, f.wrote)), format!("{} of {}", f.ordered, f.wrote)),
        line("First reply", t.first_reply_ms.map_or_else(|| "none yet".into(), format::about), "half of the customers waited less".into()),
        line(
            "Answered without a person",
            or_none(share(t.alone(), t.conversations)),
            format!("{} of {}", t.alone(), format::count(t.conversations, "chat", "chats")),
        ),
    ]
}

/// Bars of values, and words under the first, middle and last day.
fn plot(r: &Range, values: &[i64]) -> (Vec<Bar>, Vec<(i64, String)>) {
    let n = i64::try_from(values.len()).unwrap_or(1).max(1);
    let most = values.iter().copied().max().unwrap_or(0).max(1);
    let step = WIDTH * 100 / n;
    let gap = if n > 60 { 1 } else { 2 };
    let bars = values.iter().zip(0i64..).map(|(value, i)| {
        let height = i64::try_from(i128::from(*value) * i128::from(HIGH) / i128::from(most)).unwrap_or(0);
        Bar { x: i * step / 100, y: FLOOR - height, width: (step / 100 - gap).max(1), height, now: i == n - 1 }
    });
    let tick = |i: i64| {
        let day = usize::try_from(i).ok().and_then(|i| r.days.get(i));
        let middle = (i * step / 100 + step / 200).clamp(18, WIDTH - 18);
        (middle, day.map_or_else(String::new, |(d, _)| d.strftime("%-d %b").to_string()))
    };
    let mut ticks: Vec<(i64, String)> = [0, n / 2, n - 1].map(tick).to_vec();
    ticks.dedup();
    (bars.collect(), ticks)
}

fn sales_plot(v: &View, r: &Range, s: &Sales, of: &str) -> Plot {
    let values: Vec<i64> = s.days.iter().map(|(m, _)| *m).collect();
    let (bars, ticks) = plot(r, &values);
    let most = values.iter().copied().max().unwrap_or(0);
    let rows = r.days.iter().zip(&s.days).rev().map(|((d, _), (minor, n))| vec![d.to_string(), v.money(*minor), n.to_string()]);
    Plot {
        id: "sales".into(),
        title: "Sales a day".into(),
        sentence: format!("Sales a day, {}. {} in all, {} on the best day.", said(r), v.money(s.total_minor()), v.money(most)),
        most: v.money(most),
        head: ["Day", "Sales", "Payments"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
        csv: format!("/app/insights/sales.csv?{of}"),
        bars,
        ticks,
    }
}

fn talk_plot(r: &Range, t: &Talk, of: &str) -> Plot {
    let (bars, ticks) = plot(r, &t.days);
    let most = t.days.iter().copied().max().unwrap_or(0);
    let rows = r.days.iter().zip(&t.days).rev().map(|((d, _), n)| vec![d.to_string(), n.to_string()]);
    Plot {
        id: "talk".into(),
        title: "Messages of customers a day".into(),
        sentence: format!("Messages of customers a day, {}. {} in all, {most} on the busiest day.", said(r), t.heard),
        most: most.to_string(),
        head: ["Day", "Messages"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
        csv: format!("/app/insights/messages.csv?{of}"),
        bars,
        ticks,
    }
}

fn ranked(rows: Vec<(String, Vec<String>, i64)>) -> Vec<Ranked> {
    let most = rows.iter().map(|(_, _, x)| *x).max().unwrap_or(0).max(1);
    let width = |x: i64| i64::try_from(i128::from(x) * 280 / i128::from(most)).unwrap_or(0);
    rows.into_iter().map(|(name, cells, x)| Ranked { name, cells, width: width(x) }).collect()
}

fn best(v: &View, s: &Sales, of: &str) -> Ranking {
    let rows = s.top.iter().map(|x| (x.name.clone(), vec![x.quantity.to_string(), v.money(x.minor)], x.minor));
    Ranking {
        id: "best".into(),
        title: "Best sellers".into(),
        head: ["What", "Ordered", "Worth"].map(str::to_owned).to_vec(),
        rows: ranked(rows.collect()),
        empty: "Nothing was ordered in these days.".into(),
        csv: format!("/app/insights/items.csv?{of}"),
    }
}

fn ageing(v: &View, s: &Sales, of: &str) -> Ranking {
    let rows = AGES.iter().zip(&s.waiting).map(|((age, _), (n, minor))| ((*age).to_owned(), vec![n.to_string(), v.money(*minor)], *minor));
    let rows = if s.waiting.iter().all(|(n, _)| *n == 0) { Vec::new() } else { ranked(rows.collect()) };
    Ranking {
        id: "ageing".into(),
        title: "Waiting for money now".into(),
        head: ["For", "Orders", "Worth"].map(str::to_owned).to_vec(),
        rows,
        empty: "No order waits for money.".into(),
        csv: format!("/app/insights/waiting.csv?{of}"),
    }
}

fn funnel(f: Funnel, of: &str) -> Ranking {
    let said = |name| if name == "wrote" { "wrote to you" } else { name };
    let rows = steps(f).map(|(name, n)| (said(name).to_owned(), vec![n.to_string()], n)).to_vec();
    Ranking {
        id: "funnel".into(),
        title: "From the first word".into(),
        head: ["Customers who", "How many"].map(str::to_owned).to_vec(),
        rows: if f.wrote == 0 { Vec::new() } else { ranked(rows) },
        empty: "Nobody wrote in these days.".into(),
        csv: format!("/app/insights/customers.csv?{of}"),
    }
}

const fn steps(f: Funnel) -> [(&'static str, i64); 5] {
    [("wrote", f.wrote), ("wrote for the first time", f.new), ("ordered", f.ordered), ("paid", f.paid), ("ordered again", f.came_back)]
}

/// `GET /app/insights/NAME.csv`.
pub async fn table(here: Here, Path(name): Path<String>, Query(ask): Query<Ask>) -> Answer {
    let file = name.clone();
    let text = here.file.read(move |tx| {
        let p = meta::find_profile(tx)?;
        let r = Range::last(ask.days.unwrap_or(30), tx.now, &p.time_zone)?;
        let plain = |minor: i64| Money::new(minor, p.currency).plain().replace(',', "");
        let days = || r.days.iter().map(|(d, _)| d.to_string());
        let code = p.currency.code();
        Ok(match name.as_str() {
            "sales.csv" => {
                let s = insight::sales(tx, &r, 0)?;
                let rows: Vec<_> = days().zip(&s.days).map(|(d, (m, n))| vec![d, plain(*m), n.to_string()]).collect();
                csv(&["day", &format!("sales_{code}"), "payments"], &rows)
            }
            "messages.csv" => {
                let t = insight::talk(tx, &r)?;
                csv(&["day", "messages"], &days().zip(&t.days).map(|(d, n)| vec![d, n.to_string()]).collect::<Vec<_>>())
            }
            "items.csv" => {
                let s = insight::sales(tx, &r, TOP_CSV)?;
                let rows: Vec<_> = s.top.into_iter().map(|x| vec![x.name, x.quantity.to_string(), plain(x.minor)]).collect();
                csv(&["item", "ordered", &format!("worth_{code}")], &rows)
            }
            "waiting.csv" => {
                let s = insight::sales(tx, &r, 0)?;
                let rows: Vec<_> =
                    AGES.iter().zip(&s.waiting).map(|((a, _), (n, m))| vec![(*a).to_owned(), n.to_string(), plain(*m)]).collect();
                csv(&["waiting_for", "orders", &format!("worth_{code}")], &rows)
            }
            "customers.csv" => {
                let f = rows::find_funnel(tx, r.from(), r.to)?;
                csv(&["customers_who", "how_many"], &steps(f).map(|(name, n)| vec![name.to_owned(), n.to_string()]))
            }
            _ => return Err(Error::not_found("table")),
        })
    });
    let disposition = format!("attachment; filename=\"{file}\"");
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)], text.await?)
        .into_response())
}
