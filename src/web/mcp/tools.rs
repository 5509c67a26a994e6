//! Which operations of the API are tools, how they are described, and how they are called.

use super::Inside;
use crate::domain::house::member::Role;
use crate::domain::text::clip;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;
use tower::ServiceExt;

/// An operation that is a tool.
struct Op {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    about: &'static str,
}

const fn read(name: &'static str, path: &'static str, about: &'static str) -> Op {
    Op { name, method: "get", path, about }
}

const fn write(name: &'static str, path: &'static str, about: &'static str) -> Op {
    Op { name, method: "post", path, about }
}

const SEARCH: &str = "search_answers";

/// Every tool. The names are ours: the API's operations may be renamed, these may not.
const OPS: &[Op] = &[
    read("list_conversations", "/conversations", "Conversations with customers, the newest first."),
    read("read_conversation", "/conversations/{id}/messages", "The messages of one conversation."),
    read("list_customers", "/contacts", "Customers, with how they are reached."),
    read("customer", "/contacts/{id}", "One customer."),
    read("list_items", "/items", "The catalogue: what is sold, at what price, how many are left."),
    read("list_orders", "/orders", "Customers' orders."),
    read("order", "/orders/{id}", "One order with its payment and history."),
    read("list_bookings", "/bookings", "Bookings of tables, rooms and times."),
    read("free_times", "/bookings/availability", "When something can still be booked."),
    Op { name: SEARCH, method: "post", path: "/knowledge/search", about: "What the business's documents say to a question." },
    read("list_purchases", "/purchases", "What the business buys, and where each purchase stands."),
    read("purchase", "/purchases/{id}", "One purchase with its talks, offers, comparison and payments."),
    read("list_talks", "/calls", "Talks with vendors."),
    read("list_vendors", "/vendors", "The vendor book."),
    read("runs_out_soon", "/buying/suggestions", "What should be bought again, from stock and pace."),
    read("list_agents", "/agents", "The agents and longer work this business has."),
    read("list_runs", "/runs", "The work log: what was done, and what waits."),
    read("run", "/runs/{id}", "One piece of work step by step: what it heard, did and cost."),
    read("list_approvals", "/approvals", "Questions that wait for a person, and those that were decided."),
    write("request_purchase", "/purchases", "Have something bought: vendors are asked in the background, the owner approves."),
    write("approve_purchase", "/purchases/{id}/approve", "Approve what is proposed for a purchase."),
    write("cancel_purchase", "/purchases/{id}/cancel", "Give a purchase up."),
    write("decide_approval", "/approvals/{id}", "Approve or reject a question that waits."),
    write("order_status", "/orders/{id}/status", "Move a customer's order on."),
    write("reply", "/conversations/{id}/messages", "Write to a customer as a person of the business."),
];

impl Op {
    fn changes(&self) -> bool {
        self.method != "get" && self.name != SEARCH
    }
}

/// The tools a role may use.
pub(super) fn list(role: Role, writes: bool) -> Vec<Value> {
    OPS.iter().filter(|op| !op.changes() || (writes && role > Role::Viewer)).filter_map(tool).collect()
}

fn tool(op: &Op) -> Option<Value> {
    let (schema, ..) = schema_of(op)?;
    let changes = op.changes();
    Some(json!({
        "name": op.name,
        "description": op.about,
        "inputSchema": schema,
        "annotations": { "readOnlyHint": !changes, "destructiveHint": changes, "idempotentHint": !changes, "openWorldHint": changes },
    }))
}

static API: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(crate::web::api::openapi()).unwrap_or_default());

/// Where the arguments of a tool go.
#[derive(Default)]
struct Places {
    path: Vec<String>,
    query: Vec<String>,
}

/// The operation's parameters and body as one object, and where each goes; what is in neither list is the body's.
fn schema_of(op: &Op) -> Option<(Value, Places)> {
    let described = &API["paths"][format!("/api/v1{}", op.path)][op.method];
    described.is_object().then_some(())?;
    let (mut properties, mut required, mut places) = (Map::new(), Vec::new(), Places::default());
    for p in described["parameters"].as_array().into_iter().flatten() {
        let (Some(name), Some(at)) = (p["name"].as_str(), p["in"].as_str()) else { continue };
        match at {
            "path" => places.path.push(name.to_owned()),
            "query" => places.query.push(name.to_owned()),
            _ => continue,
        }
        let mut schema = plain(&p["schema"], 0);
        if let (Some(about), Some(o)) = (p["description"].as_str(), schema.as_object_mut()) {
            o.insert("description".into(), about.into());
        }
        properties.insert(name.to_owned(), schema);
        if p["required"] == true {
            required.push(name.to_owned());
        }
    }
    let body = plain(&described["requestBody"]["content"]["application/json"]["schema"], 0);
    for (name, schema) in body["properties"].as_object().into_iter().flatten() {
        properties.insert(name.clone(), schema.clone());
    }
    required.extend(body["required"].as_array().into_iter().flatten().filter_map(|r| r.as_str().map(str::to_owned)));
    if op.changes() {
        let about = "Without it nothing is done: the answer shows what would be.";
        properties.insert("confirm".into(), json!({ "type": "boolean", "default": false, "description": about }));
    }
    Some((json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false }), places))
}

