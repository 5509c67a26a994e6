//! Files that are damaged, gone or cannot be written: what is whole is served, and each trouble is named.

use crate::doubles::meta::{Fault, Meta, NUMBER};
use crate::harness::{self, APP_SECRET, noon, text_hook};
use crate::intake::Parrot;
use async_trait::async_trait;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use steward::app::{App, backup};
use steward::channels::signature;
use steward::config::Config;
use steward::config::paths::Paths;
use steward::domain::error::{Error, Kind, Result};
use steward::domain::id::Id;
use steward::domain::job::Job;
use steward::domain::secret::Secret;
use steward::domain::time::Clock;
use steward::jobs;
use steward::queue::Handler;
use steward::store::backup as copies;
use steward::store::house::conversation::{Which, list_conversations};
use steward::store::jobs as rows;
use steward::store::tx::LeasedJob;

const ADA: &str = "2348031234567";
const OTHER: &str = "55502";

async fn folder(dir: &Path) -> Arc<App> {
    App::open(Config::for_testing(dir), Clock::starting_at(noon())).await.unwrap()
}

/// A folder with two businesses; the file of the second.
async fn two(dir: &Path) -> PathBuf {
    let app = folder(dir).await;
    harness::add_business(&app, "Mama Put", NUMBER).await;
    let second = harness::add_business(&app, "Ada Fabrics", OTHER).await;
    app.config.paths.business(second.id)
}

/// Overwrites what is behind the first page, as a disk does that loses blocks.
fn scribble(file: &Path) {
    let mut bytes = std::fs::read(file).unwrap();
    let from = bytes.len().min(4_096);
    bytes[from..].iter_mut().for_each(|b| *b = 0x5a);
    std::fs::write(file, bytes).unwrap();
}

async fn post(url: &str, body: &Value) -> u16 {
    let body = body.to_string().into_bytes();
    let signed = signature::sign(&Secret::new(APP_SECRET), &body);
    let http = reqwest::Client::builder().build().unwrap();
    let sent = http.post(format!("{url}/webhooks/meta")).header("x-hub-signature-256", signed).body(body).send();
    sent.await.unwrap().status().as_u16()
}

