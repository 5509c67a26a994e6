//! The dashboard and the public pages, as a browser without scripts uses them.

use crate::harness::{self, TestApp};
use reqwest::redirect::Policy;
use std::sync::Arc;
use steward::domain::house::member::Role;
use steward::domain::shop::order::Status;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::member;
use steward::store::control::member as members;
use steward::store::shop::order::list_orders;

const ADA: &str = "2348031234567";

/// A browser of a member with a role.
pub struct Browser {
    http: reqwest::Client,
    url: String,
    cookie: String,
}

impl Browser {
    pub async fn of(t: &TestApp, role: Role) -> Self {
        let business = t.business.id;
        let email = format!("{}@example.com", role.as_str());
        let session = t.app.store.control_write(move |tx| {
            let who = members::insert_member(tx, &email, "Nkechi", None)?;
            members::upsert_membership(tx, who, business, role)?;
            member::open_session(tx, who, Some(business))
        });
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Self { http, url: t.url.clone(), cookie: format!("steward={}", session.await.unwrap()) }
    }
    pub fn cookie(&self) -> &str {
        &self.cookie
    }
    pub async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.http.get(format!("{}{path}", self.url)).header("cookie", &self.cookie).send().await.unwrap();
        let csp = answer.headers().get("content-security-policy").map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
        assert!(csp.contains("script-src 'self'") && !csp.contains("unsafe"), "{path}: {csp}");
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> u16 {
        self.send(path, form).await.0
    }
    /// A form, and the page that answers it.
    pub async fn send(&self, path: &str, form: &[(&str, &str)]) -> (u16, String) {
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.http.post(format!("{}{path}", self.url)).header("cookie", &self.cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap_or_default())
    }
    /// Uploads one file; the status, and where it leads or else the page.
    pub async fn upload(&self, path: &str, name: &str, text: &str) -> (u16, String) {
        let line = "----steward";
        let body = format!(
            "--{line}\r\ncontent-disposition: form-data; name=\"key\"\r\n\r\nk-{name}\r\n--{line}\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: text/csv\r\n\r\n{text}\r\n--{line}--\r\n"
        );
        let request = self.http.post(format!("{}{path}", self.url)).header("cookie", &self.cookie);
        let request = request.header("content-type", format!("multipart/form-data; boundary={line}")).body(body);
        let answer = request.send().await.unwrap();
        let (status, to) = (answer.status().as_u16(), answer.headers().get("location").map(|v| v.to_str().unwrap().to_owned()));
        (status, to.unwrap_or(answer.text().await.unwrap_or_default()))
    }
}

async fn open() -> TestApp {
    harness::open(Arc::new(BuiltIn::new())).await
}

async fn order_lunch(t: &TestApp) {
    t.says(ADA, "Good afternoon, I want 2 large jollof rice and a coke please").await;
    t.says(ADA, "I will pick it up").await;
    t.says(ADA, "yes, place it").await;
}

#[tokio::test]
async fn every_page_is_shown() {
    let t = open().await;
    order_lunch(&t).await;
    let b = Browser::of(&t, Role::Owner).await;
    let paths = [
        "",
        "/messages",
        "/orders",
        "/orders?q=1001",
        "/payments",
        "/payments/statement",
        "/ready-replies",
        "/orders?show=finished",
        "/catalogue",
        "/catalogue?q=coke",
        "/catalogue/new",
        "/catalogue/import",
    ];
    let more =
        ["/customers", "/work-log", "/set-up", "/settings", "/settings?part=hours", "/settings?part=whatsapp", "/settings?part=models"];
    let rest = [
        "/settings?part=people",
        "/settings?part=keys",
        "/settings?part=unread",
        "/settings?part=payments",
        "/insights",
        "/insights?days=7",
    ];
    for path in paths.iter().chain(&more).chain(&rest) {
        let (status, html) = b.get(&format!("/app{path}")).await;
        assert_eq!(status, 200, "/app{path}");
        assert!(html.contains("Mama Put") && html.contains("</html>"), "/app{path}");
    }
    for list in ["/app/messages", "/app/orders", "/app/catalogue", "/app/customers", "/app/work-log"] {
        let (_, html) = b.get(list).await;
        let id = regex::Regex::new(&format!("{list}/[0-9a-f]{{8}}-[0-9a-f-]{{27}}")).unwrap();
        let one = id.find(&html).unwrap_or_else(|| panic!("{list} links to nothing")).as_str();
        assert_eq!(b.get(one).await.0, 200, "{one}");
    }
    for public in ["/", "/b/mama-put", "/b/mama-put/chat", "/sign-in"] {
        assert_eq!(b.get(public).await.0, 200, "{public}");
    }
}

