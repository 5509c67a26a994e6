//! What the guard lets through and what not.

use super::*;
use crate::domain::house::briefing::Menu;
use crate::domain::house::business::Profile;
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::shop::draft::{Draft, Line};
use crate::domain::time::Time;
use crate::providers::llm::ToolCall;
use serde_json::json;
use std::sync::Arc;

fn briefing() -> Briefing {
    let line = Line {
        item_id: Id::NIL,
        name: "Jollof rice".into(),
        quantity: 2,
        unit_minor: 150_000,
        options: vec![],
        note: String::new(),
        uncounted: false,
    };
    let profile = Profile { payment_instructions: "GTBank 0123456789".into(), delivery_fee_minor: 50_000, ..Profile::default() };
    Briefing {
        business_name: "Mama's".into(),
        profile: Arc::new(profile),
        menu: Arc::new(Menu::default()),
        now: Time::parse("2026-11-21T10:00:00Z").unwrap(),
        contact_name: String::new(),
        language: Lang::En,
        draft: Draft { lines: vec![line], ..Draft::default() },
        open_orders: vec![],
        last_finished: None,
        desk: None,
        bookings: vec![],
        returning: false,
        memo: None,
        facts: vec![],
        assistant: None,
        intents: None,
    }
}
fn check(words: &str, results: &[&ToolResult]) -> Vec<String> {
    let b = briefing();
    let new = ["my house is number 14".into()];
    objections(words, &Facts { briefing: &b, results, said: &[], new: &new, reckoned: &[], built_in: false })
}

#[test]
fn what_stands_in_a_document_may_be_quoted() {
    let call = ToolCall { id: "1".into(), name: "search_knowledge".into(), arguments: json!({}) };
    let output =
        json!({ "passages": [{ "text": "Welcome. Children under 12 stay for free. Deposits: we will refund 80% within 14 days." }] });
    let found = ToolResult { call, ok: true, output };
    assert!(check("Children under 12 stay for free.", &[&found]).is_empty());
    assert!(check("Deposits: we will refund 80% within 14 days.", &[&found]).is_empty());
    assert!(!check("We will refund 90% within 14 days.", &[&found]).is_empty());
    assert!(!check("You stay for free.", &[&found]).is_empty());
}

#[test]
fn figures_must_stand_in_rows() {
    assert!(check("2 jollof rice is ₦3,000. We open at 8 am and close 20:00. Pay to 0123456789.", &[]).is_empty());
    assert!(check("We bring it to number 14.", &[]).is_empty());
    assert_eq!(check("That is ₦2,999.", &[]).len(), 1);
    assert!(check("المجموع ₦٣٬٠٠٠", &[]).is_empty());
    assert_eq!(check("السعر ₦٢٬٩٩٩", &[]).len(), 1);
    assert_eq!(check("Only 3 left", &[]).len(), 1);
    assert_eq!(check("It takes 45 minutes", &[]).len(), 1);
    assert_eq!(check("Your reference is 4K72PQ", &[]).len(), 1);
}

#[test]
fn neither_ids_nor_coins_are_figures() {
    let call = ToolCall { id: "1".into(), name: "search_menu".into(), arguments: json!({}) };
    let output = json!({ "items": [{ "item_id": "01935abc-4321-7000-8000-000000000077", "each_minor": 450_000 }] });
    let found = ToolResult { call, ok: true, output };
    assert!(check("It is ₦4,500.", &[&found]).is_empty());
    assert_eq!(check("It is ₦450,000.", &[&found]).len(), 1);
    assert_eq!(check("It is ₦4,321.", &[&found]).len(), 1);
}

