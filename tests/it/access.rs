//! Who comes in where: links, invitations, tokens, streams, and visitors of the web chat.

use crate::harness::{self, TestApp};
use crate::intake::Parrot;
use crate::pages::Browser;
use futures_util::StreamExt;
use reqwest::redirect::Policy;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use steward::domain::error::Kind;
use steward::domain::house::member::Role;
use steward::domain::id::Id;
use steward::services::house::member;
use steward::store::control::member as members;
use steward::store::control::session;

const PASSWORD: &str = "correct horse battery";

async fn open() -> TestApp {
    harness::open(Arc::new(Parrot)).await
}

/// Somebody who signs in, a member of nothing yet.
async fn account(t: &TestApp, email: &str) -> Id {
    let (email, hash) = (email.to_owned(), member::hash_password(PASSWORD).unwrap());
    t.app.store.control_write(move |tx| members::insert_member(tx, &email, "Pendo", Some(&hash))).await.unwrap()
}

async fn role(t: &TestApp, email: &str, business: Id) -> Option<Role> {
    let email = email.to_owned();
    let all = t.app.store.control_read(move |tx| members::list_members(tx, business)).await.unwrap();
    all.into_iter().find(|m| m.email == email).map(|m| m.role)
}

/// An owner of a business invites somebody; the link's token.
async fn invited(t: &TestApp, business: Id, email: &str, role: Role) -> String {
    let email = email.to_owned();
    let link = t.app.store.control_write(move |tx| steward::services::house::invitation::invite(tx, &email, "Pendo", business, role));
    link.await.unwrap().expect("a link")
}