#[tokio::test]
async fn the_owner_decides_in_the_browser() {
    let t = open().await;
    order_lunch(&t).await;
    t.says(ADA, "I have paid").await;
    let b = Browser::of(&t, Role::Manager).await;
    let id = t.read(|tx| list_orders(tx, None, None, 1)).await[0].order.id;
    let (_, today) = b.get("/app").await;
    assert!(today.contains("says #1001 is paid, ₦7,600"), "{today}");
    let (_, order) = b.get(&format!("/app/orders/{id}")).await;
    assert!(order.contains("the customer gets") && order.contains("Approve ₦7,600"));
    assert_eq!(b.post(&format!("/app/orders/{id}/approve-payment"), &[("key", "k"), ("back", "/app")]).await, 303);
    assert_eq!(b.post(&format!("/app/orders/{id}/approve-payment"), &[("key", "k")]).await, 409, "the second is told");
    assert_eq!(b.post(&format!("/app/orders/{id}/status"), &[("to", "preparing"), ("key", "k")]).await, 303);
    let o = t.read(|tx| list_orders(tx, None, None, 1)).await.remove(0).order;
    assert_eq!(o.status, Status::Preparing);
}

#[tokio::test]
async fn a_paid_order_that_is_cancelled_stays_in_sight_until_its_money_is_settled() {
    let t = open().await;
    let sales = |html: &str| html.split("Sales today").nth(1).and_then(|h| h.split("class=\"big\">").nth(1)).map(|h| h[..12].to_owned());
    let b = Browser::of(&t, Role::Owner).await;
    for how in ["money-settled", "refunds"] {
        order_lunch(&t).await;
        t.says(ADA, "I have paid").await;
        let o = t.read(|tx| list_orders(tx, None, None, 1)).await.remove(0).order;
        let (id, number) = (o.id, o.number);
        assert_eq!(b.post(&format!("/app/orders/{id}/approve-payment"), &[("key", "k")]).await, 303);
        assert!(sales(&b.get("/app").await.1).unwrap().starts_with("₦7,600"));
        let (_, page) = b.get(&format!("/app/orders/{id}")).await;
        assert!(page.contains("₦7,600 has been paid. Cancel anyway?"), "{page}");
        // A page that did not ask about the money cancels nothing.
        let cancel = format!("/app/orders/{id}/status");
        assert_eq!(b.post(&cancel, &[("to", "cancelled"), ("paid", "0"), ("key", "k")]).await, 409);
        assert_eq!(b.post(&cancel, &[("to", "cancelled"), ("paid", "760000"), ("key", "k")]).await, 303);
        let (_, today) = b.get("/app").await;
        assert!(today.contains(&format!("Give back ₦7,600 for #{number}")) && today.contains("1 thing needs you"), "{today}");
        assert!(sales(&today).unwrap().starts_with("₦0"), "cancelled money is no sale");
        let (_, insights) = b.get("/app/insights?days=7").await;
        assert!(insights.contains("<dd class=\"big num\">₦0</dd>"), "{insights}");
        let form: &[(&str, &str)] = &[("amount", "7,600"), ("reason", "We are closed"), ("key", "r")];
        assert_eq!(b.post(&format!("/app/orders/{id}/{how}"), if how == "refunds" { form } else { &[] }).await, 303);
        let (_, today) = b.get("/app").await;
        assert!(today.contains("Nothing needs you"), "{how}: {today}");
    }
}