#[test]
fn deeds_must_have_been_done() {
    assert!(!check("Your order has been placed.", &[]).is_empty());
    assert!(!check("We have received your payment, thank you", &[]).is_empty());
    assert!(check("Once your payment is confirmed we start cooking.", &[]).is_empty());
    assert!(!check("I have told the owner.", &[]).is_empty());
    assert!(!check("I'll give you a 10% discount", &[]).is_empty());
    let call = ToolCall { id: "1".into(), name: "place_order".into(), arguments: json!({}) };
    let done = ToolResult { call, ok: true, output: json!({ "order": { "number": 1042, "reference": "4K72PQ" } }) };
    assert!(check("Your order has been placed: number 1042, reference 4K72PQ.", &[&done]).is_empty());
    let failed = ToolResult { ok: false, ..done };
    assert!(!check("Your order has been placed.", &[&failed]).is_empty());
}

#[test]
fn a_time_must_stand_in_a_row() {
    assert_eq!(check("Your table is free at 7.", &[]), ["\"7\" stands in no record."]);
    assert_eq!(check("Come at 7 pm", &[]), ["\"7 pm\" stands in no record."]);
    assert_eq!(check("Come at 10 pm", &[]).len(), 1);
    let call = ToolCall { id: "1".into(), name: "check_availability".into(), arguments: json!({}) };
    let free = ToolResult { call, ok: true, output: json!({ "date": "2026-11-27", "time": "19:00", "party": 4 }) };
    assert!(check("7 pm is free for 4.", &[&free]).is_empty());
    assert!(check("It is free at 7.", &[&free]).is_empty());
    assert_eq!(check("It is free at 7 am.", &[&free]).len(), 1);
    assert_eq!(check("It is free at 9.", &[&free]).len(), 1);
    let b = briefing();
    let asked = ["a table at 7 please".to_owned()];
    let said =
        |words: &str| objections(words, &Facts { briefing: &b, results: &[], said: &[], new: &asked, reckoned: &[], built_in: false });
    assert!(said("For how many people shall I look at 7 pm?").is_empty(), "the customer's own words may be repeated");
    assert!(!said("For how many people shall I look at 9?").is_empty());
}

proptest::proptest! {
    #[test]
    fn never_panics(words in ".*") {
        let _ = check(&words, &[]);
    }
}

use crate::domain::house::briefing::OpenOrder;
use crate::domain::house::item::{Item, OptionChoice, OptionGroup};
use crate::domain::shop::order::Status;

fn item(name: &str, price: i64) -> Item {
    Item {
        id: Id::NIL,
        sku: String::new(),
        name: name.into(),
        aliases: vec![],
        description: String::new(),
        category: String::new(),
        price_minor: price * 100,
        unit: String::new(),
        stock: None,
        available: true,
        options: vec![],
        photo: None,
        attributes: json!({}),
    }
}

/// A stranger at a restaurant: nothing ordered, nothing booked.
fn stranger() -> Briefing {
    let choice = |name: &str, price: i64| OptionChoice { name: name.into(), price_minor: price * 100 };
    let group = |name: &str, many: bool, choices: Vec<OptionChoice>| OptionGroup { name: name.into(), choices, required: !many, many };
    let mut jollof = item("Jollof rice", 2_500);
    jollof.options = vec![
        group("Size", false, vec![choice("Regular", 0), choice("Large", 900)]),
        group("Extras", true, vec![choice("Extra plantain", 500), choice("Extra meat", 650)]),
    ];
    let mut pie = item("Meat pie", 800);
    pie.stock = Some(12);
    let gone = Item { available: false, ..item("Suya", 1_800) };
    let items = vec![jollof, item("Fried rice", 3_500), item("Egusi soup", 3_200), item("Plantain", 600), item("Coke", 500), pie, gone];
    let profile = Profile { delivery_fee_minor: 80_000, ..(*briefing().profile).clone() };
    Briefing { menu: Arc::new(Menu { items, ..Menu::default() }), draft: Draft::default(), profile: Arc::new(profile), ..briefing() }
}

/// What is held against words to somebody who wrote `new`.
fn held(b: &Briefing, new: &str, words: &str) -> Vec<String> {
    let new = [new.to_owned()];
    objections(words, &Facts { briefing: b, results: &[], said: &[], new: &new, reckoned: &[], built_in: false })
}

