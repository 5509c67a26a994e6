//! E-mail both ways against a mail server that speaks the protocols: the same promises as the other channels', with the bad days of mail.

use crate::buying;
use crate::doubles::imap::{self, Imap};
use crate::doubles::smtp::{self, PASSWORD, Smtp, USER};
use crate::harness::{self, TestApp};
use crate::intake::Parrot;
use crate::pages::Browser;
use std::sync::Arc;
use steward::app::lines::{self, Keys};
use steward::config::mail::Smtp as HouseSmtp;
use steward::domain::buying::vendor::Vendor;
use steward::domain::house::approval::{Question, Standing};
use steward::domain::house::conversation::Channel;
use steward::domain::house::line::Carrier;
use steward::domain::house::member::Role;
use steward::domain::house::message::{Content, Delivery, Message};
use steward::domain::id::Id;
use steward::domain::secret::Secret;
use steward::domain::time::Clock;
use steward::services::buying::vendor;
use steward::services::house::{approval as questions, mail as service};
use steward::store::house::approval::find_approval;
use steward::store::house::conversation::{ConversationRow, Which, list_conversations};
use steward::store::house::mail::{find_mail_media, find_mailbox};
use steward::store::house::message::list_messages;

const ADA: &str = "ada@customer.example";
const ACCOUNT: &str = "email:shop@example.com";
/// A minute passes until the next look, and some seconds until all is answered.
const LOOK_MS: i64 = 61_000;

fn keys(smtp: &Smtp, imap: &Imap) -> Keys {
    Keys::Mailbox {
        smtp: format!("127.0.0.1:{}", smtp.port),
        imap: format!("127.0.0.1:{}", imap.port),
        user: USER.into(),
        password: PASSWORD.into(),
        name: String::new(),
    }
}

async fn servers() -> (TestApp, Smtp, Imap) {
    let (smtp, imap) = (Smtp::open().await, Imap::open().await);
    let hosts = vec![("127.0.0.1".to_owned(), smtp.port), ("127.0.0.1".to_owned(), imap.port)];
    let t = harness::open_with(Arc::new(Parrot), Clock::starting_at(harness::noon()), |c| c.mail.hosts = hosts).await;
    (t, smtp, imap)
}

/// A business with a mailbox that was looked into once.
async fn open() -> (TestApp, Smtp, Imap) {
    let (t, smtp, imap) = servers().await;
    lines::connect(&t.app, t.business.id, Carrier::Email, USER, &keys(&smtp, &imap)).await.unwrap();
    t.file().write(service::watch).await.unwrap();
    t.settle().await;
    (t, smtp, imap)
}

fn letter(from: &str, id: &str, more: &str, body: &str) -> String {
    dated("Sat, 21 Nov 2026 11:30:00 +0000", from, id, more, body)
}

fn dated(date: &str, from: &str, id: &str, more: &str, body: &str) -> String {
    format!(
        "Return-Path: <{from}>\r\nFrom: Ada Obi <{from}>\r\nTo: <{USER}>\r\nMessage-ID: <{id}>\r\nDate: {date}\r\n{more}\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
        body.replace('\n', "\r\n")
    )
}

async fn look(t: &TestApp) {
    t.pass_ms(LOOK_MS).await;
    t.pass_ms(10_000).await;
}

async fn threads(t: &TestApp) -> Vec<ConversationRow> {
    t.read(|tx| list_conversations(tx, Which::Open, "", i64::MAX, 10)).await
}

async fn messages(t: &TestApp) -> Vec<Message> {
    let id = threads(t).await[0].conversation.id;
    t.read(move |tx| list_messages(tx, id, None, 50)).await
}