#[tokio::test]
async fn money_given_back_with_a_wrong_amount_is_asked_again_in_place() {
    let t = open().await;
    order_lunch(&t).await;
    t.says(ADA, "I have paid").await;
    let b = Browser::of(&t, Role::Owner).await;
    let id = t.read(|tx| list_orders(tx, None, None, 1)).await[0].order.id;
    assert_eq!(b.post(&format!("/app/orders/{id}/approve-payment"), &[("key", "k")]).await, 303);
    for (amount, why) in
        [("99999999", "At most ₦7,600 can be given back."), ("-5", "Write an amount above zero."), ("abc", "is not an amount")]
    {
        let (status, html) =
            b.send(&format!("/app/orders/{id}/refunds"), &[("amount", amount), ("reason", "Cold plate"), ("key", "r")]).await;
        assert_eq!(status, 422, "{html}");
        let form = html.split("id=\"give-back\" open").nth(1).expect(&html).split("</details>").next().unwrap();
        assert!(form.contains(why) && form.contains(&format!("value=\"{amount}\"")) && form.contains("value=\"Cold plate\""), "{form}");
    }
}

#[tokio::test]
async fn a_form_of_the_settings_that_is_not_accepted_stands_as_it_was_typed() {
    let t = open().await;
    let b = Browser::of(&t, Role::Owner).await;
    let typed =
        [("name", "Nkechi Two"), ("about", "Soup & rice"), ("time_zone", "Africa/Accra"), ("currency", "XX"), ("delivery_fee", "abc")];
    let (status, html) = b.send("/app/settings/business", &typed).await;
    assert_eq!(status, 422, "{html}");
    for held in [
        "value=\"Nkechi Two\"",
        "Soup &#38; rice</textarea>",
        "value=\"Africa/Accra\" translate=\"no\" selected",
        "value=\"XX\"",
        "value=\"abc\"",
    ] {
        assert!(html.contains(held), "{held}: {html}");
    }
    let (_, html) = b
        .send(
            "/app/settings/whatsapp",
            &[("phone_number_id", "123456"), ("token", "t0ken"), ("app_secret", "s3cret"), ("business_account", "12ab")],
        )
        .await;
    assert!(html.contains("value=\"123456\"") && html.contains("value=\"12ab\""), "{html}");
    assert!(!html.contains("s3cret") && !html.contains("t0ken"), "{html}");
    let (_, html) = b.send("/app/settings/channels/twilio", &[("twilio_line", "+14155238886"), ("twilio_token", "s3cret")]).await;
    assert!(html.contains("value=\"+14155238886\"") && !html.contains("s3cret"), "{html}");
    let (_, html) = b.send("/app/settings/tax", &[("tax_name", "VAT"), ("tax_rate", "x"), ("tax_number", "T-1")]).await;
    assert!(html.contains("value=\"VAT\"") && html.contains("value=\"x\"") && html.contains("value=\"T-1\""), "{html}");
    let (_, html) = b.send("/app/settings/models", &[("daily_limit", "lots")]).await;
    assert!(html.contains("value=\"lots\""), "{html}");
    // Who signs in here already is told; nobody's role is changed by the way.
    let business = t.business.id;
    let bisi = t.app.store.control_write(move |tx| {
        let who = members::insert_member(tx, "bisi@example.com", "Bisi", Some("hash"))?;
        members::upsert_membership(tx, who, business, Role::Manager).map(|()| who)
    });
    let bisi = bisi.await.unwrap();
    let form = [("name", "Bisi O"), ("email", "bisi@example.com"), ("role", "viewer")];
    let (status, html) = b.send("/app/settings/members", &form).await;
    assert!(status == 422 && html.contains("Bisi already signs in here.") && html.contains("value=\"Bisi O\""), "{html}");
    let role_of = || async { t.app.store.control_read(move |tx| members::find_member(tx, bisi, business)).await.unwrap().role };
    assert_eq!(role_of().await, Role::Manager);
    assert_eq!(b.post(&format!("/app/settings/members/{bisi}/role"), &[("role", "viewer")]).await, 303);
    assert_eq!(role_of().await, Role::Viewer);
    let (_, html) = b.send("/app/settings/members", &[("name", "Bola"), ("email", "no address"), ("role", "manager")]).await;
    assert!(html.contains("value=\"Bola\"") && html.contains("value=\"no address\""), "{html}");
}

