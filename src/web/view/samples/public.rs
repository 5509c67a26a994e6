//! Doors and public pages.

use super::*;

pub(super) fn pages() -> Rendered {
    let mut out: Rendered = vec![(
        "sign-in",
        SignInPage { email: s("kemi@example.com"), next: s("/app"), error: s("That e-mail and password do not belong together.") }.render(),
    )];
    out.push((
        "first-owner",
        FirstOwnerPage {
            action: s("/welcome"),
            ask_business: true,
            templates: vec![pick("shop", "A shop", true)],
            ..FirstOwnerPage::default()
        }
        .render(),
    ));
    out.push((
        "problem",
        ProblemPage {
            status: 404,
            title: s("There is no such order."),
            text: s("It may belong to another business."),
            back: s("/app"),
            request_id: s("r-1"),
            ..ProblemPage::default()
        }
        .render(),
    ));
    out.push((
        "showcase",
        ShowcasePage {
            businesses: vec![ShowcaseCard {
                slug: s("kemis-bakery"),
                name: s("Kẹ́mi’s Bakery"),
                initials: s("KB"),
                about: s("Bread, pies and cakes, baked in Yaba since 2016."),
                kind: s("Shop"),
                open: true,
                hours: s("until 20:00"),
                address: s("14 Commercial Ave, Yaba"),
            }],
            ..ShowcasePage::default()
        }
        .render(),
    ));
    let good = |name: &str, out| Good {
        name: s(name),
        price: s("₦1,900"),
        description: s("Sliced or whole, 700 g"),
        sold_out: out,
        order: format!("1 {name}, please"),
        ..Good::default()
    };
    out.push((
        "business",
        BusinessPage {
            slug: s("kemis-bakery"),
            name: s("Kẹ́mi’s Bakery"),
            initials: s("KB"),
            about: s("Bread, pies and cakes, baked in Yaba since 2016. Order by chat at any hour."),
            address: s("14 Commercial Ave, Yaba"),
            open: true,
            hours_now: s("until 20:00 today"),
            delivery: s("Delivery from ₦1,500"),
            pickup: true,
            whatsapp_url: s("https://wa.me/2348030000000"),
            sections: vec![Section {
                id: s("bread"),
                title: s("Bread"),
                items: vec![good("Large bread", false), good("Meat pie", true), good("Banana loaf", false)],
            }],
            hours: vec![(s("Monday"), s("08:00 to 20:00")), (s("Sunday"), s("closed"))],
            chat: chat(),
        }
        .render(),
    ));
    out.push(("chat", ChatPage { chat: Chat { embed: true, ..chat() } }.render()));
    out
}