async fn ready(url: &str) -> (u16, Value) {
    let answer = reqwest::get(format!("{url}/ready")).await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn steward(dir: &Path, args: &[&str]) -> Output {
    let mut c = Command::new(env!("CARGO_BIN_EXE_steward"));
    c.env_clear().env("STEWARD_DATA", dir).args(args).stdin(Stdio::null()).output().unwrap()
}

fn said(out: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

#[tokio::test]
async fn one_damaged_file_keeps_no_other_business_from_being_served() {
    let damages: [fn(&Path); 4] = [
        scribble,
        |file| std::fs::write(file, b"a letter to nobody in particular, and no database").unwrap(),
        |file| std::fs::write(file, []).unwrap(),
        |file| std::fs::remove_dir_all(file.parent().unwrap()).unwrap(),
    ];
    for (n, damage) in damages.into_iter().enumerate() {
        let dir = tempfile::tempdir().unwrap();
        let file = two(dir.path()).await;
        let whole = std::fs::read(&file).unwrap();
        damage(&file);
        let app = folder(dir.path()).await;
        jobs::start(&app, Arc::new(Parrot)).await.unwrap();
        let url = harness::serve(&app).await;
        // One body for both, the damaged one first: the whole one has its own, and Meta brings it again.
        let mut both = text_hook(OTHER, ADA, "wamid.theirs", "do you have ankara?");
        let ours = text_hook(NUMBER, ADA, "wamid.ours", "do you have jollof rice today?");
        both["entry"].as_array_mut().unwrap().push(ours["entry"][0].clone());
        assert_eq!(post(&url, &both).await, 503, "{n}");
        let first = app.directory().number(NUMBER).unwrap().business_id;
        let threads = app.store.business(first).unwrap().read(|tx| list_conversations(tx, Which::All, "", i64::MAX, 9)).await.unwrap();
        assert_eq!(threads.len(), 1, "{n}");
        assert_eq!(post(&url, &ours).await, 200, "{n}");
        assert_eq!(reqwest::get(format!("{url}/b/mama-put/chat")).await.unwrap().status(), 200);
        let theirs = reqwest::get(format!("{url}/b/ada-fabrics/chat")).await.unwrap();
        assert_eq!(theirs.status(), 503, "{n}");
        assert!(!theirs.text().await.unwrap().contains("business.db"), "{n}: strangers read no paths");
        let (status, told) = ready(&url).await;
        let wrong: Vec<&Value> = told["parts"].as_array().unwrap().iter().filter(|p| p["ok"] == false).collect();
        let detail = wrong[0]["detail"].as_str().unwrap();
        let folder = file.parent().unwrap().display().to_string();
        assert!(status == 200 && wrong.len() == 1 && detail.contains("ada-fabrics") && detail.contains(&folder), "{n}: {told}");
        // Put back, it is served without another start.
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &whole).unwrap();
        jobs::try_again(&app).await;
        assert_eq!(post(&url, &both).await, 200, "{n}");
    }
}

#[tokio::test]
async fn the_only_business_being_damaged_is_one_sentence_and_no_server() {
    let dir = tempfile::tempdir().unwrap();
    let file = {
        let app = folder(dir.path()).await;
        let b = harness::add_business(&app, "Mama Put", NUMBER).await;
        app.config.paths.business(b.id)
    };
    std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
    let out = steward(dir.path(), &["serve", "--listen", "127.0.0.1:0"]);
    let folder = file.parent().unwrap().display().to_string();
    assert_eq!(out.status.code(), Some(1), "{}", said(&out));
    assert!(said(&out).contains("mama-put") && said(&out).contains(&folder) && !said(&out).contains("Steward is at"), "{}", said(&out));
}

#[tokio::test]
async fn businesses_without_their_control_file_are_no_new_installation() {
    for empty in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        two(dir.path()).await;
        let control = dir.path().join("steward.db");
        std::fs::remove_file(&control).unwrap();
        if empty {
            std::fs::write(&control, []).unwrap();
        }
        let told = App::open(Config::for_testing(dir.path()), Clock::starting_at(noon())).await.err().unwrap();
        assert!(told.message.contains(&control.display().to_string()) && told.message.contains("backup"), "{}", told.message);
        let out = tempfile::tempdir().unwrap();
        assert!(backup::write(&Paths::new(dir.path()), &out.path().join("all.zip"), false, noon()).is_err());
        let doctor = steward(dir.path(), &["doctor"]);
        assert!(
            doctor.status.code() == Some(1) && said(&doctor).contains("WRONG") && said(&doctor).contains("steward.db"),
            "{}",
            said(&doctor)
        );
    }
}

#[tokio::test]
async fn a_backup_leaves_out_what_is_damaged_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let file = two(dir.path()).await;
    scribble(&file);
    let place = tempfile::tempdir().unwrap();
    let (out, home) = (place.path().join("all.zip"), place.path().join("home"));
    let done = steward(dir.path(), &["backup", &out.display().to_string(), "--with-key"]);
    assert!(done.status.code() == Some(1) && said(&done).contains(&file.display().to_string()), "{}", said(&done));
    let restored = backup::restore(&out, &Paths::new(&home), noon()).unwrap();
    assert_eq!((restored.list.businesses(), restored.list.damaged.len()), (1, 1));
    let app = folder(&home).await;
    jobs::start(&app, Arc::new(Parrot)).await.unwrap();
    let id = |slug: &str| app.directory().by_slug(slug).unwrap().id;
    assert!(app.store.business(id("mama-put")).is_ok());
    assert_eq!(app.store.business(id("ada-fabrics")).err().unwrap().kind, Kind::Unavailable);
}

