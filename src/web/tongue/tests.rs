//! The language is chosen, the page is walked, and nothing that people wrote is touched.

use super::*;

fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
    list.iter().map(|(k, v)| (axum::http::HeaderName::from_static(k), HeaderValue::from_str(v).unwrap())).collect()
}

#[test]
fn what_was_chosen_counts_before_what_the_browser_asks_for() {
    let of = |list: &[(&'static str, &str)]| Tongue::of(&headers(list));
    assert_eq!(of(&[]), Tongue::English);
    assert_eq!(of(&[("accept-language", "fr-CA,fr;q=0.9,en;q=0.8")]), Tongue::French);
    assert_eq!(of(&[("accept-language", "en-GB,en;q=0.9,fr;q=0.8")]), Tongue::English);
    assert_eq!(of(&[("accept-language", "de,fr;q=0.5")]), Tongue::French);
    assert_eq!(of(&[("accept-language", "de, fr;q=0")]), Tongue::English);
    assert_eq!(of(&[("accept-language", "fr;q=x, en;q=0.1")]), Tongue::English);
    assert_eq!(of(&[("accept-language", "fr"), ("cookie", "tongue=en")]), Tongue::English);
    assert_eq!(of(&[("cookie", "steward=x; tongue=fr")]), Tongue::French);
    assert_eq!(of(&[("cookie", "tongue=de"), ("accept-language", "fr")]), Tongue::French);
}

#[test]
fn only_the_dashboard_speaks() {
    for path in ["/app", "/app/orders", "/sign-in", "/sign-in/x", "/set-up/x", "/approvals/1"] {
        assert!(is_dashboard(path), "{path}");
    }
    for path in ["/", "/b/mama-put", "/api/v1/orders", "/app/media/x.html", "/application", "/static/app.js"] {
        assert!(!is_dashboard(path), "{path}");
    }
    for away in ["https://evil.example", "//evil.example", "/app//evil.example", "/app\\evil", "/app\r\nx: y", "app"] {
        assert!(!(is_local(away) && is_dashboard(away)), "{away}");
    }
}

#[test]
fn our_words_are_said_and_theirs_are_left() {
    let html = r#"<html lang="en"><title>Orders · Orders</title><p>Orders</p><b dir="auto">Orders</b><b translate="no">Orders</b>
        <input dir="auto" placeholder="Orders" value="Orders"><pre>Orders</pre><script>Orders</script><p dir="auto">Orders <i translate="yes">Orders</i></p>
        <br><textarea aria-label="Orders">Orders</textarea></html>"#;
    let said = french(html);
    assert!(said.contains(r#"<html lang="fr"><title>Commandes · Orders</title><p>Commandes</p><b dir="auto">Orders</b>"#), "{said}");
    assert!(said.contains(r#"<b translate="no">Orders</b>"#) && said.contains("<pre>Orders</pre><script>Orders</script>"), "{said}");
    assert!(said.contains(r#"placeholder="Commandes" value="Orders""#), "{said}");
    assert!(said.contains(r#"<p dir="auto">Orders <i translate="yes">Commandes</i></p>"#), "{said}");
    assert!(said.contains(r#"<textarea aria-label="Commandes">Orders</textarea>"#), "{said}");
}

#[test]
fn what_a_place_holds_stays_escaped() {
    let said = french("<p>Write to &#60;b&#62;&#38;amp; &#34;Ada&#34;</p>");
    assert!(said.contains("&#60;b&#62;&#38;amp; &#34;Ada&#34;"), "{said}");
    assert!(!said.contains("<b>") && said.contains("crire à"), "{said}");
    // An entity we do not write ourselves: the text stays as it is.
    assert_eq!(french("<p>Write to &hearts;</p>"), "<p>Write to &hearts;</p>");
}

#[test]
fn blanks_around_and_inside_are_kept_apart() {
    assert_eq!(french("<p>\n  Orders </p>"), "<p>\n  Commandes </p>");
    assert_eq!(french("<p>Skip\n   to  content</p>"), french("<p>Skip to content</p>"));
}

proptest::proptest! {
    #[test]
    fn broken_pages_do_no_harm(html in "[<>/a-z \"'=&#;!é-]{0,80}") {
        let _ = french(&html);
        // With nothing to say, the page is the page.
        proptest::prop_assert_eq!(page::walk(&html, None, &mut |_, _| None), html);
    }

    #[test]
    fn words_come_out_as_text(words in "[A-Za-z<>&\"' ]{1,40}") {
        let escaped = words.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;");
        let said = french(&format!("<p title=\"Write to {escaped}\">Write to {escaped}</p>"));
        let inner = said.trim_start_matches("<p title=\"").trim_end_matches("</p>");
        proptest::prop_assert_eq!(inner.matches(['<', '"']).count(), 1, "{}", said);
    }
}