#[tokio::test]
async fn a_letter_is_answered_in_its_thread() {
    let (t, smtp, imap) = open().await;
    let body = "Do you have jollof rice today?\n\n-- \nAda Obi, Obi & Sons";
    imap.deliver(letter(ADA, "q1@customer.example", "Subject: Re: Lunch\r\nReferences: <q0@customer.example>\r\n", body));
    look(&t).await;
    let sent = smtp.taken();
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].from.as_str(), sent[0].to.as_str()), (USER, ADA));
    assert_eq!(sent[0].header("Subject"), "Re: Lunch");
    assert_eq!(sent[0].header("In-Reply-To"), "<q1@customer.example>");
    assert_eq!(sent[0].header("References"), "<q0@customer.example> <q1@customer.example>");
    assert_eq!(sent[0].header("Auto-Submitted"), "auto-replied");
    assert_eq!(sent[0].text(), "You said: Do you have jollof rice today?");
    let thread = threads(&t).await.remove(0).conversation;
    assert_eq!((thread.channel, thread.account.as_str()), (Channel::Email, ACCOUNT));
    let all = messages(&t).await;
    assert_eq!((all.len(), all[1].delivery), (2, Delivery::Sent));
    let id = all[1].provider_id.clone().unwrap();
    assert_eq!((sent[0].header("Message-ID"), id.starts_with(&all[1].id.to_string())), (format!("<{id}>"), true));
    let first = all[0].id;
    assert!(t.read(move |tx| find_mail_media(tx, first)).await.is_some(), "all of it is kept");
    assert_eq!(imap.seen(), [1]);
}

#[tokio::test]
async fn what_was_there_before_is_left_and_nothing_is_taken_twice() {
    let (t, smtp, imap) = servers().await;
    imap.deliver(dated("Sat, 21 Nov 2026 07:00:00 +0000", ADA, "old@customer.example", "", "An old letter somebody answered long ago."));
    lines::connect(&t.app, t.business.id, Carrier::Email, USER, &keys(&smtp, &imap)).await.unwrap();
    t.file().write(service::watch).await.unwrap();
    t.settle().await;
    let first = letter(ADA, "n1@customer.example", "Subject: Re: x\r\n", "Are you open on Sunday please?");
    imap.deliver(first.clone());
    look(&t).await;
    assert_eq!(smtp.taken().len(), 1);
    // The same letter by another way, and all of them under new numbers.
    imap.deliver(format!("Received: from elsewhere\r\n{first}"));
    look(&t).await;
    imap.number_anew();
    imap.deliver(letter(ADA, "n2@customer.example", "Subject: Re: x\r\n", "And at which hour do you close?"));
    look(&t).await;
    let words: Vec<String> = messages(&t).await.iter().map(|m| m.content.words()).collect();
    assert!(words.iter().filter(|w| w.contains("open on Sunday") && !w.starts_with("You said")).count() == 1, "{words:?}");
    assert!(words.iter().any(|w| w == "And at which hour do you close?"), "{words:?}");
    assert!(!words.iter().any(|w| w.contains("old letter")), "it has a new number and still is not ours: {words:?}");
    let state = t.read(|tx| find_mailbox(tx, ACCOUNT)).await.unwrap();
    assert_eq!((state.uid_validity, state.uid), (8, 4));
}

