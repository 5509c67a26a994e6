//! Answers: documents, a tried question, questions nothing answered.

use super::*;
use crate::web::view::house::answers::*;

pub(super) fn pages() -> Rendered {
    let document = |id: &str, title: &str, about: &str, pill, percent: Option<i64>| DocumentRow {
        id: s(id),
        url: s("/app/answers/documents/1"),
        title: s(title),
        icon: if percent.is_some() { "globe" } else { "file" },
        about: s(about),
        used: 38,
        pill,
        percent,
    };
    let passage = |n: usize, words: &str, answer: &str| PassageRow {
        n,
        source: s("Cake sizes and prices, page 2"),
        url: s("/app/answers/documents/1"),
        section: s("Sizes › Round"),
        parts: vec![(s(words), false), (s(answer), true)],
        fit: 81,
        fit_words: "Fits well",
    };
    let tried = Tried {
        answer: s("A 12 inch cake serves 30 people."),
        source: s("Cake sizes and prices, page 2"),
        facts: s("3.1 ms. Looked at 212 passages."),
        passages: vec![passage(1, "Round cakes. ", "A 12 inch cake serves 30 people."), passage(2, "We deliver <b>now</b>.", "")],
    };
    let gap = GapRow {
        id: s("1"),
        ids: s("1,2"),
        question: s("Do you deliver to Ikorodu?"),
        others: vec![s("una dey bring am come Ikorodu?")],
        count: s("2 people"),
        time: s("Thu"),
        draft: s("Yes, for ₦3,500 from Monday to Friday."),
        url: s("/app/messages/1"),
    };
    let page = AnswersPage {
        chrome: chrome("answers", "/app/answers"),
        trouble: vec![note("bad")],
        q: s("cake for 30 people?"),
        tried: Some(tried),
        gaps: vec![gap],
        documents: vec![
            document("1", "Price list, November", "PDF, 4 pages, 38 passages, Thu", Pill::new("ok", "Ready"), None),
            document("2", "kemisbakery.example", "Web page, 12 passages, 10:02", Pill::new("info", "Reading"), Some(64)),
            document("3", "menu-photo.pdf", "This PDF holds no text, only pictures of it.", Pill::new("bad", "Failed"), None),
        ],
        sub: s("3 documents, 50 passages"),
        ..AnswersPage::default()
    };
    let wrong = AnswersPage {
        chrome: chrome("answers", "/app/answers"),
        errors: Errors {
            fields: vec![(s("url"), s("This is not the address of a page."))],
            message: s("This is not the address of a page."),
        },
        typed_url: s("nowhere"),
        q: s("x"),
        tried: Some(Tried::default()),
        sub: s("No documents"),
        ..AnswersPage::default()
    };
    let one = DocumentPage {
        chrome: chrome("answers", "/app/answers/documents/1"),
        row: document("1", "Price list, November", "PDF, 4 pages, 38 passages", Pill::new("ok", "Ready"), None),
        original: s("/app/media/0"),
        can_replace: true,
        can_read_again: true,
        passages: vec![PassageRow { fit_words: "", ..passage(1, "Round cakes.", "") }],
        more: 37,
        ..DocumentPage::default()
    };
    vec![("answers", page.render()), ("answers-wrong", wrong.render()), ("document", one.render())]
}
