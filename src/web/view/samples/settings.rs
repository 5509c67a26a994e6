//! Set up, settings and the phone.

use super::*;
use crate::web::view::house::device::DevicesCard;

pub(super) fn pages() -> Rendered {
    let mut out: Rendered = Vec::new();
    let step = |n: i64, title: &str, done, open| SetUpStep {
        number: n,
        title: s(title),
        sub: s("38 things"),
        done,
        open,
        pill: open.then(|| Pill::new("warn", "1 thing to fix")),
        text: s("You need a WhatsApp Business number from Meta."),
        url: s("/app/settings?part=whatsapp"),
        button: s("Connect WhatsApp"),
    };
    out.push((
        "set-up",
        SetUpPage {
            chrome: chrome("set-up", "/app/set-up"),
            sub: s("About 10 minutes left. You can stop and come back."),
            done: 4,
            all: 6,
            next: s("next: connect WhatsApp"),
            steps: vec![
                step(1, "Tell Steward about your shop", true, false),
                step(2, "Connect WhatsApp", false, true),
                step(3, "Try it on the phone", false, false),
            ],
            note: Some(note("info")),
            page_url: s("https://shop.example.com/b/kemis-bakery"),
            widget: s("<script src=\"https://shop.example.com/b/kemis-bakery/widget.js\" async></script>"),
        }
        .render(),
    ));
    let profile = ProfileForm {
        name: s("Kẹ́mi’s Bakery"),
        currency: s("NGN"),
        sign: s("₦"),
        zones: vec![pick("Africa/Lagos", "Lagos (10:16)", true)],
        languages: vec![pick("en", "English", true), pick("yo", "Yoruba", true)],
        pickup: true,
        delivery: true,
        delivery_fee: s("1,500"),
        page_url: s("https://shop.example.com/b/kemis-bakery"),
        widget: s("<script …>"),
        ..ProfileForm::default()
    };
    out.push(("settings", settings(Part::Business(profile), 0).render()));
    let days: Vec<DayForm> = crate::domain::house::hours::WEEKDAYS
        .iter()
        .enumerate()
        .map(|(i, d)| DayForm { index: i, name: s(d), open: i < 6, from: s("08:00"), to: s("20:00") })
        .collect();
    out.extend(assistants(&days));
    out.push(("settings-hours", settings(Part::Hours(days), 1).render()));
    out.push((
        "settings-whatsapp",
        settings(
            Part::Whatsapp(WhatsappForm {
                webhook_url: s("https://shop.example.com/webhooks/meta"),
                verify_token: s("f3kq"),
                phone_number_id: s("104857600331442"),
                has_token: true,
                pill: Pill::new("warn", "1 thing to fix"),
                checks: vec![note("bad")],
                checked: s("10:15"),
                templates: TemplatesForm {
                    known: true,
                    fetched: s("10:14"),
                    problem: s("WhatsApp cannot be reached from here."),
                    rows: vec![TemplateRow {
                        name: s("Order ready"),
                        language: s("en"),
                        category: s("Utility"),
                        pill: Pill::new("ok", "Approved"),
                        text: s("Hello {{1}}, your order is <b>ready</b>."),
                        buttons: vec![s("On my way")],
                        note: s("It needs a picture."),
                    }],
                    ..TemplatesForm::default()
                },
                ..WhatsappForm::default()
            }),
            2,
        )
        .render(),
    ));
    let channel = crate::web::view::house::channels::ChannelCard {
        word: s("twilio"),
        title: s("Twilio"),
        what: s("WhatsApp and text messages over a number at Twilio."),
        pill: Pill::new("ok", "Connected"),
        lines: vec![crate::web::view::house::channels::LineRow {
            line: s("+1<b>4155238886"),
            from_environment: false,
            problem: s("The mail server <i>smashed</i>"),
        }],
        pastes: vec![crate::web::view::house::channels::PasteRow {
            id: s("twilio-hook"),
            label: s("When a message comes in"),
            value: s("https://shop.example.com/webhooks/twilio"),
        }],
        fields: vec![crate::web::view::house::channels::ChannelField {
            name: s("token"),
            label: s("Auth token"),
            secret: true,
            area: false,
            hint: s("Kept encrypted on your own server."),
            value: s(""),
        }],
        open: true,
    };
    out.push(("settings-channels", settings(Part::Channels(vec![channel]), 2).render()));
    let model = |v: &str, why: &str| ModelPick { label: s(v), price: s("free"), text: s("Nothing leaves this server."), off_why: s(why) };
    let own = OwnModelRow {
        id: s("1"),
        model: s("some-model"),
        at: s("groq"),
        purpose: s("everything"),
        price: s("$0.15 and $0.60 a million tokens"),
        pill: Some(Pill::new("ok", "Answers")),
        look: s("It answered in 412 ms: “Hello <b>now</b>”"),
    };
    out.push((
        "settings-models",
        settings(
            Part::Models(ModelsForm {
                own: vec![own.clone(), own],
                models: vec![model("Built in", ""), model("groq", "Set GROQ_API_KEY to use it.")],
                services: vec![pick("openai", "OpenAI", true)],
                purposes: vec![pick("all", "Everything", true)],
                daily_limit: s("2.00"),
                used: s("$0.41 used today"),
                ..ModelsForm::default()
            }),
            3,
        )
        .render(),
    ));
    out.push((
        "settings-people",
        settings(
            Part::People(PeopleForm {
                members: vec![
                    MemberRow {
                        id: s("1"),
                        name: s("Kẹ́mi"),
                        email: s("kemi@example.com"),
                        initials: s("K"),
                        role: s("Owner"),
                        roles: Vec::new(),
                        me: true,
                        invited: false,
                    },
                    MemberRow {
                        id: s("2"),
                        name: s("Tunde"),
                        email: s("tunde@example.com"),
                        initials: s("T"),
                        role: s("Agent"),
                        roles: Vec::new(),
                        me: false,
                        invited: true,
                    },
                    MemberRow {
                        id: s("3"),
                        name: s("Bola <b>A</b>"),
                        email: s("bola@example.com"),
                        initials: s("B"),
                        role: s("Agent"),
                        roles: vec![pick("agent", "Answer customers", true)],
                        me: false,
                        invited: false,
                    },
                ],
                roles: vec![pick("agent", "Answer customers", true)],
                link: s("https://shop.example.com/welcome?token=x"),
                link_for: s("Tunde"),
                ..PeopleForm::default()
            }),
            4,
        )
        .render(),
    ));
    out.push((
        "settings-keys",
        settings(
            Part::Keys(KeysForm {
                keys: vec![KeyRow {
                    id: s("1"),
                    name: s("Till"),
                    prefix: s("stw_4k"),
                    role: s("Manager"),
                    used: s("10:02"),
                    revoked: false,
                }],
                roles: vec![pick("agent", "Answer customers", true)],
                fresh: s("stw_4k7…"),
                fresh_name: s("Website"),
                name: s("Till <b>2</b>"),
                key: s("k"),
            }),
            5,
        )
        .render(),
    ));
    let card = DevicesCard { devices: vec![], back: s("/app/settings?part=devices") };
    out.push(("settings-devices", settings(Part::Devices(card), 8).render()));
    out.push((
        "settings-unread",
        settings(
            Part::Unread(vec![HookRow {
                id: s("7"),
                time: s("Thu 10:02"),
                channel: s("WhatsApp"),
                problem: s("A kind of message we do not know: “gift”."),
                body: s("{\"object\": \"whatsapp_business_account\"}"),
                waiting: false,
            }]),
            6,
        )
        .render(),
    ));
    let said = |id: &str, mine, text: &str| PhoneMessage {
        id: s(id),
        mine,
        text: s(text),
        time: s("10:20"),
        tick: if mine { Tick::of(Delivery::Read) } else { None },
        ..PhoneMessage::default()
    };
    let choice = |id: &str, t: &str| PhoneChoice { id: s(id), title: s(t), description: s("with ₦1,500") };
    out.push((
        "phone",
        PhonePage {
            chrome: chrome("phone", "/app/phone"),
            personas: vec![
                Persona {
                    number: s("2348030000001"),
                    name: s("Ada Obi"),
                    initials: s("AO"),
                    about: s("writes English"),
                    url: s("/app/phone?as=2348030000001"),
                    on: true,
                    messages: 4,
                },
                Persona {
                    number: s("2348030000002"),
                    name: s("Musa Bello"),
                    initials: s("MB"),
                    about: s("writes Hausa"),
                    url: s("/app/phone?as=2348030000002"),
                    on: false,
                    messages: 0,
                },
            ],
            chat: PhoneChat {
                number: s("2348030000001"),
                name: s("Ada Obi"),
                messages: vec![
                    said("1", true, "12 meat pies please"),
                    PhoneMessage {
                        buttons: vec![choice("a", "Pick-up"), choice("b", "Delivery")],
                        ..said("2", false, "Pick-up, or delivery?")
                    },
                    PhoneMessage {
                        list_button: s("See bread"),
                        list: vec![choice("c", "Large bread"), choice("d", "Small bread")],
                        ..said("3", false, "Which bread?")
                    },
                ],
                writing: true,
                key: s("k"),
            },
            network: Network { duplicate: true, ..Network::default() },
            steps: rail(),
            steps_sub: s("2.4 s, free"),
            thread_url: s("/app/messages/1"),
            run_url: s("/app/work-log/1"),
            ideas: vec![s("What do you have today?"), s("2 meat pies and a large bread, delivery")],
            warning: s(""),
        }
        .render(),
    ));
    out
}