#[tokio::test]
async fn a_line_that_breaks_loses_nothing_and_a_flood_is_cut_off() {
    let (t, smtp, imap) = open().await;
    imap.deliver(letter(ADA, "b1@customer.example", "", "Do you deliver to Yaba today?"));
    imap.fail(imap::Fault::CutInLetter);
    look(&t).await;
    assert!(threads(&t).await.is_empty());
    assert!(!t.read(|tx| find_mailbox(tx, ACCOUNT)).await.unwrap().problem.is_empty(), "the owner sees it");
    imap.fail(imap::Fault::Flood);
    look(&t).await;
    assert!(threads(&t).await.is_empty());
    look(&t).await;
    assert_eq!(smtp.taken().len(), 1);
    assert!(t.read(|tx| find_mailbox(tx, ACCOUNT)).await.unwrap().problem.is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn a_letter_that_cannot_be_kept_holds_up_no_other_and_no_other_inbox() {
    let (t, smtp, imap) = servers().await;
    let second = Imap::open().await;
    t.app.net.trust_mail("127.0.0.1", second.port);
    lines::connect(&t.app, t.business.id, Carrier::Email, USER, &keys(&smtp, &imap)).await.unwrap();
    lines::connect(&t.app, t.business.id, Carrier::Email, "zoo@example.com", &keys(&smtp, &second)).await.unwrap();
    t.file().write(service::watch).await.unwrap();
    t.settle().await;
    let bad = letter(ADA, "k1@customer.example", "", "This one cannot be kept by anybody.");
    // A name that leads to itself: whoever looks what is there gets an error.
    let name = steward::channels::signature::sha256_hex(bad.as_bytes());
    let path = t.app.store.business_dir(t.business.id).join("media").join(&name);
    std::os::unix::fs::symlink(&path, &path).unwrap();
    imap.deliver(bad);
    imap.deliver(letter(ADA, "k2@customer.example", "", "Are you open on Sunday please?"));
    second.deliver(letter("obi@customer.example", "k3@customer.example", "", "Do you have rice today please?"));
    look(&t).await;
    assert_eq!(smtp.taken().iter().map(|m| m.to.as_str()).collect::<Vec<_>>(), ["obi@customer.example"]);
    for _ in 0..10 {
        look(&t).await;
    }
    let sent = smtp.taken();
    assert!(sent.len() == 2 && sent[1].to == ADA && sent[1].text().contains("Sunday"), "the letter behind it was answered");
    assert_eq!(imap.seen(), [2], "it stays in the inbox for people");
}

#[tokio::test]
async fn machines_are_never_answered() {
    let (t, smtp, imap) = open().await;
    for (n, more) in ["Auto-Submitted: auto-replied\r\n", "List-Id: <news.example>\r\n", "Precedence: bulk\r\n"].into_iter().enumerate() {
        imap.deliver(letter("news@machine.example", &format!("m{n}@machine.example"), more, "I am away until Monday, thank you."));
    }
    imap.deliver(letter("no-reply@machine.example", "m8@machine.example", "", "Your parcel is on its way to you."));
    // Our own letter comes back to us.
    imap.deliver(letter(USER, "m9@example.com", "", "A letter from ourselves to ourselves."));
    look(&t).await;
    assert!(threads(&t).await.is_empty(), "machines are no customers");
    assert!(smtp.taken().is_empty());
    assert!(imap.seen().is_empty(), "they stay for people to read");
    imap.deliver(letter(ADA, "p1@customer.example", "", "Good morning, are you open now?"));
    look(&t).await;
    imap.deliver(letter(ADA, "p2@customer.example", "Auto-Submitted: auto-replied\r\n", "I am on holiday until Monday."));
    look(&t).await;
    let all = messages(&t).await;
    assert!(all.iter().any(|m| m.content.words().contains("holiday")), "a customer's automatic answer is shown");
    assert_eq!(smtp.taken().len(), 1, "but not answered");
}

#[tokio::test]
async fn bad_days_of_the_mail_server_are_told_apart() {
    let (t, smtp, imap) = open().await;
    smtp.fail(smtp::Fault::Busy);
    imap.deliver(letter(ADA, "d1@customer.example", "", "Are you open now please, all of you?"));
    look(&t).await;
    assert!(smtp.taken().is_empty());
    t.pass_ms(6 * 60_000).await;
    assert_eq!(smtp.taken().len(), 1, "waited and sent, once");
    smtp.fail(smtp::Fault::CutBeforeLetter);
    imap.deliver(letter(ADA, "d2@customer.example", "", "And are you open on Sunday as well?"));
    look(&t).await;
    t.pass_ms(60_000).await;
    assert_eq!(smtp.taken().len(), 2, "nothing had left, so it was sent again");
    smtp.fail(smtp::Fault::Recipient("550 5.1.1 no such user"));
    imap.deliver(letter(ADA, "d3@customer.example", "", "And what time do you close on Sunday?"));
    look(&t).await;
    let m = messages(&t).await.pop().unwrap();
    assert_eq!((m.delivery, smtp.taken().len()), (Delivery::Failed, 2));
    assert!(m.problem.unwrap().meaning.contains("no such mailbox"));
    smtp.fail(smtp::Fault::Letter("554 5.7.1 spam"));
    imap.deliver(letter(ADA, "d4@customer.example", "", "Is anybody there to read my letter?"));
    look(&t).await;
    assert!(messages(&t).await.pop().unwrap().problem.unwrap().meaning.contains("spammer"));
}

#[tokio::test]
async fn a_letter_whose_answer_was_lost_is_not_sent_again_and_a_bounce_settles_it() {
    let (t, smtp, imap) = open().await;
    smtp.fail(smtp::Fault::CutAfterLetter);
    imap.deliver(letter(ADA, "u1@customer.example", "", "Do you deliver to Yaba on Monday?"));
    look(&t).await;
    t.pass_ms(10 * 60_000).await;
    let ours = messages(&t).await.pop().unwrap();
    assert_eq!((ours.delivery, smtp.taken().len()), (Delivery::Unknown, 1), "never sent again blindly");
    let id = smtp.taken()[0].header("Message-ID");
    let bounce = format!(
        "Return-Path: <>\r\nFrom: Mail Delivery <mailer-daemon@customer.example>\r\nTo: <{USER}>\r\nSubject: Undelivered\r\n\
         Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nIt came back.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; customer.example\r\n\r\nFinal-Recipient: rfc822; {ADA}\r\nAction: failed\r\nStatus: 5.2.2\r\n\
         Diagnostic-Code: smtp; 552 mailbox full\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: {USER}\r\nMessage-ID: {id}\r\n--b--\r\n"
    );
    imap.deliver(bounce);
    look(&t).await;
    let ours = messages(&t).await.into_iter().find(|m| m.id == ours.id).unwrap();
    assert_eq!(ours.delivery, Delivery::Failed);
    assert!(ours.problem.unwrap().meaning.contains("full"));
    assert_eq!(threads(&t).await.len(), 1, "the bounce is nobody's message");
}

#[tokio::test]
async fn files_are_taken_with_their_caps_and_a_huge_letter_is_read_at_its_beginning() {
    let (t, _smtp, imap) = open().await;
    let photo = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, b"\x89PNG\r\n\x1a\nphoto");
    let with_file = |id: &str, filler: usize| {
        format!(
            "From: {ADA}\r\nTo: {USER}\r\nMessage-ID: <{id}>\r\nSubject: Proof\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere is what you asked for.\r\n\
             --b\r\nContent-Type: image/png; name=\"../../proof.png\"\r\nContent-Disposition: attachment\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{photo}\r\n--b\r\nContent-Type: application/pdf\r\n\
             Content-Disposition: attachment; filename=big.pdf\r\n\r\n{}\r\n--b--\r\n",
            "x".repeat(filler)
        )
    };
    imap.deliver(with_file("f1@customer.example", 10));
    look(&t).await;
    let all = messages(&t).await;
    let file = |m: &Message| if let Content::Media { file, .. } = &m.content { Some(file.clone()) } else { None };
    let files: Vec<_> = all.iter().filter_map(file).collect();
    assert_eq!(files.len(), 2);
    assert_eq!((files[0].filename.as_deref(), files[0].mime.as_str()), (Some("proof.png"), "image/png"));
    let kept = steward::app::media::read(&t.app, t.business.id, files[0].media.as_ref().unwrap()).await.unwrap();
    assert_eq!(kept, b"\x89PNG\r\n\x1a\nphoto");
    assert!(all[0].content.words().starts_with("Proof\n\nHere is what"), "{:?}", all[0].content);
    imap.deliver(with_file("f2@customer.example", 50 << 20));
    look(&t).await;
    let all = messages(&t).await;
    let huge = all.iter().map(|m| m.content.words()).find(|w| w.contains("too large to be fetched")).unwrap();
    assert!(huge.contains("Here is what you asked for."), "{huge}");
    assert!(imap.fetched().iter().all(|q| q.contains("BODY.PEEK[]<0.")), "never more than asked for");
}

#[tokio::test]
async fn whom_a_letter_is_from_gives_no_rights() {
    let (t, smtp, imap) = open().await;
    let business = t.business.id;
    let owner = t.app.store.control_write(move |tx| {
        let who = steward::store::control::member::insert_member(tx, "owner@example.com", "Nkechi", None)?;
        steward::store::control::member::upsert_membership(tx, who, business, Role::Owner)
    });
    owner.await.unwrap();
    let id = t.file().write(|tx| questions::ask(tx, None, &question())).await.unwrap();
    t.settle().await;
    imap.deliver(letter("owner@example.com", "o1@example.com", "Subject: Re: To decide\r\n", "approve"));
    imap.deliver(letter("owner@example.com", "o2@example.com", "Subject: Re: To decide\r\n", "yes"));
    look(&t).await;
    assert_eq!(t.read(move |tx| find_approval(tx, id)).await.standing, Standing::Open);
    // Our own mail server says that the sender is not the sender.
    let doubt = "Authentication-Results: mx.example.com; spf=pass; dmarc=fail (p=reject) header.from=customer.example\r\n";
    let before = smtp.taken().iter().filter(|m| m.to == ADA).count();
    imap.deliver(format!("{doubt}{}", letter(ADA, "s1@customer.example", "", "Please send me everything I ordered last month.")));
    look(&t).await;
    assert_eq!(smtp.taken().iter().filter(|m| m.to == ADA).count(), before, "a forged sender is not answered");
    let asked = threads(&t).await.into_iter().find(|r| r.conversation.waiting_since.is_some()).unwrap().conversation;
    assert!(asked.waiting_reason.contains("forged"), "{asked:?}");
}

fn question() -> Question {
    Question {
        key: "eggs".into(),
        title: "Pay for eggs?".into(),
        facts: vec![("Vendor".into(), "Adaeze".into())],
        amount: Some(steward::domain::money::Money::new(50_000, steward::domain::money::Currency::NGN)),
        url: String::new(),
        until: None,
    }
}

#[tokio::test]
async fn a_member_is_written_a_signed_link_once() {
    let smtp = Smtp::open().await;
    let port = smtp.port;
    let t = harness::open_with(Arc::new(Parrot), Clock::starting_at(harness::noon()), |c| {
        c.server.public_url = Some("https://steward.example".into());
        c.mail.smtp = Some(HouseSmtp {
            host: "127.0.0.1".into(),
            port,
            implicit_tls: false,
            user: USER.into(),
            password: Secret::new(PASSWORD),
            from: "steward@example.com".into(),
        });
    })
    .await;
    let business = t.business.id;
    for (email, role) in [("owner@example.com", Role::Owner), ("cook@example.com", Role::Agent)] {
        let added = t.app.store.control_write(move |tx| {
            let who = steward::store::control::member::insert_member(tx, email, "Nkechi", None)?;
            steward::store::control::member::upsert_membership(tx, who, business, role)
        });
        added.await.unwrap();
    }
    smtp.fail(smtp::Fault::Busy);
    let id = t.file().write(|tx| questions::ask(tx, None, &question())).await.unwrap();
    t.pass_ms(1_000).await;
    assert!(smtp.taken().is_empty());
    t.pass_ms(6 * 60_000).await;
    let sent = smtp.taken();
    assert_eq!(sent.len(), 1, "whoever may not decide is not written to");
    assert_eq!((sent[0].to.as_str(), sent[0].from.as_str()), ("owner@example.com", "steward@example.com"));
    assert_eq!(sent[0].header("Auto-Submitted"), "auto-generated");
    let text = sent[0].text();
    let link = text.split_whitespace().find(|w| w.starts_with("https://steward.example/approvals/")).unwrap().to_owned();
    let page = t.http.get(link.replace("https://steward.example", &t.url)).send().await.unwrap();
    assert_eq!(page.status().as_u16(), 200);
    assert!(page.text().await.unwrap().contains("Pay for eggs?"));
    assert_eq!(t.read(move |tx| find_approval(tx, id)).await.standing, Standing::Open, "opening it decides nothing");
    // A letter whose answer was lost is not sent again.
    smtp.fail(smtp::Fault::CutAfterLetter);
    let other = Question { key: "flour".into(), ..question() };
    t.file().write(move |tx| questions::ask(tx, None, &other)).await.unwrap();
    t.pass_ms(1_000).await;
    t.pass_ms(20 * 60_000).await;
    assert_eq!(smtp.taken().len(), 2);
}

#[tokio::test]
async fn the_owner_connects_a_mailbox_that_was_tried_at_both_ends() {
    let (t, smtp, imap) = servers().await;
    let b = Browser::of(&t, Role::Owner).await;
    let (out, inn) = (format!("127.0.0.1:{}", smtp.port), format!("127.0.0.1:{}", imap.port));
    let form = |password: &'static str, smtp: &str| {
        [
            ("email_line", USER),
            ("email_smtp", smtp),
            ("email_imap", &inn),
            ("email_user", ""),
            ("email_password", password),
            ("email_name", ""),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
    };
    let post = async |fields: [(String, String); 6]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        b.post("/app/settings/channels/email", &fields).await
    };
    assert_eq!(post(form("wrong", &out)).await, 422);
    assert_eq!(post(form(PASSWORD, "10.0.0.5:25")).await, 422, "a private server nobody allowed");
    assert!(t.app.directory().lines_of(t.business.id).next().is_none());
    assert_eq!(post(form(PASSWORD, &out)).await, 303);
    t.settle().await;
    assert!(t.read(|tx| find_mailbox(tx, ACCOUNT)).await.is_some(), "looked into at once");
    let (_, page) = b.get("/app/settings?part=channels").await;
    assert!(page.contains(USER) && !page.contains(PASSWORD));
    assert!(smtp.connections() >= 2);
    assert_eq!(b.post("/app/settings/channels/email/disconnect", &[("line", USER)]).await, 303);
    look(&t).await;
    assert!(t.app.directory().lines_of(t.business.id).next().is_none());
}