#[tokio::test]
async fn what_is_done_twice_is_done_once_and_a_look_is_no_deed() {
    use steward::store::house::{audit, conversation};
    let t = open().await;
    t.says(ADA, "Hello").await;
    let b = Browser::of(&t, Role::Owner).await;
    let id = t.read(|tx| conversation::list_conversations(tx, conversation::Which::Open, "", i64::MAX, 1)).await[0].conversation.id;
    for page in [format!("/app/messages/{id}"), "/app/settings?part=whatsapp".into(), "/app/bookings/set-up".into()] {
        assert_eq!(b.get(&page).await.0, 200);
    }
    assert!(t.read(|tx| audit::list_entries(tx, None, 50)).await.is_empty(), "a look is no deed");
    let hands = || t.read(move |tx| Ok(steward::store::events::list_events_of(tx, id, steward::domain::event::HAND, 50)?.len()));
    let before = hands().await;
    for _ in 0..2 {
        assert_eq!(b.post(&format!("/app/messages/{id}/close"), &[]).await, 303);
    }
    assert_eq!(hands().await, before + 1, "closing what is closed does nothing");
    let (_, html) = b.get("/app/audit").await;
    assert!(html.contains("Marked a conversation as done") && !html.contains(">/app/"), "{html}");
}

#[tokio::test]
async fn a_person_answers_once_and_hands_back() {
    let t = open().await;
    t.says(ADA, "Hello").await;
    let b = Browser::of(&t, Role::Agent).await;
    let id = t
        .read(|tx| {
            steward::store::house::conversation::list_conversations(tx, steward::store::house::conversation::Which::Open, "", i64::MAX, 1)
        })
        .await[0]
        .conversation
        .id;
    let send = format!("/app/messages/{id}/send");
    assert_eq!(b.post(&send, &[("text", "This is Nkechi"), ("key", "k1")]).await, 303);
    assert_eq!(b.post(&send, &[("text", "This is Nkechi"), ("key", "k1")]).await, 409, "the same key sends nothing");
    let (_, html) = b.get(&format!("/app/messages/{id}")).await;
    assert_eq!(html.matches("This is Nkechi").count(), 2, "in the list and in the thread");
    assert_eq!(b.post(&format!("/app/messages/{id}/handback"), &[]).await, 303);
}

#[tokio::test]
async fn roles_and_strangers_are_kept_out() {
    let t = open().await;
    order_lunch(&t).await;
    let id = t.read(|tx| list_orders(tx, None, None, 1)).await[0].order.id;
    let viewer = Browser::of(&t, Role::Viewer).await;
    assert_eq!(viewer.post(&format!("/app/orders/{id}/status"), &[("to", "cancelled")]).await, 403);
    assert_eq!(viewer.get("/app/settings").await.0, 403);
    let agent = Browser::of(&t, Role::Agent).await;
    assert_eq!(agent.post(&format!("/app/orders/{id}/approve-payment"), &[]).await, 403);
    let nobody = Browser { cookie: String::new(), ..agent };
    assert_eq!(nobody.get("/app/orders").await.0, 303);
    let other = harness::add_business(&t.app, "Other", "200000000000002").await;
    let theirs = t.app.store.control_write(move |tx| {
        let who = members::insert_member(tx, "them@example.com", "", None)?;
        members::upsert_membership(tx, who, other.id, Role::Owner)?;
        member::open_session(tx, who, Some(other.id))
    });
    let them = Browser { cookie: format!("steward={}", theirs.await.unwrap()), ..nobody };
    assert_eq!(them.get(&format!("/app/orders/{id}")).await.0, 404, "another's order does not exist");
    assert_eq!(them.get("/app?b=mama-put").await.0, 404, "nor does another's business");
    let foreign =
        t.http.post(format!("{}/app/orders/{id}/status", t.url)).header("sec-fetch-site", "cross-site").header("cookie", &them.cookie);
    assert_eq!(foreign.send().await.unwrap().status().as_u16(), 403);
}

#[tokio::test]
async fn a_visitor_chats_and_finds_it_again() {
    let t = open().await;
    let b =
        Browser { http: reqwest::Client::builder().redirect(Policy::none()).build().unwrap(), url: t.url.clone(), cookie: String::new() };
    let session = "abcdefghijklmnopqrstuvwxyz012345";
    let say = [("text", "Do you have jollof rice?"), ("key", "k1"), ("session", session), ("embed", "1")];
    assert_eq!(b.post("/b/mama-put/chat", &say).await, 303);
    assert_eq!(b.post("/b/mama-put/chat", &say).await, 303, "a repeated post is heard once");
    t.pass_ms(10_000).await;
    let answer = t.http.get(format!("{}/b/mama-put/chat?embed=1&session={session}", t.url)).send().await.unwrap();
    let csp = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(csp.contains("frame-ancestors *"), "{csp}");
    let html = answer.text().await.unwrap();
    assert_eq!(html.matches("Do you have jollof rice?").count(), 1);
    assert!(html.contains("Jollof rice") && html.contains("AI assistant"), "{html}");
    let (_, stranger) = b.get("/b/mama-put/chat?session=00000000000000000000000000000000").await;
    assert!(!stranger.contains("Do you have jollof rice?"));
    let script = t.http.get(format!("{}/b/mama-put/widget.js", t.url)).send().await.unwrap().bytes().await.unwrap();
    assert!(script.len() < 15_000);
}

