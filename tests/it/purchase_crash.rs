//! Whole purchases in a real process that is killed at random moments, from a seed: vendors asked side by side, the owner's word, payment,
//! order. Nothing may be done twice, nothing lost, nothing stuck.
//!
//! `STEWARD_KILLS=2000 STEWARD_KILL_SEED=7 cargo nextest run --run-ignored only purchases_survive_many_kills` is the long form.

use crate::doubles::transfers::{self, Fault, Transfers};
use crate::harness::count_jobs;
use serde_json::json;
use std::collections::HashSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use steward::agents::{buying, runs};
use steward::app::directory::Credentials;
use steward::app::{App, businesses};
use steward::config::Config;
use steward::domain::buying::payment::Method;
use steward::domain::buying::purchase::Status;
use steward::domain::buying::seller::{Seller, Temper, Ware};
use steward::domain::buying::unit::{Measure, Unit};
use steward::domain::buying::vendor::{Vendor, phone};
use steward::domain::error::Result;
use steward::domain::house::approval::Way;
use steward::domain::house::business::{Profile, Template};
use steward::domain::house::member::{Actor, Role};
use steward::domain::id::Id;
use steward::domain::money::Currency;
use steward::domain::secret::Secret;
use steward::domain::time::{Clock, Time};
use steward::jobs;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::buying::purchase::read_need;
use steward::services::buying::settings::{Settings, save};
use steward::services::buying::vendor;
use steward::services::house::approval::{self as service, Answer};
use steward::services::house::template;
use steward::store::buying::payment::sum_sandbox_payments;
use steward::store::buying::vendor::upsert_seller;
use steward::store::buying::{payment, purchase};
use steward::store::house::approval;
use steward::store::meta;
use steward::store::simulator::list_arrived;
use steward::store::tx::Tx;

const DIR: &str = "STEWARD_TEST_BUY_DIR";
const NOW: &str = "STEWARD_TEST_BUY_NOW";
/// Where vendors are paid; the pretended bank without it.
const STRIPE: &str = "STEWARD_TEST_BUY_STRIPE";
const LINE: &str = "55510";
/// The pretended clock goes so many times faster than the wall: vendors answer soon, and nobody's patience ends while a process starts.
const FAST: i64 = 10;

fn owner() -> Actor {
    Actor::Member { id: Id::NIL, name: "Ada".into() }
}