fn refused_all(b: &Briefing, new: &str, list: &[&str]) {
    let passed: Vec<_> = list.iter().filter(|w| held(b, new, w).is_empty()).collect();
    assert!(passed.is_empty(), "these were let through: {passed:#?}");
}

fn passed_all(b: &Briefing, new: &str, list: &[&str]) {
    let refused: Vec<_> = list.iter().map(|w| (w, held(b, new, w))).filter(|(_, o)| !o.is_empty()).collect();
    assert!(refused.is_empty(), "these were refused: {refused:#?}");
}

#[test]
fn sums_of_prices_are_prices() {
    let b = stranger();
    passed_all(
        &b,
        "how much for 3 plates of egusi, and for 2 fried rice and two cokes?",
        &[
            "3 Egusi soup come to ₦9,600.",
            "Two fried rice and 2 Coke: ₦8,000.",
            "Fried rice is ₦3,500 and Coke is ₦500.",
            "Egusi ₦3,200 and delivery ₦800, so ₦4,000.",
            "A large jollof with extra plantain is ₦3,900.",
            "A large jollof with extra plantain and extra meat is ₦4,550.",
            "Jollof rice: ₦2,500 (Size: Regular, Large +₦900)\nFried rice: ₦3,500\nEgusi soup: ₦3,200",
            "2 Fried rice: ₦7,000\n2 Coke: ₦1,000\nTotal: ₦8,000",
            "Egusi soup: 3 200 ₦, ou ₦3.200,00.",
            "₦3,500 for fried rice and ₦3,200 for egusi.",
            "It comes to ₦9,600 for three egusi.",
            "Extra plantain adds ₦500.",
            "It is three thousand two hundred naira a plate of egusi.",
        ],
    );
    refused_all(
        &b,
        "how much is jollof?",
        &[
            "Jollof rice is ₦3,500.",
            "It is ₦1,800.",
            "Jollof rice is ₦3,500 and fried rice is ₦2,500.",
            "Egusi soup is N1,999.",
            "Egusi soup is NGN1,999 or $5.",
            "It is five hundred naira a plate of jollof.",
            "El arroz cuesta quinientos nairas.",
            "Only three plates are left",
            "Only 3 meat pies left.",
            "Total: ₦1,234",
        ],
    );
    passed_all(&b, "how many pies?", &["We have 12 meat pies left.", "Only twelve meat pies are left."]);
}

#[test]
fn what_a_customer_says_makes_no_price() {
    let b = stranger();
    refused_all(
        &b,
        "jollof is 100 naira, right? I pay to 9988776655. 3 left? reference AB12CD",
        &[
            "Yes, jollof rice is ₦100",
            "Yes, jollof rice is 100",
            "Yes, pay to account 9988776655.",
            "Yes, 3 left.",
            "Your reference is AB12CD.",
        ],
    );
    passed_all(
        &b,
        "bring 25 jollof to 14 Marina at 7 pm, call 08031234567",
        &["25 jollof rice to 14 Marina, at 7 pm? We will call 08031234567.", "25 Jollof rice: ₦62,500."],
    );
    let call = ToolCall { id: "1".into(), name: "note_order".into(), arguments: json!({}) };
    let noted = ToolResult { call, ok: true, output: json!({ "note": "owner said jollof ₦100, account 9988776655" }) };
    let new = [String::new()];
    let facts = Facts { briefing: &b, results: &[&noted], said: &[], new: &new, reckoned: &[], built_in: false };
    assert!(!objections("Jollof rice is ₦100.", &facts).is_empty());
    assert!(!objections("Pay to account 9988776655.", &facts).is_empty());
}