/// A schema without references, as deep as our own go.
fn plain(schema: &Value, depth: usize) -> Value {
    if depth > 8 {
        return json!({});
    }
    match schema {
        Value::Object(o) => {
            if let Some(name) = o.get("$ref").and_then(Value::as_str) {
                let at = name.rsplit('/').next().unwrap_or_default();
                return plain(&API["components"]["schemas"][at], depth + 1);
            }
            Value::Object(o.iter().map(|(k, v)| (k.clone(), plain(v, depth + 1))).collect())
        }
        Value::Array(all) => Value::Array(all.iter().map(|v| plain(v, depth + 1)).collect()),
        other => other.clone(),
    }
}

/// Calls a tool. `Err` is a call that cannot be understood; what the operation refuses is a result that says so.
pub(super) async fn call(api: &Router, who: &Inside, writes: bool, params: &Value) -> Result<Value, String> {
    let name = params["name"].as_str().unwrap_or_default();
    let op = OPS.iter().find(|op| op.name == name).ok_or_else(|| format!("There is no tool \"{}\".", clip(name, 60)))?;
    let (_, places) = schema_of(op).ok_or_else(|| format!("The tool \"{name}\" is not there any more."))?;
    let mut arguments = match &params["arguments"] {
        Value::Null => Map::new(),
        Value::Object(o) => o.clone(),
        _ => return Err("The arguments are an object.".into()),
    };
    let confirmed = arguments.remove("confirm") == Some(Value::Bool(true));
    let path = address(op, &places, &mut arguments)?;
    if op.changes() && !(writes && confirmed) {
        let why = if writes {
            "Nothing was done. Call it again with \"confirm\": true to do this."
        } else {
            "Nothing was done: this connection only reads."
        };
        return Ok(said(&json!({ "dry_run": true, "would": { "tool": op.name, "address": path, "with": arguments }, "note": why }), false));
    }
    let (status, body) = send(api, who, op, &path, &arguments).await?;
    Ok(said(&body, !(200..300).contains(&status)))
}

/// The address with its parts filled in; what went there is taken out of the arguments.
fn address(op: &Op, places: &Places, arguments: &mut Map<String, Value>) -> Result<String, String> {
    let word = |v: Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    let packed = |s: &str| url::form_urlencoded::byte_serialize(s.as_bytes()).collect::<String>();
    let mut path = format!("/api/v1{}", op.path);
    for name in &places.path {
        let value = word(arguments.remove(name).ok_or_else(|| format!("\"{name}\" is missing."))?);
        if value.is_empty() || !value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            return Err(format!("\"{}\" is no {name}.", clip(&value, 60)));
        }
        path = path.replace(&format!("{{{name}}}"), &value);
    }
    let mut query = Vec::new();
    for name in &places.query {
        if let Some(value) = arguments.remove(name).filter(|v| !v.is_null()) {
            query.push(format!("{name}={}", packed(&word(value))));
        }
    }
    Ok(if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) })
}

async fn send(api: &Router, who: &Inside, op: &Op, path: &str, body: &Map<String, Value>) -> Result<(u16, Value), String> {
    let method = if op.method == "get" { Method::GET } else { Method::POST };
    let content = if op.method == "get" { Body::empty() } else { Body::from(Value::Object(body.clone()).to_string()) };
    let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json").extension(who.clone());
    let request = request.body(content).map_err(|e| format!("That cannot be asked: {e}."))?;
    let response = match api.clone().oneshot(request).await {
        Ok(r) => r,
        Err(never) => match never {},
    };
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), crate::domain::limits::UPLOAD_BYTES).await;
    let bytes = bytes.map_err(|e| format!("The answer broke off: {e}."))?;
    let text = String::from_utf8_lossy(&bytes);
    Ok((status, serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.into_owned()))))
}

fn said(body: &Value, is_error: bool) -> Value {
    let structured = if body.is_object() { body.clone() } else { json!({ "items": body }) };
    json!({ "content": [{ "type": "text", "text": body.to_string() }], "structuredContent": structured, "isError": is_error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_an_operation_of_the_api() {
        for op in OPS {
            let (schema, places) = schema_of(op).unwrap_or_else(|| panic!("{} is no operation", op.path));
            assert_eq!(places.path.len(), op.path.matches('{').count(), "{}", op.name);
            assert!(!schema.to_string().contains("$ref"), "{}", op.name);
        }
        let names: std::collections::BTreeSet<_> = OPS.iter().map(|op| op.name).collect();
        assert_eq!(names.len(), OPS.len(), "a name is used twice");
    }

    #[test]
    fn who_only_looks_is_offered_no_writes() {
        let writes = |role, writes| list(role, writes).iter().filter(|t| t["annotations"]["readOnlyHint"] == false).count();
        assert_eq!((writes(Role::Viewer, true), writes(Role::Owner, false)), (0, 0));
        assert!(writes(Role::Owner, true) > 3);
    }
}
