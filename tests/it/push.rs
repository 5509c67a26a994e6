//! Being told on a phone that something waits: once, to those it concerns, sealed for that phone alone.

use crate::doubles::push::{Fault, Push};
use crate::harness::{self, TestApp, noon};
use crate::pages::Browser;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use steward::app::{App, backup, push, rotation};
use steward::channels::push::Subscription;
use steward::config::Config;
use steward::config::paths::Paths;
use steward::domain::house::approval::{Policy, Question};
use steward::domain::house::device::{Device, Waits};
use steward::domain::house::member::Role;
use steward::domain::house::message::Delivery;
use steward::domain::id::Id;
use steward::domain::job::Job;
use steward::domain::money::{Currency, Money};
use steward::domain::time::{Clock, HOUR_MS, MINUTE_MS};
use steward::net::trust::Named;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::{approval as questions, conversation};
use steward::services::shop::payment;
use steward::store::control::{device, member};
use steward::store::file::File;
use steward::store::house::conversation::{Which, list_conversations};
use steward::store::house::push::{PushRow, find_push};
use steward::store::jobs;
use steward::store::shop::order::list_orders;
use steward::telemetry::breakpoint::PUSH_PLACES;

const ADA: &str = "2348031234567";

async fn open() -> (TestApp, Push) {
    let push = Push::open().await;
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    t.app.net.trust_as(Named::ByBrowser, &push.url);
    (t, push)
}

/// A member's phone that was connected on the page.
async fn phone(t: &TestApp, push: &Push, role: Role) -> Browser {
    let b = Browser::of(t, role).await;
    connect(t, push, &b, role.as_str()).await;
    b
}

async fn connect(t: &TestApp, push: &Push, b: &Browser, name: &str) {
    let key = push::public_key(&t.app).await.unwrap();
    let [endpoint, p256dh, auth] = push.subscribe(name, &key);
    let form = [("endpoint", endpoint.1.as_str()), ("p256dh", p256dh.1.as_str()), ("auth", auth.1.as_str()), ("back", "/app/approvals")];
    assert_eq!(b.post("/app/devices", &form).await, 303);
}

async fn devices(t: &TestApp) -> Vec<Device> {
    let business = t.business.id;
    t.app.store.control_read(move |tx| device::list_devices(tx, business, None)).await.unwrap()
}

async fn ask(t: &TestApp, key: &'static str) -> Id {
    let question = Question {
        key: key.into(),
        title: format!("Pay for {key}?"),
        facts: vec![("Vendor".into(), "Adaeze".into())],
        amount: Some(Money::new(50_000, Currency::NGN)),
        url: String::new(),
        until: None,
    };
    let id = t.file().write(move |tx| questions::ask(tx, None, &question)).await.unwrap();
    t.pass_ms(1_000).await;
    id
}

async fn rows(t: &TestApp, id: Id) -> Vec<PushRow> {
    rows_of(&t.file(), id).await
}

async fn rows_of(file: &File, id: Id) -> Vec<PushRow> {
    let all: Vec<String> = harness::column(file, "select id from pushes where about_id = ?1 order by id", &id.to_string());
    file.read(move |tx| all.iter().map(|p| find_push(tx, p.parse().unwrap())).collect()).await.unwrap()
}

#[tokio::test]
async fn a_phone_is_told_once_that_a_question_waits() {
    let (t, push) = open().await;
    let b = Browser::of(&t, Role::Owner).await;
    let (status, page) = b.get("/app/approvals").await;
    assert!(
        status == 200 && page.contains("data-tell-me hidden") && page.contains("/static/push.js?v="),
        "the button is shown by the script"
    );
    let (status, script) = b.get("/sw.js").await;
    assert!(status == 200 && script.contains("showNotification"));
    assert_eq!(b.post("/app/devices/key", &[]).await, 200);
    ask(&t, "flour").await;
    connect(&t, &push, &b, "owner").await;
    assert_eq!(push.asked(), 0, "what was asked before is on the page");
    let id = ask(&t, "eggs").await;
    let shown = push.shown();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].said["title"], "To decide: Pay for eggs?");
    assert_eq!(shown[0].said["body"], "Vendor: Adaeze");
    assert_eq!(shown[0].said["url"], format!("/app/approvals?b={}#ask-{id}", t.business.slug));
    assert!((24 * 3_600 - 60..=24 * 3_600).contains(&shown[0].ttl) && !shown[0].topic.is_empty(), "{:?}", shown[0]);
    let exp = shown[0].claims["exp"].as_i64().unwrap();
    let now = t.app.clock().now().millis() / 1_000;
    assert!(exp > now && exp <= now + 24 * 3_600, "a word counts for a day at most");
    // Asked once more to tell, nobody is told once more.
    let tell = Job::NudgeDevices { about: Waits::Approval, id };
    t.file().write(move |tx| jobs::enqueue_job(tx, &tell, tx.now, None)).await.unwrap();
    t.pass_ms(HOUR_MS).await;
    assert_eq!(push.asked(), 1);
    let (_, page) = b.get("/app/settings?part=devices").await;
    assert!(page.contains("Told last at") && page.contains("data-device="), "{page}");
    // The page a tap opens is there.
    assert_eq!(b.get(&format!("/app/approvals?b={}", t.business.slug)).await.0, 200);
    // The same phone connected once more is there once.
    connect(&t, &push, &b, "owner").await;
    let all = devices(&t).await;
    assert_eq!(all.len(), 1);
    assert_eq!(b.post(&format!("/app/devices/{}/forget", all[0].id), &[]).await, 303);
    ask(&t, "oil").await;
    assert_eq!(push.asked(), 1, "forgotten");
}