#[tokio::test]
async fn a_message_waits_a_moment_and_can_be_taken_back() {
    let t = open().await;
    t.says(ADA, "Hello, good afternoon!").await;
    let b = Browser::of(&t, Role::Agent).await;
    let (_, list) = b.get("/app/messages").await;
    let thread = regex::Regex::new("/app/messages/[0-9a-f]{8}-[0-9a-f-]{27}").unwrap().find(&list).unwrap().as_str().to_owned();
    let before = t.sent_to(ADA).len();
    assert_eq!(b.post(&format!("{thread}/send"), &[("text", "Wrong words"), ("key", "k1")]).await, 303);
    t.pass_ms(2_000).await;
    assert_eq!(t.sent_to(ADA).len(), before, "it waits");
    let (_, html) = b.get(&thread).await;
    let undo = regex::Regex::new("/app/messages/[0-9a-f-]{36}/undo").unwrap().find(&html).unwrap().as_str().to_owned();
    assert_eq!(b.post(&undo, &[]).await, 303);
    t.pass_ms(10_000).await;
    assert_eq!(t.sent_to(ADA).len(), before, "it never left");
    assert_eq!(b.post(&undo, &[]).await, 409, "once");
    assert_eq!(b.post(&format!("{thread}/send"), &[("text", "Right words"), ("key", "k2")]).await, 303);
    t.pass_ms(6_000).await;
    assert_eq!(t.sent_to(ADA).last().map(String::as_str), Some("Right words"));
    assert_eq!(t.sent_to(ADA).len(), before + 1);
}

#[tokio::test]
async fn an_item_form_sent_twice_makes_one_item() {
    let t = open().await;
    let b = Browser::of(&t, Role::Manager).await;
    let form = |name: &str| {
        let field = |n: &str, v: &str| format!("--x\r\ncontent-disposition: form-data; name=\"{n}\"\r\n\r\n{v}\r\n");
        format!("{}{}{}{}--x--\r\n", field("key", "k1"), field("name", name), field("price", "1,200"), field("available", "on"))
    };
    let post = |body: String| {
        let request = b.http.post(format!("{}/app/catalogue", b.url)).header("cookie", &b.cookie);
        request.header("content-type", "multipart/form-data; boundary=x").body(body).send()
    };
    let count = || t.read(|tx| Ok(steward::store::house::item::list_items(tx, "puff", "", 10)?.len()));
    assert_eq!(post(form("Puff puff")).await.unwrap().status().as_u16(), 303);
    assert_eq!(post(form("Puff puff")).await.unwrap().status().as_u16(), 303);
    assert_eq!(count().await, 1);
    assert_eq!(post(form("Puff puff large")).await.unwrap().status().as_u16(), 303, "other words are another item");
    assert_eq!(count().await, 2);
}