#[tokio::test]
async fn a_vendor_without_a_phone_is_asked_and_haggled_with_by_letters() {
    let (t, smtp, imap) = open().await;
    let file = t.file();
    let added = file.write(|tx| {
        let mut v = Vendor::new(Id::new(tx.now), "Adeyemi Farms", tx.now);
        v.email = "Farm@vendor.example".into();
        v.products = vec!["eggs".into()];
        vendor::save(tx, &v)
    });
    added.await.unwrap();
    let id = buying::ask(&t, "12 dozen eggs by Friday").await;
    t.settle().await;
    let first = smtp.taken().pop().expect("the vendor was asked");
    assert_eq!((first.to.as_str(), first.header("Auto-Submitted").as_str()), ("farm@vendor.example", "auto-generated"));
    assert!(first.text().contains("eggs"), "{}", first.text());
    let answer = "Eggs are N6,000 per dozen. Delivery is N1,000, tomorrow.\n\nOn Sat, 21 Nov 2026 Mama Put <shop@example.com> wrote:\n> 12 dozen eggs";
    let more = format!("Subject: Re: {}\r\nIn-Reply-To: {}\r\n", first.header("Subject"), first.header("Message-ID"));
    imap.deliver(letter("farm@vendor.example", "v1@vendor.example", &more, answer));
    look(&t).await;
    let p = buying::get(&t, &format!("purchases/{id}")).await;
    let call = &p["calls"][0];
    assert_eq!((call["by"].as_str(), call["quoted_price"]["amount_minor"].as_i64()), (Some("email"), Some(7_300_000)), "{call}");
    let sent = smtp.taken();
    assert_eq!((sent.len(), sent[1].header("In-Reply-To").as_str()), (2, "<v1@vendor.example>"), "haggled");
    assert!(!sent[1].text().contains("You said"), "a vendor is no customer: {}", sent[1].text());
}