/// Sends the form behind a link; the status.
async fn follow(t: &TestApp, link: &str, email: &str, password: &str) -> u16 {
    let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let form = [("name", "Pendo"), ("email", email), ("password", password)];
    let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = http.post(format!("{}/set-up/{link}", t.url)).header("content-type", "application/x-www-form-urlencoded");
    request.body(body).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_new_password_gives_a_password_and_nothing_else() {
    let t = open().await;
    let other = harness::add_business(&t.app, "Ada Fabrics", "55502").await.id;
    let (who, mine) = (account(&t, "viewer@example.com").await, t.business.id);
    let link = t.app.store.control_write(move |tx| {
        members::upsert_membership(tx, who, mine, Role::Viewer)?;
        member::make_link(tx, "password", Some(who), None)
    });
    assert_eq!(follow(&t, &link.await.unwrap(), "viewer@example.com", "another horse battery").await, 303);
    assert_eq!((role(&t, "viewer@example.com", mine).await, role(&t, "viewer@example.com", other).await), (Some(Role::Viewer), None));
}

#[tokio::test]
async fn an_invitation_opens_the_business_that_made_it_alone() {
    let t = open().await;
    let (a, b) = (t.business.id, harness::add_business(&t.app, "Ada Fabrics", "55502").await.id);
    // The other business invites the same address and follows its own link: with a password only it knows.
    let (of_a, of_b) = (invited(&t, a, "pend@example.com", Role::Owner).await, invited(&t, b, "pend@example.com", Role::Viewer).await);
    assert_eq!(follow(&t, &of_b, "pend@example.com", PASSWORD).await, 303);
    assert_eq!((role(&t, "pend@example.com", a).await, role(&t, "pend@example.com", b).await), (None, Some(Role::Viewer)));
    // Who is meant does not know that password, and joins under another address.
    assert_eq!(follow(&t, &of_a, "pend@example.com", "what might it be?").await, 422);
    assert_eq!(follow(&t, &of_a, "pendo@example.com", "a password of my own").await, 303);
    assert_eq!((role(&t, "pend@example.com", a).await, role(&t, "pendo@example.com", a).await), (None, Some(Role::Owner)));
    assert_eq!(follow(&t, &of_a, "third@example.com", PASSWORD).await, 404, "a link works once");
    // Whoever really has an account joins with its password.
    let again = invited(&t, a, "pend@example.com", Role::Agent).await;
    assert_eq!(follow(&t, &again, "pend@example.com", PASSWORD).await, 303);
    assert_eq!(role(&t, "pend@example.com", a).await, Some(Role::Agent));
}

#[tokio::test]
async fn an_invitation_is_shown_and_can_be_taken_back() {
    let t = open().await;
    let owner = Browser::of(&t, Role::Owner).await;
    let link = invited(&t, t.business.id, "pend@example.com", Role::Agent).await;
    let (_, page) = owner.get("/app/settings?part=people").await;
    let (_, rest) = page.split_once("/app/settings/invitations/").expect("who is invited stands in the list");
    assert!(page.contains("pend@example.com"));
    assert_eq!(owner.post(&format!("/app/settings/invitations/{}", &rest[..rest.find('"').unwrap()]), &[]).await, 303);
    assert_eq!(follow(&t, &link, "pend@example.com", PASSWORD).await, 404);
    assert_eq!(role(&t, "pend@example.com", t.business.id).await, None);
}

#[tokio::test]
async fn who_is_taken_out_keeps_no_link() {
    let t = open().await;
    let mine = t.business.id;
    let added = t.app.store.control_write(move |tx| member::add(tx, "gone@example.com", mine, Role::Agent)).await.unwrap();
    let (id, link) = (added.0, added.1.expect("a link"));
    let owner = account(&t, "owner@example.com").await;
    let removed = t.app.store.control_write(move |tx| {
        members::upsert_membership(tx, owner, mine, Role::Owner)?;
        member::remove(tx, id, mine)
    });
    removed.await.unwrap();
    assert_eq!(follow(&t, &link, "gone@example.com", PASSWORD).await, 404);
}

#[tokio::test]
async fn only_the_first_set_up_link_makes_an_owner() {
    let t = open().await;
    let make = || t.app.store.control_write(|tx| member::make_link(tx, "setup", None, None));
    let (first, second) = (make().await.unwrap(), make().await.unwrap());
    assert_eq!(follow(&t, &first, "owner@example.com", PASSWORD).await, 303);
    assert_eq!(role(&t, "owner@example.com", t.business.id).await, Some(Role::Owner));
    assert_eq!(follow(&t, &second, "late@example.com", PASSWORD).await, 404);
    assert_eq!(role(&t, "late@example.com", t.business.id).await, None);
}

#[tokio::test]
async fn a_token_ends_with_the_password_it_was_given_for() {
    let t = open().await;
    let (who, mine) = (account(&t, "ada@example.com").await, t.business.id);
    t.app.store.control_write(move |tx| members::upsert_membership(tx, who, mine, Role::Manager)).await.unwrap();
    let body = json!({ "email": "ada@example.com", "password": PASSWORD }).to_string();
    let request = t.http.post(format!("{}/api/v1/auth/token", t.url)).header("content-type", "application/json").body(body);
    let tokens: serde_json::Value = serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap();
    let access = tokens["access_token"].as_str().unwrap().to_owned();
    let orders = || async { t.http.get(format!("{}/api/v1/orders", t.url)).bearer_auth(&access).send().await.unwrap().status().as_u16() };
    assert_eq!(orders().await, 200);
    let link = t.app.store.control_write(move |tx| member::make_link(tx, "password", Some(who), None)).await.unwrap();
    assert_eq!(follow(&t, &link, "ada@example.com", "another horse battery").await, 303);
    assert_eq!(orders().await, 401);
}

#[tokio::test]
async fn a_stream_ends_when_its_member_signs_out() {
    let t = open().await;
    let owner = Browser::of(&t, Role::Owner).await;
    for path in ["/app/live", "/api/v1/events/stream"] {
        let stays = t.http.get(format!("{}{path}", t.url)).header("cookie", owner.cookie()).send().await.unwrap();
        let mut frames = stays.bytes_stream();
        t.says("2348031234567", "hello").await;
        assert!(frames.next().await.is_some(), "{path} tells what happens");
    }
    let leaves = t.http.get(format!("{}/app/live", t.url)).header("cookie", owner.cookie()).send().await.unwrap();
    let hash = member::digest(owner.cookie().trim_start_matches("steward="));
    t.app.store.control_write(move |tx| session::delete_session(tx, &hash)).await.unwrap();
    t.pass_ms(40_000).await;
    t.says("2348031234567", "are you there?").await;
    let rest = leaves.bytes_stream().collect::<Vec<_>>();
    let heard = tokio::time::timeout(Duration::from_secs(20), rest).await.expect("the stream ends");
    assert!(heard.iter().flatten().all(|bytes| !bytes.starts_with(b"id:")), "nothing of what happened after");
}

#[tokio::test]
async fn a_link_with_a_secret_in_it_makes_nobody_write_where_others_read() {
    let t = open().await;
    let secret = "made-up-by-somebody-else";
    let page = |query: String, dest: &'static str| {
        let request = t.http.get(format!("{}/b/mama-put/chat{query}", t.url)).header("sec-fetch-dest", dest);
        async { request.send().await.unwrap() }
    };
    for query in [format!("?session={secret}"), format!("?session={secret}&embed=1")] {
        let answer = page(query.clone(), "document").await;
        let cookie = answer.headers().get("set-cookie").map(|c| c.to_str().unwrap().to_owned()).unwrap_or_default();
        let html = answer.text().await.unwrap();
        assert!(!cookie.contains(secret) && !html.contains(secret), "{query}: {cookie}");
    }
    let framed = page(format!("?session={secret}&embed=1"), "iframe").await;
    assert!(framed.headers().get("set-cookie").is_none() && framed.text().await.unwrap().contains(secret), "a frame keeps its own");
}

