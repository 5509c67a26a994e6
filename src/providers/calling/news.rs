//! Vapi's webhooks: proved over the raw bytes, read into our own words, answered. Everything said in a call is data.

use super::Seen;
use crate::domain::buying::phone::{Answer, Ask, News, Report, Told, Utterance};
use crate::domain::id::Id;
use crate::domain::secret::Secret;
use crate::domain::text::clip;
use ring::hmac;
use serde_json::{Value, json};

/// Longest thing said, in characters.
const SAID_CHARS: usize = 4_000;
/// Things said in one call.
const SAID: usize = 400;

/// The headers of a webhook that may prove it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Proofs<'a> {
    /// `x-vapi-secret`.
    pub secret: &'a str,
    /// `authorization`.
    pub authorization: &'a str,
    /// `x-vapi-signature`: hex HMAC-SHA256 of the body, where the operator set one up at Vapi.
    pub signature: &'a str,
}

/// Whether a webhook is Vapi's. A signature, where there is one, must fit the bytes; else the secret must be the header's. Compared in
/// constant time; an empty secret accepts nothing.
pub fn prove(secret: &Secret, proofs: Proofs<'_>, body: &[u8]) -> bool {
    if secret.is_empty() {
        return false;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
    if !proofs.signature.is_empty() {
        let given = proofs.signature.trim();
        let tag = hex::decode(given.strip_prefix("sha256=").unwrap_or(given));
        return tag.is_ok_and(|tag| hmac::verify(&key, body, &tag).is_ok());
    }
    let same = |given: &str| {
        !given.is_empty() && hmac::verify(&key, given.as_bytes(), hmac::sign(&key, secret.reveal().as_bytes()).as_ref()).is_ok()
    };
    let bearer = proofs.authorization.strip_prefix("Bearer ").unwrap_or(proofs.authorization);
    same(proofs.secret) || same(bearer.trim())
}

fn word<'a>(v: &'a Value, path: &str) -> &'a str {
    v.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

/// The first text at one of these places.
fn first<'a>(v: &'a Value, paths: &[&str]) -> &'a str {
    paths.iter().map(|p| word(v, p)).find(|w| !w.is_empty()).unwrap_or_default()
}

/// Reads a webhook; none when it is none of Vapi's.
pub fn read(body: &[u8]) -> Option<Told> {
    let v: Value = serde_json::from_slice(body).ok()?;
    let m = v.get("message").filter(|m| m.is_object())?;
    let kind = word(m, "/type");
    if kind.is_empty() {
        return None;
    }
    let id = |paths: &[&str]| first(m, paths).parse::<Id>().ok();
    Some(Told {
        provider_id: clip(word(m, "/call/id"), 80),
        business: id(&["/assistant/metadata/steward_business", "/call/assistant/metadata/steward_business"]),
        call: id(&[
            "/assistant/metadata/steward_call",
            "/call/assistant/metadata/steward_call",
            "/customer/externalId",
            "/call/customer/externalId",
            "/call/name",
        ]),
        news: news(kind, m),
    })
}

fn news(kind: &str, m: &Value) -> News {
    match kind {
        "status-update" => News::Status(word(m, "/status").to_owned()),
        "tool-calls" => News::Asks(asks(m)),
        "end-of-call-report" => News::Over(report(m, word(m, "/endedReason"))),
        k if k.starts_with("transcript") && word(m, "/transcriptType") != "partial" => {
            News::Said(Utterance { ours: word(m, "/role") != "user", text: clip(word(m, "/transcript"), SAID_CHARS) })
        }
        other => News::Other(clip(other, 60)),
    }
}

/// The questions of the voice. Vapi's own pages show four shapes of them.
fn asks(m: &Value) -> Vec<Ask> {
    let plain = ["toolCallList", "toolCalls"].iter().find_map(|k| m[*k].as_array().filter(|all| !all.is_empty()));
    let within = || m["toolWithToolCallList"].as_array().into_iter().flatten();
    match plain {
        Some(all) => all.iter().filter_map(|c| ask(c, "")).collect(),
        None => within().filter_map(|t| ask(&t["toolCall"], first(t, &["/name", "/function/name"]))).collect(),
    }
}

fn ask(c: &Value, outer: &str) -> Option<Ask> {
    let id = c["id"].as_str().filter(|id| !id.is_empty())?;
    let tool = first(c, &["/function/name", "/name"]);
    let arguments = ["/function/arguments", "/function/parameters", "/arguments", "/parameters"].iter().find_map(|p| c.pointer(p));
    let arguments = match arguments {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        Some(v) => v.clone(),
        None => Value::Null,
    };
    let said = clip(word(&arguments, "/seller_said"), SAID_CHARS);
    Some(Ask { id: clip(id, 120), tool: clip(if tool.is_empty() { outer } else { tool }, 60), said })
}