#[tokio::test]
async fn each_is_told_what_they_may_see_to_and_nobody_in_quiet_hours() {
    let (t, push) = open().await;
    for role in [Role::Owner, Role::Manager, Role::Agent, Role::Viewer] {
        phone(&t, &push, role).await;
    }
    let told = |push: &Push, n: usize| {
        let mut names: Vec<String> = push.shown().split_off(n).into_iter().map(|s| s.phone).collect();
        names.sort();
        names
    };
    ask(&t, "eggs").await;
    assert_eq!(told(&push, 0), ["owner"]);
    // A customer wants a person.
    t.says(ADA, "Good afternoon, I want 2 large jollof rice and a coke please").await;
    t.says(ADA, "I will pick it up").await;
    t.says(ADA, "yes, place it").await;
    let thread = t.read(|tx| list_conversations(tx, Which::All, "", i64::MAX, 10)).await.remove(0).conversation.id;
    t.file().write(move |tx| conversation::ask_person(tx, thread, "Asked for a person.", "")).await.unwrap();
    t.pass_ms(1_000).await;
    assert_eq!(told(&push, 1), ["agent", "manager", "owner"]);
    let said = push.shown().pop().unwrap().said;
    assert_eq!(said["title"], "Ada is waiting for a person");
    assert!(!said.to_string().contains("0803"), "no number: {said}");
    // Asked for again while they wait, nobody is told again.
    t.file().write(move |tx| conversation::ask_person(tx, thread, "Asked for a person again.", "")).await.unwrap();
    t.pass_ms(1_000).await;
    assert_eq!(push.shown().len(), 4);
    // A payment to check, in quiet hours: they are told when those end.
    t.file().write(|tx| questions::set_policy(tx, &Policy { quiet: Some((11 * 60, 15 * 60)), ..Policy::default() })).await.unwrap();
    let order = t.read(|tx| list_orders(tx, None, None, 1)).await.remove(0).order.id;
    t.file().write(move |tx| payment::claim(tx, order).map(drop)).await.unwrap();
    t.pass_ms(30 * MINUTE_MS).await;
    assert_eq!(push.shown().len(), 4, "quiet");
    t.pass_ms(4 * HOUR_MS).await;
    assert_eq!(told(&push, 4), ["manager", "owner"]);
    assert!(push.shown().pop().unwrap().said["title"].as_str().unwrap().starts_with("A payment to check: order "));
}

#[tokio::test]
async fn bad_days_of_the_service_are_told_apart() {
    let (t, push) = open().await;
    let b = phone(&t, &push, Role::Owner).await;
    // Asked to wait, it waits that long and tells once.
    push.fail(Fault::Wait(429, 120));
    let first = ask(&t, "eggs").await;
    t.pass_ms(100_000).await;
    assert_eq!((push.asked(), push.shown().len()), (1, 0));
    t.pass_ms(30_000).await;
    assert_eq!((push.asked(), push.shown().len()), (2, 1));
    assert_eq!(rows(&t, first).await[0].state, Delivery::Sent);
    // Taken, and the answer lost: nobody knows, so it is not told again.
    push.fail(Fault::CutAfterTaking);
    let lost = ask(&t, "flour").await;
    t.pass_ms(2 * HOUR_MS).await;
    assert_eq!((push.shown().len(), rows(&t, lost).await[0].state), (2, Delivery::Unknown));
    // Refused for good: the owner reads why beside the phone.
    for (status, words) in [(413, "too long"), (400, "did not understand us"), (403, "does not know this server")] {
        push.fail(Fault::Refuse(status));
        let id = ask(
            &t,
            if status == 413 {
                "oil"
            } else if status == 400 {
                "salt"
            } else {
                "rice"
            },
        )
        .await;
        t.pass_ms(HOUR_MS).await;
        assert_eq!(rows(&t, id).await[0].state, Delivery::Failed);
        let (_, page) = b.get("/app/approvals").await;
        assert!(page.contains(words), "{status}: {page}");
    }
    let asked = push.asked();
    // The browser took its address back: the phone is forgotten.
    push.fail(Fault::Refuse(410));
    let gone = ask(&t, "beans").await;
    assert_eq!((push.asked(), devices(&t).await.len(), rows(&t, gone).await[0].state), (asked + 1, 0, Delivery::Failed));
    ask(&t, "yam").await;
    assert_eq!(push.asked(), asked + 1);
}