#[tokio::test]
async fn bookings_by_hand() {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    let owner = Browser::of(&t, Role::Owner).await;
    let (status, page) = owner.get("/app/bookings").await;
    assert!(status == 200 && page.contains("Nothing can be booked yet"));
    let table = [
        ("name", "Table 1"),
        ("kind", "table"),
        ("area", ""),
        ("seats_min", "1"),
        ("seats_max", "4"),
        ("units", "1"),
        ("minutes", "90"),
        ("pause_min", "0"),
        ("active", "on"),
    ];
    assert_eq!(owner.post("/app/bookings/resources/new", &table).await, 303);
    assert_eq!(owner.post("/app/bookings/resources/new", &table).await, 409, "the name is taken");
    let (_, page) = owner.get("/app/bookings/set-up").await;
    assert!(page.contains("Table 1") && page.contains("feed.ics?token="));
    let wish = [
        ("name", "Ada"),
        ("phone", "08031234567"),
        ("kind", "table"),
        ("date", "2026-11-24"),
        ("time", "20:00"),
        ("party", "4"),
        ("nights", "1"),
        ("key", "k1"),
    ];
    assert_eq!(owner.post("/app/bookings", &wish).await, 303);
    assert_eq!(owner.post("/app/bookings", &wish).await, 303, "pressed twice, booked once");
    let mut second = wish;
    second[7] = ("key", "k2");
    assert_eq!(owner.post("/app/bookings", &second).await, 409, "full, with the form as it was typed");
    for path in ["/app/bookings?date=2026-11-24", "/app/bookings?date=2026-11-24&view=week"] {
        let (status, page) = owner.get(path).await;
        assert!(status == 200 && page.matches("Ada, 4").count() == 1, "{path}");
    }
    let made = t.read(|tx| steward::store::reception::booking::list_bookings(tx, None, None, 9)).await;
    assert_eq!(made.len(), 1);
    let url = format!("/app/bookings/{}", made[0].id);
    assert!(owner.get(&url).await.1.contains("Booking 101"));
    let moved = [("date", "2026-11-25"), ("time", "19:00"), ("party", "3"), ("resource", "")];
    assert_eq!(owner.post(&format!("{url}/move"), &moved).await, 303);
    assert_eq!(owner.post(&format!("{url}/move"), &[("date", "2026-11-25"), ("time", "23:00"), ("party", "3")]).await, 422);
    assert_eq!(owner.post(&format!("{url}/status"), &[("to", "cancelled"), ("reason", "Closed")]).await, 303);
    let after = t.read(|tx| steward::store::reception::booking::list_bookings(tx, None, None, 9)).await;
    assert_eq!((after[0].status.as_str(), after[0].party, after[0].reason.as_str()), ("cancelled", 3, "Closed"));
    let viewer = Browser::of(&t, Role::Viewer).await;
    assert_eq!(viewer.post("/app/bookings", &wish).await, 403);
}

#[tokio::test]
async fn a_thing_with_hours_of_its_own_is_free_at_those() {
    let t = open().await;
    let owner = Browser::of(&t, Role::Owner).await;
    let mut form = vec![
        ("name", "Terrace"),
        ("kind", "table"),
        ("area", ""),
        ("seats_min", "1"),
        ("seats_max", "4"),
        ("units", "1"),
        ("minutes", "60"),
        ("pause_min", "0"),
        ("active", "on"),
    ];
    assert_eq!(owner.post("/app/bookings/resources/new", &form).await, 303);
    let starts = async |day: &str| -> Vec<String> {
        let url = format!("{}/api/v1/bookings/availability?date={day}&party=2", t.url);
        let free: serde_json::Value = t.http.get(url).bearer_auth(&t.key).send().await.unwrap().json().await.unwrap();
        free["slots"].as_array().unwrap().iter().map(|s| s["local_start"].as_str().unwrap()[11..].to_owned()).collect()
    };
    let usual = starts("2026-11-24").await;
    assert!(usual.len() > 20, "a Tuesday like any other: {usual:?}");
    let made = t.read(steward::store::reception::resource::list_resources).await;
    let url = format!("/app/bookings/resources/{}", made[0].id);
    form.extend([("own_hours", "on"), ("open_1", "on"), ("from_1", "18:00"), ("to_1", "17:00")]);
    assert_eq!(owner.post(&url, &form).await, 422, "it closes before it opens");
    assert_eq!(starts("2026-11-24").await, usual, "nothing is half stored");
    form.retain(|f| f.0 != "to_1");
    form.push(("to_1", "20:00"));
    assert_eq!(owner.post(&url, &form).await, 303);
    assert_eq!(starts("2026-11-24").await, ["18:00", "18:15", "18:30", "18:45", "19:00"]);
    assert!(starts("2026-11-25").await.is_empty(), "Wednesday is not one of its days");
    let (_, page) = owner.get("/app/bookings/set-up").await;
    assert!(page.contains("own hours") && page.contains("value=\"18:00\""));
    form.retain(|f| f.0 != "own_hours");
    assert_eq!(owner.post(&url, &form).await, 303);
    assert_eq!(starts("2026-11-24").await, usual, "back to the hours of the business");
}
