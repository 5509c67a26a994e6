//! Twilio's own vectors, and forms that are not as they should be.

use super::parse::{named, parse};
use super::*;
use crate::domain::house::conversation::Channel;
use crate::domain::house::hook::HookItem;
use crate::domain::house::message::{Content, Delivery, Inbound, MediaKind, ProblemClass};
use crate::domain::time::Time;
use proptest::prelude::*;

const TOKEN: &str = "12345678901234567890123456789012";
const URL: &str = "https://steward.example.com/webhooks/twilio?tenant=acme";
const FORM: &str = "SmsMessageSid=SM8824d91645395b17594d92659b878468&NumMedia=0&ProfileName=Ad%C3%A9&MessageType=interactive&SmsSid=SM8824d91645395b17594d92659b878468&WaId=2348012345678&SmsStatus=received&Body=Confirm&ButtonText=Confirm&ButtonPayload=%7B%22a%22%3A1%7D&To=whatsapp%3A%2B14155238886&NumSegments=1&ReferralNumMedia=0&MessageSid=SM8824d91645395b17594d92659b878468&AccountSid=AC00000000000000000000000000000000&From=whatsapp%3A%2B2348012345678&ApiVersion=2010-04-01";

fn fits(token: &str, url: &str, body: &str, is_form: bool, signature: &str) -> bool {
    let urls = [url.to_owned()];
    verify(&Secret::new(token), &Signed { urls: &urls, body: body.as_bytes(), is_form, signature })
}