/// How a call went, from a report or from the call itself: both have the same parts.
fn report(v: &Value, reason: &str) -> Report {
    let messages = v.pointer("/artifact/messages").or_else(|| v.get("messages")).and_then(Value::as_array);
    let mut said: Vec<Utterance> = messages.into_iter().flatten().filter_map(spoken).take(SAID).collect();
    if said.is_empty() {
        said = lines(first(v, &["/artifact/transcript", "/transcript"]));
    }
    #[expect(clippy::cast_possible_truncation, reason = "some dollars: far below the largest whole number")]
    let micros = |dollars: f64| (dollars.clamp(0.0, 10_000.0) * 1e6) as u64;
    Report { reason: clip(reason, 80), cost_micros: v["cost"].as_f64().map_or(0, micros), said }
}

fn spoken(m: &Value) -> Option<Utterance> {
    let ours = match word(m, "/role") {
        "bot" | "assistant" => true,
        "user" => false,
        _ => return None,
    };
    let text = first(m, &["/message", "/content"]);
    (!text.trim().is_empty()).then(|| Utterance { ours, text: clip(text, SAID_CHARS) })
}

/// "AI: How much?\nUser: Five dollars".
fn lines(transcript: &str) -> Vec<Utterance> {
    let line = |l: &str| {
        let (who, text) = l.split_once(':')?;
        let ours = match who.trim() {
            "AI" | "Assistant" | "Bot" => true,
            "User" | "Customer" => false,
            _ => return None,
        };
        Some(Utterance { ours, text: clip(text.trim(), SAID_CHARS) })
    };
    transcript.lines().filter_map(line).take(SAID).collect()
}

/// A call object as it stands.
pub(super) fn seen(call: &Value) -> Seen {
    let status = word(call, "/status").to_owned();
    let over = status == "ended" || !word(call, "/endedReason").is_empty();
    Seen { provider_id: word(call, "/id").to_owned(), report: over.then(|| report(call, word(call, "/endedReason"))), status }
}

/// What is answered to a webhook. The words are said out loud as they are; `result` puts them into the talk as the voice knows it.
pub fn answer(answers: &[Answer]) -> String {
    if answers.is_empty() {
        return "{}".into();
    }
    let one = |a: &Answer| {
        let spoken = json!({ "type": "request-complete", "content": a.words, "endCallAfterSpokenEnabled": a.ends });
        json!({ "name": a.tool, "toolCallId": a.id, "result": a.words, "message": spoken })
    };
    json!({ "results": answers.iter().map(one).collect::<Vec<_>>() }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_knows_the_secret_is_heard() {
        let (secret, body) = (Secret::new("vapi_hmac_secret"), br#"{"message":{"type":"status-update","status":"ended"}}"#);
        let signature = "60e8fc9bcef3dfc0dd7e787bda4654ae83bd4053e3c9dc6625cb499e717f3413";
        let with = |secret, authorization, signature| Proofs { secret, authorization, signature };
        assert!(prove(&secret, with("vapi_hmac_secret", "", ""), body));
        assert!(prove(&secret, with("", "Bearer vapi_hmac_secret", ""), body));
        assert!(prove(&secret, with("", "", signature), body));
        assert!(!prove(&secret, with("vapi_hmac_secret", "", signature), b"{}"), "a signature must fit the bytes");
        assert!(!prove(&secret, with("vapi", "Bearer x", ""), body) && !prove(&secret, Proofs::default(), body));
        assert!(!prove(&Secret::default(), with("", "", ""), body));
    }

    const TOOL: &str = "what_to_say";

    #[test]
    fn the_four_shapes_of_a_tool_call_are_read() {
        let ask = |c: Value| asks(&json!({ "toolCallList": [c] }));
        let want = vec![Ask { id: "a".into(), tool: TOOL.into(), said: "five".into() }];
        let arguments = json!({ "seller_said": "five" });
        assert_eq!(ask(json!({ "id": "a", "function": { "name": TOOL, "arguments": arguments } })), want);
        assert_eq!(ask(json!({ "id": "a", "function": { "name": TOOL, "arguments": arguments.to_string() } })), want);
        assert_eq!(ask(json!({ "id": "a", "name": TOOL, "parameters": arguments })), want);
        assert_eq!(asks(&json!({ "toolWithToolCallList": [{ "name": TOOL, "toolCall": { "id": "a", "parameters": arguments } }] })), want);
    }

    #[test]
    fn a_report_without_messages_is_read_from_its_transcript() {
        let r = report(&json!({ "cost": 0.12, "artifact": { "transcript": "AI: How much?\nUser: $5 a dozen\n" } }), "customer-ended-call");
        assert_eq!((r.cost_micros, r.said.len(), r.said[1].text.as_str(), r.said[1].ours), (120_000, 2, "$5 a dozen", false));
        assert_eq!(read(b"[]"), None);
        assert_eq!(read(br#"{"message":{}}"#), None);
    }
}