fn assistants(days: &[DayForm]) -> Rendered {
    let row = AssistantRow {
        url: s("/app/assistants/1"),
        title: s("Front desk <i>smashed</i>"),
        initials: s("FD"),
        name: s("front-desk"),
        work: s("Answers from your documents"),
        place: s("Web chat; today 08:00 to 20:00"),
        pill: Some(Pill::new("ok", "Everywhere else")),
    };
    let one = AssistantPage {
        chrome: chrome("assistants", "/app/assistants/1"),
        id: s("1"),
        heading: s("Front desk"),
        title: s("Front desk"),
        tones: vec![pick("warm", "Warm", true), pick("formal", "Formal", false)],
        desks: vec![pick("orders", "Takes orders", true)],
        channels: vec![pick("whatsapp", "WhatsApp", true), pick("web", "Web chat", false)],
        languages: vec![pick("en", "English", true)],
        documents: vec![pick("1", "House rules", true)],
        some_documents: true,
        own_hours: true,
        days: days.to_vec(),
        greeting: s("Welcome"),
        sign_off: s("The team"),
        is_default: true,
        stays_default: true,
        errors: Errors::default(),
    };
    let meant = MeantRow {
        id: s("1"),
        text: s("the soup is cold <i>smashed</i>"),
        lang: s("en"),
        url: s("/app/messages/1"),
        sure: s("97 % sure"),
        picks: vec![pick("faq", "Question", false), pick("escalation", "Needs a person", true)],
    };
    let example = |id: &str, removed| ExampleLine { id: s(id), text: s("I want a refund"), language: "English", removed };
    let part = IntentPart {
        name: s("escalation"),
        title: s("Needs a person"),
        count: s("38 examples, 2 of yours"),
        own: true,
        examples: vec![example("1", false), example("", false), example("2", true)],
    };
    let intents = IntentsPage {
        chrome: chrome("assistants", "/app/intents"),
        rows: vec![meant],
        intents: vec![part],
        acts: vec![pick("faq", "Question", true)],
        errors: Errors::default(),
    };
    let saved = SavedAnswerRow {
        id: s("1"),
        question: s("Do you have wifi?"),
        answer: s("Wi-Fi is free <i>smashed</i>"),
        source: s("Services, page 1"),
        facts: s("Given 12 more times, 3 d old, English"),
    };
    let saved = SavedAnswersPage { chrome: chrome("answers", "/app/answers/saved"), sub: s("62 of 100"), rows: vec![saved] };
    vec![
        ("intents", intents.render()),
        ("saved-answers", saved.render()),
        ("assistants", AssistantsPage { chrome: chrome("assistants", "/app/assistants"), rows: vec![row] }.render()),
        ("assistants-none", AssistantsPage { chrome: chrome("assistants", "/app/assistants"), rows: vec![] }.render()),
        ("assistant", one.render()),
    ]
}