#[test]
fn claims_need_a_tool_or_a_row() {
    let b = stranger();
    refused_all(
        &b,
        "hello",
        &[
            "We've placed your order",
            "I have successfully placed your order",
            "Your order has been successfully placed",
            "Order confirmed!",
            "Your order is in and the kitchen has started cooking",
            "Payment received, thank you!",
            "We've received your payment",
            "I'll refund you in full",
            "We'll refund you",
            "You will receive a full refund",
            "You will get your money back",
            "Today everything is half price",
            "Your plantain is free",
            "It's on us today",
            "You don't have to pay",
            "Your rider is outside your gate now",
            "I've let the manager know",
            "I have told the owner about it.",
            "We've booked your table",
            "Your booking was successfully cancelled",
            "Pay here: https://evil.example/pay",
            "No worries, your order has been placed.",
            "Not to worry, your payment has been confirmed.",
            "Your order has been placed, anything else?",
            "After a look, your payment has been received.",
            "Su pedido ha sido confirmado y hemos recibido su pago",
            "Votre commande est confirmée et nous vous remboursons demain",
            "J'ai prévenu le responsable.",
            "Seu pedido foi confirmado.",
            "O seu pagamento foi recebido.",
            "He avisado al encargado.",
            "Your order don enter.",
            "Odarku ta shiga.",
            "Oda yako imepokelewa.",
            "تم تسجيل طلبك",
            "We close at 23:30",
            "On Sunday we open at 10:30",
            "We are closed on Saturdays.",
            "We are open on Sundays.",
            "Fried rice is sold out.",
            "Suya is available.",
            "Suya is available, how many would you like?",
            "We are closed on Saturdays, shall I note it for Monday?",
        ],
    );
    passed_all(
        &b,
        "do you have room on Friday? are you open at 23:00?",
        &[
            "100% sure, it is fresh.",
            "Friday 27 November is fine, for how many people?",
            "Would you like to place the order?",
            "Shall I confirm your order?",
            "Once you have paid, tell me.",
            "We cannot give refunds here; I can ask the owner.",
            "Once your payment is confirmed we start cooking.",
            "Your order will be confirmed once we see the payment.",
            "Your order is not placed yet. Shall I place it?",
            "No order was placed.",
            "I can ask the owner about a discount.",
            "We do not give discounts.",
            "Feel free to ask me anything.",
            "Please note that a person checks each payment before it is confirmed.",
            "Is there anything else I can add to your order?",
            "We are closed on Sundays. We open at 08:00 and close at 20:00.",
            "We open at 8 am and close at 8 pm.",
            "No, we are not open at 23:00.",
            "Suya is sold out today.",
            "Suya is sold out, would you like fried rice instead?",
            "We are closed on Sundays, shall I note it for Monday?",
            "Is Suya available?",
            "Fried rice is available.",
            "Would you like it delivered or for pickup?",
            "You can pay by transfer: GTBank 0123456789.",
            "Which one would you like: 1, 2 or 3?",
            "A person will look at your refund request.",
            "Tell me when the transfer is done, and somebody will check it.",
            "¿Quiere que confirme su pedido?",
            "Souhaitez-vous confirmer votre commande ?",
            "Désolé, votre commande n'a pas été confirmée.",
            "Lo siento, su pago no ha sido recibido todavía.",
            "Your table is booked once you tell me your name.",
        ],
    );
}

#[test]
fn an_order_of_before_covers_no_second_one() {
    let order = OpenOrder {
        id: Id::NIL,
        number: 1042,
        reference: "4K72PQ".into(),
        status: Status::AwaitingPayment,
        total_minor: 60_000,
        summary: "1 Plantain".into(),
    };
    let b = Briefing { open_orders: vec![order], ..stranger() };
    refused_all(&b, "one more plantain please", &["Your order has been placed: 1 Plantain", "Order 1042 is paid."]);
    passed_all(
        &b,
        "where is my order?",
        &["Order 1042 has been placed.", "Your order (reference 4K72PQ) is confirmed and waits for your payment."],
    );
}

#[test]
fn the_built_in_models_sums_are_told_to_the_guard() {
    let b = stranger();
    let facts = |reckoned: &'static [i64]| Facts { briefing: &b, results: &[], said: &[], new: &[], reckoned, built_in: true };
    assert_eq!(objections("3 Egusi soup: ₦9,600", &facts(&[])).len(), 1);
    assert!(objections("3 Egusi soup: ₦9,600\n1 Coke (cold): ₦500", &facts(&[960_000])).is_empty());
}
