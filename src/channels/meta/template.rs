//! Templates as Meta keeps them: the list of a WhatsApp business account, a page at a time, and what one holds.

use super::client::{Client, problem_of};
use super::problems;
use crate::domain::house::message::{MediaKind, Problem};
use crate::domain::house::template::{APPROVED, Part, Place, Template, place_names};
use crate::net::call::Repeat;
use serde_json::Value;

/// Templates Meta is asked for at once.
const PAGE: &str = "100";
/// Pages that are followed; Meta allows 6,000 templates an account.
const PAGES: usize = 80;
const FIELDS: &str = "id,name,language,status,category,components,rejected_reason";

impl Client {
    /// The WhatsApp business account this number belongs to, as the number's health report names it.
    pub async fn business_account(&self) -> Result<String, Problem> {
        let call = self.get(&self.settings.phone_number_id).query("fields", "health_status").repeat(Repeat::Never);
        let answer = self.net.send(&call).await.map_err(|f| problem_of(&f))?;
        let told: Value = answer.json().map_err(|_| problems::from_graph(answer.status, &answer.body))?;
        let entities = told["health_status"]["entities"].as_array();
        let account = entities.into_iter().flatten().find(|e| e["entity_type"] == "WABA").and_then(|e| e["id"].as_str());
        account.filter(|id| is_id(id)).map(str::to_owned).ok_or_else(|| {
            let detail = "Meta did not name the business account of this number.";
            Problem {
                meaning: format!("{detail} Give the token the right whatsapp_business_management."),
                ..problems::from_code(200, detail)
            }
        })
    }

    /// Every template of a WhatsApp business account. All pages or an error: half a list would look like deletions.
    pub async fn templates(&self, business_account: &str) -> Result<Vec<Template>, Problem> {
        if !is_id(business_account) {
            return Err(problems::from_code(100, "The business account id is made of digits."));
        }
        let path = format!("{business_account}/message_templates");
        let (mut all, mut after) = (Vec::new(), String::new());
        for _ in 0..PAGES {
            let mut call = self.get(&path).query("fields", FIELDS).query("limit", PAGE);
            if !after.is_empty() {
                call = call.query("after", &after);
            }
            let answer = self.net.send(&call).await.map_err(|f| problem_of(&f))?;
            let page: Value = answer.json().map_err(|_| problems::from_graph(answer.status, &answer.body))?;
            let Some(rows) = page["data"].as_array() else { return Err(problems::from_code(-1, "Meta's list of templates has no data.")) };
            all.extend(rows.iter().filter_map(read));
            // The cursor, not the `next` address: what we ask is never chosen by an answer.
            let next = page["paging"]["cursors"]["after"].as_str().filter(|a| page["paging"]["next"].is_string() && **a != after);
            match next {
                Some(next) => after = next.to_owned(),
                None => return Ok(all),
            }
        }
        Err(problems::from_code(-1, "Meta's list of templates does not end."))
    }
}

fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 32 && id.bytes().all(|b| b.is_ascii_digit())
}

/// One template as Meta lists it; none when it has no name.
pub fn read(v: &Value) -> Option<Template> {
    let text = |key: &str| v[key].as_str().unwrap_or_default().to_owned();
    let mut t = Template {
        provider_id: v["id"].as_str().map_or_else(|| v["id"].to_string(), str::to_owned),
        name: v["name"].as_str().filter(|n| !n.is_empty())?.to_owned(),
        language: v["language"].as_str().filter(|l| !l.is_empty())?.to_owned(),
        category: text("category"),
        status: text("status").to_uppercase(),
        ..Template::default()
    };
    let reason = text("rejected_reason");
    if t.status != APPROVED && !matches!(reason.as_str(), "" | "NONE") {
        t.problem = reason_words(&reason);
    }
    for component in v["components"].as_array().into_iter().flatten() {
        match component["type"].as_str().unwrap_or_default().to_uppercase().as_str() {
            "HEADER" => header(&mut t, component),
            "BODY" => {
                t.body = words(component);
                places(&mut t, Part::Body, component, "body_text");
            }
            "FOOTER" => t.footer = words(component),
            "BUTTONS" => buttons(&mut t, component),
            other => unfit(&mut t, &format!("It has a part Steward cannot fill in ({}).", crate::domain::text::clip(other, 30))),
        }
    }
    if t.category == "AUTHENTICATION" {
        unfit(&mut t, "It carries a one-time code, which only a program can send.");
    }
    Some(t)
}