/// The process that is killed. It approves by itself what is asked, so that purchases end without anybody.
#[tokio::test]
#[ignore = "started by the tests below as a process of its own"]
#[expect(clippy::disallowed_methods, reason = "how a test tells the process it starts what to do")]
async fn the_process() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let now: i64 = std::env::var(NOW).unwrap().parse().unwrap();
    let mut config = Config::for_testing(Path::new(&dir));
    if let Ok(url) = std::env::var(STRIPE) {
        (config.gateways.stripe.secret, config.gateways.stripe.base_url) = (Secret::new(transfers::KEY), url);
    }
    let app = App::open(config, Clock::starting_at(Time::from_millis(now))).await.unwrap();
    let id = app.directory().businesses().next().unwrap().id;
    let runtime = runs::runtime(&app);
    jobs::start_with(&app, Arc::new(BuiltIn::new()), runtime).await.unwrap();
    let file = app.store.business(id).unwrap();
    loop {
        app.clock().advance_ms(10 * FAST);
        app.bell.due(id, app.clock().now());
        let answered = file.write(|tx| {
            for a in approval::list_open_approvals(tx, 9)? {
                service::answer(tx, a.id, &Answer { actor: &owner(), role: Role::Owner, yes: true, note: "", way: Way::Api })?;
            }
            Ok(())
        });
        answered.await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A folder with purchases, and the pretended time since it was made.
struct World {
    dir: tempfile::TempDir,
    began: Instant,
    purchases: Vec<Id>,
    stripe: Option<Transfers>,
}

impl World {
    fn now(&self) -> Time {
        start().plus_ms(i64::try_from(self.began.elapsed().as_millis()).unwrap() * FAST)
    }
    fn begin(&self) -> Killed {
        let mut c = Command::new(std::env::current_exe().unwrap());
        c.args(["--exact", "purchase_crash::the_process", "--ignored"])
            .env(DIR, self.dir.path())
            .env(NOW, self.now().millis().to_string())
            .envs(self.stripe.iter().map(|s| (STRIPE, s.url.clone())))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Killed(c.spawn().unwrap())
    }
}

fn start() -> Time {
    Time::parse("2026-11-21T11:00:00Z").unwrap()
}

fn stock(tx: &mut Tx<'_>, pay_by: Method) -> Result<()> {
    template::ask(tx, LINE)?;
    save(tx, &Settings { pay_by, patience_minutes: 7 * 24 * 60, price_days: 30, ..Settings::default() })?;
    let tempers = [("Adeyemi", Temper::Flexible, 520), ("Bem", Temper::HidesDelivery, 500), ("Chidi", Temper::Firm, 560)];
    for (i, (name, temper, minor)) in tempers.into_iter().enumerate() {
        let number = format!("+234803111000{i}");
        let mut v = Vendor::new(Id::new(tx.now), name, tx.now);
        v.phone = phone(&number, "NG")?;
        v.products = vec!["eggs".into()];
        v.stripe = format!("acct_1{name}00000");
        vendor::save(tx, &v)?;
        let ware = Ware { name: "eggs".into(), per: Measure::plain(Unit::Dozen), start_minor: minor, floor_minor: minor - 60 };
        let seller = Seller {
            temper,
            wares: vec![ware],
            delivery_minor: 300,
            lead_days: 1,
            heard: 0,
            down: 0,
            wanted: vec![],
            quoted: false,
            agreed: false,
        };
        upsert_seller(tx, number.trim_start_matches('+'), &seller)?;
    }
    Ok(())
}

async fn prepared(purchases: usize, stripe: Option<Transfers>) -> World {
    let dir = tempfile::tempdir().unwrap();
    let app = App::open(Config::for_testing(dir.path()), Clock::starting_at(start())).await.unwrap();
    let profile = Profile { currency: "USD".parse::<Currency>().unwrap(), ..Profile::default() };
    let b = businesses::create(&app, "Corner Bakery", None, Template::Shop, profile).await.unwrap();
    let c = Credentials { token: "pretended".into(), app_secret: "s".into(), verify_token: "v".into() };
    businesses::connect_whatsapp(&app, b.id, LINE, &c, true).await.unwrap();
    let file = app.store.business(b.id).unwrap();
    let pay_by = if stripe.is_some() { Method::Stripe } else { Method::Sandbox };
    let asked = file.write(move |tx| {
        stock(tx, pay_by)?;
        let profile = meta::find_profile(tx)?;
        (0..purchases)
            .map(|i| {
                let text = format!("{} dozen eggs, max $90", 6 + i % 5);
                let need = read_need(&text, &profile, tx.now)?;
                buying::request(tx, &text, need, &owner(), None).map(|p| p.id)
            })
            .collect::<Result<Vec<_>>>()
    });
    let purchases = asked.await.unwrap();
    World { dir, began: Instant::now(), purchases, stripe }
}

/// What is there now: purchases that are over, and everything that must be there once.
async fn looked(w: &World) -> usize {
    let app = App::open(Config::for_testing(w.dir.path()), Clock::starting_at(w.now())).await.unwrap();
    let id = app.directory().businesses().next().unwrap().id;
    let (ids, at_stripe) = (w.purchases.clone(), w.stripe.as_ref().map(|s| i64::try_from(s.transfers().len()).unwrap()));
    let file = app.store.business(id).unwrap();
    let read = file.read(move |tx| {
        let mut over = 0;
        let (mut planned, mut paid) = (0, 0);
        for id in ids {
            let p = purchase::find_purchase(tx, id)?;
            over += usize::from(matches!(p.status, Status::Confirmed));
            // Where answers get lost, a purchase may stand in doubt until it is looked up.
            let doubt = p.status == Status::PaymentUnknown && at_stripe.is_none();
            assert!(!doubt && !matches!(p.status, Status::Failed | Status::Cancelled), "{p:?}");
            for x in payment::list_purchase_payments(tx, id)? {
                planned += 1;
                paid += i64::from(x.state == steward::domain::buying::payment::State::Paid);
            }
        }
        let moved = match at_stripe {
            Some(n) => n,
            None => sum_sandbox_payments(tx)?.0,
        };
        assert!(paid <= moved && moved <= planned, "{paid} known as paid, {moved} moved, {planned} planned");
        // What arrived on vendors' phones: one order a payment, none of them twice.
        let arrived = list_arrived(tx, None, 0, 10_000)?;
        let words: Vec<(String, String)> = arrived.iter().map(|m| (m.phone.clone(), m.body.to_string())).collect();
        let ordered: Vec<_> = words.iter().filter(|(_, body)| body.contains("Order confirmed")).collect();
        let once: HashSet<_> = ordered.iter().collect();
        assert_eq!(once.len(), ordered.len(), "an order arrived twice: {ordered:?}");
        let orders = ordered.len();
        assert!(i64::try_from(orders).unwrap() <= planned, "{orders} orders, {planned} planned");
        Ok((over, planned, moved, orders))
    });
    let (over, planned, moved, orders) = read.await.unwrap();
    assert_eq!(count_jobs(&file).2, 0, "no job is dead");
    if over == w.purchases.len() {
        assert_eq!((moved, i64::try_from(orders).unwrap()), (planned, planned), "{}", json!({ "moved": moved, "orders": orders }));
    }
    over
}

/// Kills a process at work again and again, then lets one finish and looks.
async fn kill(purchases: usize, kills: usize, seed: &mut u64, stripe: Option<Transfers>) {
    let w = prepared(purchases, stripe).await;
    for _ in 0..kills {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let p = w.begin();
        tokio::time::sleep(Duration::from_millis(120 + (*seed >> 33) % 500)).await;
        drop(p);
    }
    for _ in 0..60 {
        if looked(&w).await == w.purchases.len() {
            return;
        }
        let p = w.begin();
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        drop(p);
    }
    panic!("{} of {} purchases are stuck", w.purchases.len() - looked(&w).await, w.purchases.len());
}

#[tokio::test]
async fn purchases_survive_a_few_kills() {
    let mut seed = 20_261_121;
    kill(3, 8, &mut seed, None).await;
}

#[tokio::test]
async fn purchases_paid_by_stripe_survive_a_few_kills() {
    let (mut seed, stripe) = (20_261_122, Transfers::open().await);
    for fault in [Fault::PaidThenCut, Fault::PaidThenBroken, Fault::Down] {
        stripe.fail(fault);
    }
    kill(3, 8, &mut seed, Some(stripe)).await;
}

#[tokio::test]
#[ignore = "takes half an hour: STEWARD_KILLS=2000"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "the long form is told its length and tells how far it is")]
async fn purchases_survive_many_kills() {
    let read = |name: &str, default: u64| std::env::var(name).ok().and_then(|t| t.parse().ok()).unwrap_or(default);
    let (kills, mut seed) = (read("STEWARD_KILLS", 2_000), read("STEWARD_KILL_SEED", 20_261_121));
    let mut done = 0;
    while done < kills {
        let some = (kills - done).min(25);
        kill(8, usize::try_from(some).unwrap(), &mut seed, None).await;
        done += some;
        println!("{done} of {kills} kills: nothing twice, nothing lost, nothing stuck");
    }
}