#[tokio::test]
async fn one_that_was_leaving_when_the_process_died_is_not_sent_again() {
    let (t, push) = open().await;
    phone(&t, &push, Role::Owner).await;
    let id = ask(&t, "eggs").await;
    let row = rows(&t, id).await.remove(0);
    assert_eq!(push.shown().len(), 1);
    // As after a kill between handing it over and writing that down.
    let push_id = row.id;
    t.file()
        .write(move |tx| {
            steward::store::house::push::update_push(tx, push_id, Delivery::Sending, "")?;
            jobs::enqueue_job(tx, &Job::SendPush { push_id }, tx.now, None)
        })
        .await
        .unwrap();
    t.pass_ms(HOUR_MS).await;
    let row = rows(&t, id).await.remove(0);
    assert_eq!((push.asked(), row.state), (1, Delivery::Unknown));
    assert!(row.problem.contains("stopped while"), "{}", row.problem);
    // Settled before it leaves: not told.
    let question = Question { key: "late".into(), title: "x".into(), facts: vec![], amount: None, url: String::new(), until: None };
    let late = t.file().write(move |tx| questions::ask(tx, None, &question)).await.unwrap();
    t.file().write(move |tx| questions::expire(tx, late)).await.unwrap();
    t.pass_ms(1_000).await;
    assert_eq!(push.asked(), 1);
}

#[tokio::test]
async fn whoever_leaves_is_told_nothing_and_keys_change_without_losing_a_phone() {
    let (t, push) = open().await;
    phone(&t, &push, Role::Owner).await;
    phone(&t, &push, Role::Agent).await;
    let business = t.business.id;
    let agent = t.app.store.control_read(move |tx| member::list_members(tx, business)).await.unwrap();
    let agent = agent.into_iter().find(|m| m.role == Role::Agent).unwrap().id;
    t.app.store.control_write(move |tx| member::delete_membership(tx, agent, business)).await.unwrap();
    assert_eq!(devices(&t).await.len(), 1, "what was the agent's went with them");
    let sealed = |t: &TestApp| {
        let store = t.app.store.clone();
        async move { store.control_read(device::list_sealed).await.unwrap() }
    };
    let before = sealed(&t).await;
    let plain = String::from_utf8_lossy(&before[0].1).into_owned();
    assert!(!plain.contains("127.0.0.1") && !plain.contains("send"), "the address lies encrypted");
    let done = rotation::rotate(&t.app).await.unwrap();
    assert_eq!(done.lost, 0);
    assert_ne!(sealed(&t).await, before);
}

#[tokio::test]
async fn addresses_come_from_outside_and_are_treated_so() {
    let (t, push) = open().await;
    let b = Browser::of(&t, Role::Owner).await;
    let [_, p256dh, auth] = push.subscribe("owner", "key");
    let private =
        ["http://example.com/x", "https://127.0.0.1/x", "https://169.254.169.254/latest", "https://localhost/x", "https://db.internal/x"];
    for endpoint in private {
        let form = [("endpoint", endpoint), ("p256dh", p256dh.1.as_str()), ("auth", auth.1.as_str())];
        assert!((400..500).contains(&b.post("/app/devices", &form).await), "{endpoint}");
    }
    let form = [("endpoint", "https://push.example.com/x"), ("p256dh", "AAAA"), ("auth", auth.1.as_str())];
    assert!((400..500).contains(&b.post("/app/devices", &form).await));
    assert!(devices(&t).await.is_empty() && push.asked() == 0);
    // Another's phone cannot be forgotten, and no other page can post here.
    connect(&t, &push, &b, "owner").await;
    let other = Browser::of(&t, Role::Agent).await;
    assert_eq!(other.post(&format!("/app/devices/{}/forget", devices(&t).await[0].id), &[]).await, 404);
    let foreign = t.http.post(format!("{}/app/devices/key", t.url)).header("sec-fetch-site", "cross-site").send().await.unwrap();
    assert_eq!(foreign.status().as_u16(), 403);
}