#[tokio::test]
async fn a_lost_master_key_is_not_replaced_in_silence() {
    let dir = tempfile::tempdir().unwrap();
    two(dir.path()).await;
    let key = dir.path().join("master.key");
    std::fs::remove_file(&key).unwrap();
    for args in [&["serve", "--listen", "127.0.0.1:0"][..], &["doctor"]] {
        let out = steward(dir.path(), args);
        assert!(out.status.code() == Some(1) && said(&out).contains(&key.display().to_string()), "{args:?}: {}", said(&out));
        assert!(said(&out).contains("steward key new-master") && !key.exists(), "{args:?}: {}", said(&out));
    }
    assert!(steward(dir.path(), &["key", "new-master"]).status.success());
    assert_eq!(steward(dir.path(), &["key", "new-master"]).status.code(), Some(1), "there is one now");
    let doctor = steward(dir.path(), &["doctor"]);
    assert!(said(&doctor).contains("does not open the stored credentials of: whatsapp, whatsapp"), "{}", said(&doctor));
    assert_eq!(folder(dir.path()).await.directory().unopened().len(), 2);
}

#[tokio::test]
async fn lists_are_read_beside_a_running_server() {
    let t = harness::open(Arc::new(Parrot)).await;
    for args in [&["business", "list"][..], &["member", "list", "--business", "mama-put"], &["key", "list", "--business", "mama-put"]] {
        let out = steward(t.app.store.dir(), args);
        assert!(out.status.success(), "{args:?}: {}", said(&out));
    }
    assert!(said(&steward(t.app.store.dir(), &["business", "list"])).contains("mama-put"));
    assert!(said(&steward(t.app.store.dir(), &["key", "list", "--business", "nobody"])).contains("There is: mama-put."));
    assert_eq!(steward(t.app.store.dir(), &["business", "remove", "mama-put", "--yes"]).status.code(), Some(1));
    assert_eq!(post(&t.url, &text_hook(NUMBER, ADA, "wamid.1", "hello")).await, 200, "and the server goes on");
}

/// Downloads that never end, and replies.
struct Hangs {
    app: Arc<App>,
    sent: tokio::sync::Notify,
}

#[async_trait]
impl Handler for Hangs {
    async fn handle(&self, business: Id, job: &LeasedJob) -> Result<()> {
        if matches!(job.job, Job::FetchMedia { .. }) {
            std::future::pending::<()>().await;
        }
        let id = job.id;
        self.app.store.business(business)?.write(move |tx| rows::finish_job(tx, id)).await?;
        self.sent.notify_one();
        Ok(())
    }
}

#[tokio::test]
async fn downloads_that_hang_hold_up_no_reply() {
    let dir = tempfile::tempdir().unwrap();
    let app = folder(dir.path()).await;
    let b = harness::add_business(&app, "Mama Put", NUMBER).await;
    let engine = app.connect_queue().unwrap();
    let handler = Arc::new(Hangs { app: app.clone(), sent: tokio::sync::Notify::new() });
    app.tasks.spawn("queue", engine.run(handler.clone()));
    let add = |tx: &mut steward::store::tx::Tx<'_>| {
        let now = tx.now;
        for _ in 0..100 {
            rows::enqueue_job(tx, &Job::FetchMedia { message_id: Id::new(now) }, now, None)?;
        }
        rows::enqueue_job(tx, &Job::SendMessage { message_id: Id::new(now) }, now, None)
    };
    app.store.business(b.id).unwrap().write(add).await.unwrap();
    handler.sent.notified().await;
}

#[tokio::test]
async fn ready_means_that_something_was_written() {
    let t = harness::open(Arc::new(Parrot)).await;
    let logs = || {
        let of = |file: &Path| std::fs::metadata(format!("{}-wal", file.display())).unwrap().len();
        (of(&t.app.config.paths.control()), of(&t.app.config.paths.business(t.business.id)))
    };
    let before = logs();
    assert_eq!(ready(&t.url).await.0, 200);
    let after = logs();
    assert!(after.0 > before.0 && after.1 > before.1, "{before:?} {after:?}");
    // Asked again at once, nothing more is written; later it is.
    ready(&t.url).await;
    assert_eq!(logs(), after);
    t.app.clock().advance_ms(6_000);
    ready(&t.url).await;
    assert_ne!(logs(), after);
}

/// Fails in a business that is set aside meanwhile, so that the job cannot be put back; then does its work.
struct Fails {
    app: Arc<App>,
    runs: AtomicU32,
}