#[tokio::test]
async fn new_visitors_from_one_address_are_slowed_down() {
    let t = open().await;
    let mut answers = Vec::new();
    for n in 0..25 {
        let body = json!({ "token": format!("visitor-number-{n:010}"), "client_id": "1", "text": "hello" }).to_string();
        let request = t.http.post(format!("{}/b/mama-put/chat/messages", t.url)).header("content-type", "application/json");
        answers.push(request.body(body).send().await.unwrap().status().as_u16());
    }
    assert_eq!((answers[0], answers[24]), (201, 429), "{answers:?}");
    // Who is known goes on.
    let body = json!({ "token": "visitor-number-0000000000", "client_id": "2", "text": "are you there?" }).to_string();
    let request = t.http.post(format!("{}/b/mama-put/chat/messages", t.url)).header("content-type", "application/json");
    assert_eq!(request.body(body).send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn another_caller_locks_nobody_out() {
    let t = open().await;
    account(&t, "owner@example.com").await;
    let sign_in = |from: &'static str, password: &str| {
        let form = [("email", "owner@example.com"), ("password", password)];
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = t.http.post(format!("{}/sign-in", t.url)).header("x-forwarded-for", from);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        async { request.send().await.unwrap().status().as_u16() }
    };
    for _ in 0..10 {
        assert_eq!(sign_in("198.51.100.7", "wrong").await, 401);
    }
    assert_eq!(sign_in("198.51.100.7", "wrong").await, 429);
    assert_eq!(sign_in("203.0.113.5", "also wrong").await, 401, "the owner's own try is looked at");
}

#[tokio::test]
async fn a_member_is_given_another_role_and_the_last_owner_stays() {
    let t = open().await;
    let mine = t.business.id;
    let who = account(&t, "boss@example.com").await;
    t.app.store.control_write(move |tx| members::upsert_membership(tx, who, mine, Role::Owner)).await.unwrap();
    let again =
        |role| t.app.store.control_write(move |tx| steward::services::house::invitation::invite(tx, "boss@example.com", "", mine, role));
    assert_eq!(again(Role::Viewer).await.unwrap_err().kind, Kind::Conflict);
    assert!(again(Role::Owner).await.unwrap().is_none(), "who signs in already needs no link");
}