#[tokio::test]
async fn a_backup_brings_phones_back_with_its_key_and_says_what_is_lost_without() {
    let (t, push) = open().await;
    phone(&t, &push, Role::Owner).await;
    let (id, business) = (devices(&t).await[0].id, t.business.id);
    let (key, dir) = (push::public_key(&t.app).await.unwrap(), tempfile::tempdir().unwrap());
    for with_key in [true, false] {
        let (out, home) = (dir.path().join(format!("{with_key}.zip")), dir.path().join(format!("{with_key}")));
        backup::write(&Paths::new(t.app.store.dir()), &out, with_key, noon()).unwrap();
        backup::restore(&out, &Paths::new(&home), noon()).unwrap();
        let config = Config::for_testing(&home);
        if !with_key {
            let told = App::open(config.clone(), Clock::starting_at(noon())).await.err().unwrap().message;
            assert!(told.contains("master.key is missing") && told.contains("steward key new-master"), "{told}");
            assert!(steward(&home).args(["key", "new-master"]).status().unwrap().success());
        }
        let app = App::open(Config::for_testing(&home), Clock::starting_at(noon())).await.unwrap();
        let (device, to) = push::find(&app, business, id).await.unwrap().unwrap();
        assert_eq!((device.id, to.is_ok()), (id, with_key));
        assert_eq!(push::signer(&app).await.is_ok(), with_key);
        // A phone that is connected anew gets a key that works.
        assert_eq!(push::public_key(&app).await.unwrap() == key, with_key);
        assert!(push::signer(&app).await.is_ok());
    }
}

fn steward(dir: &Path) -> Command {
    let mut c = Command::new(env!("CARGO_BIN_EXE_steward"));
    c.env_clear().env("STEWARD_DATA", dir).env("RUST_LOG", "warn").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    c
}

/// A folder in which somebody's phone is to be told of a question; the question.
async fn asked(dir: &Path, push: &Push) -> Id {
    assert!(steward(dir).args(["business", "add", "Mama Put", "--template", "restaurant"]).status().unwrap().success());
    let app = App::open(Config::for_testing(dir), Clock::System).await.unwrap();
    app.net.trust_as(Named::ByBrowser, &push.url);
    let business = app.directory().by_slug("mama-put").unwrap().id;
    let who = app.store.control_write(move |tx| {
        let who = member::insert_member(tx, "owner@example.com", "Nkechi", None)?;
        member::upsert_membership(tx, who, business, Role::Owner)?;
        Ok(who)
    });
    let who = who.await.unwrap();
    let [endpoint, p256dh, auth] = push.subscribe("owner", &push::public_key(&app).await.unwrap()).map(|(_, v)| v);
    push::connect(&app, business, who, Subscription { endpoint, p256dh, auth }, "Chrome on Android").await.unwrap();
    let question = Question { key: "eggs".into(), title: "Eggs?".into(), facts: vec![], amount: None, url: String::new(), until: None };
    let file = app.store.business(business).unwrap();
    // The clock is the real one: whatever its hour, no hours are quiet.
    let write = file.write(move |tx| {
        questions::set_policy(tx, &Policy { quiet: None, ..Policy::default() })?;
        questions::ask(tx, None, &question)
    });
    write.await.unwrap()
}

/// Starts a server on the folder, which dies at `place`.
fn serve(dir: &Path, push: &Push, place: Option<&str>) -> Child {
    let mut c = steward(dir);
    c.args(["serve", "--listen", "127.0.0.1:0"]).env("STEWARD_PUSH_HOSTS", &push.url);
    c.envs(place.map(|p| ("STEWARD_BREAK_AT", p)));
    c.spawn().unwrap()
}

#[tokio::test]
async fn a_process_killed_while_it_tells_a_phone_tells_it_once_at_most() {
    for place in PUSH_PLACES {
        let (dir, push) = (tempfile::tempdir().unwrap(), Push::open().await);
        let id = asked(dir.path(), &push).await;
        let mut dies = serve(dir.path(), &push, Some(place));
        for _ in 0..800 {
            if dies.try_wait().unwrap().is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert!(dies.try_wait().unwrap().is_some_and(|s| !s.success()), "{place}: it died");
        let mut again = serve(dir.path(), &push, None);
        tokio::time::sleep(Duration::from_millis(4_000)).await;
        again.kill().unwrap();
        again.wait().unwrap();
        assert_eq!(push.shown().len(), usize::from(place == "push.handed_over"), "{place}");
        let app = App::open(Config::for_testing(dir.path()), Clock::System).await.unwrap();
        let file = app.store.business(app.directory().by_slug("mama-put").unwrap().id).unwrap();
        let rows = rows_of(&file, id).await;
        assert_eq!(rows.iter().map(|r| r.state).collect::<Vec<_>>(), [Delivery::Unknown], "{place}");
    }
}