#[async_trait]
impl Handler for Fails {
    async fn handle(&self, business: Id, job: &LeasedJob) -> Result<()> {
        if self.runs.fetch_add(1, Ordering::SeqCst) == 0 {
            self.app.store.set_aside(business, "The disk is full.".into());
            return Err(Error::new(Kind::Unavailable, "The disk is full."));
        }
        let id = job.id;
        self.app.store.business(business)?.write(move |tx| rows::finish_job(tx, id)).await
    }
}

#[tokio::test]
async fn a_job_that_could_not_be_put_back_runs_again_when_its_lease_ends() {
    let dir = tempfile::tempdir().unwrap();
    let app = folder(dir.path()).await;
    let _meta = Meta::open().await;
    let b = harness::add_business(&app, "Mama Put", NUMBER).await;
    let engine = app.connect_queue().unwrap();
    let handler = Arc::new(Fails { app: app.clone(), runs: AtomicU32::new(0) });
    app.tasks.spawn("queue", engine.run(handler.clone()));
    let add = |tx: &mut steward::store::tx::Tx<'_>| {
        let now = tx.now;
        rows::enqueue_job(tx, &Job::Embed, now, None)
    };
    app.store.business(b.id).unwrap().write(add).await.unwrap();
    app.bell.settle().await;
    assert_eq!(handler.runs.load(Ordering::SeqCst), 1);
    app.store.take_back(b.id);
    app.clock().advance_ms(rows::LEASE_MS + 1);
    app.bell.settle().await;
    assert_eq!(handler.runs.load(Ordering::SeqCst), 2);
    assert_eq!(harness::count_jobs(&app.store.business(b.id).unwrap()), (0, 0, 0));
}

#[tokio::test]
async fn a_clock_that_is_set_back_holds_nobody_up() {
    let t = harness::open(Arc::new(Parrot)).await;
    t.says(ADA, "do you have jollof rice today?").await;
    t.meta.fail(Fault::Graph(500, 131_016));
    t.writes(ADA, "and fried rice?").await;
    t.pass_ms(100).await;
    assert_eq!(t.sent_to(ADA).len(), 1, "the second waits to be tried again");
    t.pass_ms(-3_600_000).await;
    for _ in 0..12 {
        t.pass_ms(1_000).await;
    }
    assert_eq!(t.sent_to(ADA)[1..], ["You said: and fried rice?"]);
    // What is written by the clock of before comes after what was taken up, and is answered.
    assert_eq!(t.says(ADA, "and meat pie?").await, ["You said: and meat pie?"]);
    assert_eq!(harness::count_jobs(&t.file()), (0, 0, 0));
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_on_the_machine_looks_into_a_new_data_folder() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("steward-data");
    let app = App::open(Config::for_testing(&data), Clock::starting_at(noon())).await.unwrap();
    assert_eq!(std::fs::metadata(app.store.dir()).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn a_clock_that_ran_ahead_before_a_start_holds_nobody_up() {
    let t = harness::open(Arc::new(Parrot)).await;
    t.meta.fail(Fault::Graph(500, 131_016));
    t.writes(ADA, "do you have jollof rice today?").await;
    t.pass_ms(100).await;
    // What the process left, for one that starts an hour earlier by its clock.
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (Paths::new(t.app.store.dir()), Paths::new(dir.path()));
    std::fs::create_dir_all(to.business(t.business.id).parent().unwrap()).unwrap();
    copies::copy(&from.control(), &to.control()).unwrap();
    copies::copy(&from.business(t.business.id), &to.business(t.business.id)).unwrap();
    std::fs::copy(from.master_key(), to.master_key()).unwrap();
    let mut config = Config::for_testing(dir.path());
    config.whatsapp.base_url.clone_from(&t.meta.url);
    let app = App::open(config, Clock::starting_at(noon().plus_ms(-3_600_000))).await.unwrap();
    jobs::start(&app, Arc::new(Parrot)).await.unwrap();
    app.bell.settle().await;
    assert_eq!(t.sent_to(ADA), ["You said: do you have jollof rice today?"]);
}