/// Why a template was refused, for the owner.
pub fn reason_words(reason: &str) -> String {
    match reason {
        "ABUSIVE_CONTENT" => "Meta finds its words abusive.".into(),
        "INVALID_FORMAT" => "Its places or characters are not as Meta wants them.".into(),
        "INCORRECT_CATEGORY" | "TAG_CONTENT_MISMATCH" => "Its words do not fit its category.".into(),
        "PROMOTIONAL" => "It advertises, but its category does not allow that.".into(),
        "SCAM" => "Meta takes it for a fraud.".into(),
        other => format!("Meta says: {}.", crate::domain::text::clip(&other.to_lowercase().replace('_', " "), 120)),
    }
}

fn words(component: &Value) -> String {
    component["text"].as_str().unwrap_or_default().to_owned()
}

fn unfit(t: &mut Template, why: &str) {
    if t.unfit.is_empty() {
        why.clone_into(&mut t.unfit);
    }
}

fn header(t: &mut Template, component: &Value) {
    match component["format"].as_str().unwrap_or("TEXT") {
        "TEXT" => {
            t.header = words(component);
            places(t, Part::Header, component, "header_text");
        }
        "IMAGE" => file(t, MediaKind::Image, "picture"),
        "VIDEO" => file(t, MediaKind::Video, "video"),
        "DOCUMENT" => file(t, MediaKind::Document, "file"),
        _ => unfit(t, "It needs a place or a product, which cannot be chosen here yet."),
    }
}

/// What Meta was shown is an address at Meta that runs out, so it is no example for a person.
fn file(t: &mut Template, kind: MediaKind, name: &str) {
    t.places.push(Place { part: Part::File(kind), name: name.to_owned(), value: String::new() });
}

/// The places in a component's text, with the values Meta was shown.
fn places(t: &mut Template, part: Part, component: &Value, examples: &str) {
    let example = &component["example"];
    for (n, name) in place_names(&words(component)).into_iter().enumerate() {
        // Numbered: [["Ada", "#1001"]], or ["#1001"] in a header. Named: [{"param_name", "example"}].
        let named = example[format!("{examples}_named_params")].as_array().into_iter().flatten();
        let named = named.filter(|e| e["param_name"] == name.as_str()).find_map(|e| e["example"].as_str());
        let counted = example[examples].get(0).and_then(|first| first.get(n).or(Some(first))).and_then(Value::as_str);
        let value = named.or(counted).unwrap_or_default().to_owned();
        t.places.push(Place { part, name, value });
    }
}

fn buttons(t: &mut Template, component: &Value) {
    for (n, button) in component["buttons"].as_array().into_iter().flatten().enumerate() {
        t.buttons.push(words(button));
        match button["type"].as_str().unwrap_or_default() {
            "URL" => {
                let example = button["example"].get(0).or(Some(&button["example"])).and_then(Value::as_str).unwrap_or_default();
                for name in place_names(button["url"].as_str().unwrap_or_default()) {
                    let number = u8::try_from(n).unwrap_or(u8::MAX);
                    t.places.push(Place { part: Part::Button(number), name, value: example.to_owned() });
                }
            }
            "QUICK_REPLY" | "PHONE_NUMBER" | "VOICE_CALL" => {}
            "COPY_CODE" => {
                let example = button["example"].get(0).or(Some(&button["example"])).and_then(Value::as_str).unwrap_or_default();
                t.places.push(Place {
                    part: Part::Code(u8::try_from(n).unwrap_or(u8::MAX)),
                    name: "code".into(),
                    value: example.to_owned(),
                });
            }
            "OTP" => unfit(t, "It carries a one-time code, which only a program can send."),
            _ => unfit(t, "It has a button that opens a form or the catalogue, which cannot be sent from here yet."),
        }
    }
}