/// Made with Twilio's own `RequestValidator`, and from the tests of its SDK.
#[test]
fn accepts_twilios_vectors_and_nothing_else() {
    assert!(fits(TOKEN, URL, FORM, true, "MvW88YEHJaN8ZVzVbaSrM31Z1bs="));
    assert!(fits(TOKEN, URL, FORM, true, "bDRZbJE8mK+uGti3EM1g05zRRW4="), "signed with the port");
    let official = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";
    assert!(fits("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", official, true, "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
    let json =
        "https://steward.example.com/webhooks/twilio-json?bodySHA256=829ae2d3a157f2d3a9e99f221392c416a31026fb2bc17ad755b69170e942c916";
    assert!(fits(TOKEN, json, "{\"event\":\"test\",\"n\":1}", false, "wT/5iqMfVnLEPABmJOYkVrH0jEw="));
    assert!(!fits(TOKEN, json, "{\"event\":\"test\",\"n\":2}", false, "wT/5iqMfVnLEPABmJOYkVrH0jEw="), "another body");
    let get = "https://steward.example.com/twiml?CallSid=CA1&From=%2B1555";
    assert!(fits(TOKEN, get, "", false, "kXOywm+9iePJ8c+Ykhwd9cN+2oo="));
    for (token, url, body, signature) in [
        ("other", URL, FORM, "MvW88YEHJaN8ZVzVbaSrM31Z1bs="),
        (TOKEN, "https://evil.example/webhooks/twilio?tenant=acme", FORM, "MvW88YEHJaN8ZVzVbaSrM31Z1bs="),
        (TOKEN, URL, "Body=Confirm", "MvW88YEHJaN8ZVzVbaSrM31Z1bs="),
        (TOKEN, URL, FORM, ""),
        (TOKEN, URL, FORM, "****"),
        ("", URL, FORM, "MvW88YEHJaN8ZVzVbaSrM31Z1bs="),
    ] {
        assert!(!fits(token, url, body, true, signature), "{url} {signature}");
    }
    assert_eq!(sign(&Secret::new(TOKEN), URL, FORM.as_bytes()), "MvW88YEHJaN8ZVzVbaSrM31Z1bs=");
}

fn read(form: &str) -> Vec<Inbound> {
    let hook = parse(form.as_bytes(), None, Time::from_millis(5)).unwrap();
    hook.items.into_iter().map(|i| if let HookItem::Message { inbound, .. } = i { *inbound } else { panic!("not a message") }).collect()
}

#[test]
fn reads_who_wrote_what_to_whom() {
    let hook = parse(FORM.as_bytes(), None, Time::from_millis(5)).unwrap();
    assert_eq!((hook.channel, hook.line.as_str()), (Channel::Whatsapp, "+14155238886"));
    assert_eq!(hook.items[0].account(), Some("twilio:+14155238886"));
    let m = &read(FORM)[0];
    assert_eq!((m.name.as_deref(), m.identities[0].value.as_str()), (Some("Adé"), "+2348012345678"));
    assert_eq!(m.content, Content::Tapped { id: "{\"a\":1}".into(), title: "Confirm".into() });
    assert_eq!(named(FORM.as_bytes()).0, "AC00000000000000000000000000000000");
}

#[test]
fn reads_text_messages_places_and_files() {
    let sms = parse(b"MessageSid=SM1&From=%2B2348012345678&To=%2B15550001&Body=2+jollof", None, Time::from_millis(5)).unwrap();
    assert_eq!(sms.channel, Channel::Sms);
    let place = &read("MessageSid=SM2&From=whatsapp%3A%2B2348012345678&To=whatsapp%3A%2B1555&Latitude=6.5&Longitude=3.4&Label=Shop")[0];
    assert!(matches!(&place.content, Content::Location { name: Some(n), .. } if n == "Shop"));
    let files = read(
        "MessageSid=MM3&From=%2B2348012345678&To=%2B1555&NumMedia=2&Body=menu&MediaUrl0=https%3A%2F%2Fapi.twilio.com%2Fa&MediaContentType0=image%2Fjpeg&MediaUrl1=https%3A%2F%2Fapi.twilio.com%2Fb&MediaContentType1=audio%2Fogg",
    );
    assert_eq!((files[0].provider_id.as_str(), files[1].provider_id.as_str()), ("MM3", "MM3/1"));
    assert!(matches!(&files[0].content, Content::Media { media: MediaKind::Image, file } if file.caption.as_deref() == Some("menu")));
    assert!(matches!(&files[1].content, Content::Media { media: MediaKind::Audio, file } if file.voice && file.caption.is_none()));
    let hidden = &read("MessageSid=SM4&From=whatsapp%3ANG.45&To=whatsapp%3A%2B1555&Body=hi&ExternalUserId=whatsapp%3ANG.45")[0];
    assert_eq!((hidden.identities.len(), hidden.identities[0].value.as_str()), (1, "NG.45"));
}

#[test]
fn reads_statuses_with_what_they_mean() {
    let of = |form: &str| parse(form.as_bytes(), Some("our-id"), Time::from_millis(5)).unwrap();
    let hook = of("MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003&From=%2B1555&To=%2B2348012345678&AccountSid=AC1");
    let HookItem::Receipt { account, receipt } = &hook.items[0] else { panic!("not a receipt") };
    assert_eq!((account.as_str(), receipt.delivery, receipt.callback.as_deref()), ("twilio:+1555", Delivery::Failed, Some("our-id")));
    assert_eq!(receipt.problem.as_ref().unwrap().class, ProblemClass::Recipient);
    assert!(of("MessageSid=SM1&MessageStatus=queued&From=%2B1555&To=%2B234801").items.is_empty());
    assert!(parse(b"MessageStatus=sent&From=%2B1", None, Time::from_millis(5)).is_err());
    assert!(parse(b"MessageSid=SM1&From=messenger%3A1&To=messenger%3A2&Body=x", None, Time::from_millis(5)).is_err());
}

proptest! {
    /// Whatever is done to a form, it is read or refused; nothing else.
    #[test]
    fn no_form_breaks_the_reader(cut in 0usize..600, bytes in proptest::collection::vec(any::<u8>(), 0..60), at in 0usize..600) {
        let mut form = FORM.as_bytes().to_vec();
        form.truncate(cut);
        let at = at.min(form.len());
        form.splice(at..at, bytes);
        let _ = named(&form);
        if let Ok(hook) = parse(&form, None, Time::from_millis(5)) {
            prop_assert!(hook.items.len() <= 10);
        }
        let urls = [String::from_utf8_lossy(&form).into_owned()];
        let signed = Signed { urls: &urls, body: &form, is_form: true, signature: "MvW88YEHJaN8ZVzVbaSrM31Z1bs=" };
        prop_assert!(!verify(&Secret::new(TOKEN), &signed));
    }
}
