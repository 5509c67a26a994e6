//! The Model Context Protocol: over HTTP with a key, and over standard input of the program itself.

use crate::buying::get;
use crate::harness::{self, TestApp};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use steward::domain::house::member::Role;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::member;

async fn ask(t: &TestApp, key: &str, body: Value) -> (u16, Value) {
    let answer = t.http.post(format!("{}/mcp", t.url)).bearer_auth(key).body(body.to_string()).send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null))
}

fn tool(name: &str, arguments: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": { "name": name, "arguments": arguments } })
}

#[tokio::test]
async fn an_assistant_reads_and_writes_with_the_rights_of_its_key() {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    t.says("2348031234567", "Hello, are you open?").await;
    let key = t.key.clone();
    let hello =
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "protocolVersion": "2025-03-26", "capabilities": {} } });
    let (_, hi) = ask(&t, &key, hello).await;
    assert_eq!((&hi["result"]["protocolVersion"], &hi["result"]["serverInfo"]["name"]), (&json!("2025-03-26"), &json!("steward")));
    assert_eq!(ask(&t, &key, json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await.0, 202);
    let (_, list) = ask(&t, &key, json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" })).await;
    let tools = list["result"]["tools"].as_array().unwrap();
    let request = tools.iter().find(|x| x["name"] == "request_purchase").unwrap();
    assert!(request["inputSchema"]["properties"]["text"].is_object() && request["annotations"]["readOnlyHint"] == false, "{request}");
    let (_, talks) = ask(&t, &key, tool("list_conversations", json!({ "limit": 5 }))).await;
    let first = talks["result"]["structuredContent"]["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{talks}")).to_owned();
    let (_, read) = ask(&t, &key, tool("read_conversation", json!({ "id": first }))).await;
    assert!(read["result"]["content"][0]["text"].as_str().unwrap().contains("are you open"), "{read}");
    // A write is shown first, and done when it is confirmed.
    let what = json!({ "text": "12 dozen eggs" });
    let (_, dry) = ask(&t, &key, tool("request_purchase", what.clone())).await;
    assert_eq!(dry["result"]["structuredContent"]["dry_run"], true, "{dry}");
    assert_eq!(get(&t, "purchases").await["items"], json!([]));
    let (_, done) = ask(&t, &key, tool("request_purchase", json!({ "text": "12 dozen eggs", "confirm": true }))).await;
    assert_eq!((&done["result"]["isError"], &done["result"]["structuredContent"]["number"]), (&json!(false), &json!(1)), "{done}");
    let (_, bad) = ask(&t, &key, tool("request_purchase", json!({ "text": "eggs", "confirm": true }))).await;
    assert!(bad["result"]["isError"] == true && bad.to_string().contains("How much of"), "{bad}");
    // Who only looks may only look; what is no call is told; nobody comes in without a key.
    let id = t.business.id;
    let (_, viewer) = t.app.store.control_write(move |tx| member::add_key(tx, id, "looks", Role::Viewer)).await.unwrap();
    let (_, no) = ask(&t, &viewer, tool("request_purchase", json!({ "text": "1 kg rice", "confirm": true }))).await;
    assert_eq!(no["result"]["isError"], true, "{no}");
    for (body, code) in [
        (tool("drop_tables", json!({})), -32_602),
        (tool("order", json!({ "id": "../../agents" })), -32_602),
        (json!({ "jsonrpc": "2.0", "id": 3, "method": "resources/list" }), -32_601),
    ] {
        assert_eq!(ask(&t, &key, body.clone()).await.1["error"]["code"], code, "{body}");
    }
    let anybody = t.http.post(format!("{}/mcp", t.url)).body("{}").send().await.unwrap();
    assert_eq!(anybody.status().as_u16(), 401);
}

#[tokio::test]
async fn the_program_speaks_it_over_standard_input() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap().to_owned();
    let steward = |args: &[&str]| {
        let mut c = Command::new(env!("CARGO_BIN_EXE_steward"));
        c.args(args).args(["--data", &data]);
        c
    };
    assert!(steward(&["business", "add", "Mama Put", "--template", "restaurant"]).output().unwrap().status.success());
    let mut child =
        steward(&["mcp", "--business", "mama-put"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = [
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "protocolVersion": "2025-06-18" } }),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        tool("list_orders", json!({})),
        tool("request_purchase", json!({ "text": "1 kg rice", "confirm": true })),
    ];
    {
        let mut stdin = child.stdin.take().unwrap();
        for l in &lines {
            writeln!(stdin, "{l}").unwrap();
        }
        writeln!(stdin, "no json").unwrap();
    }
    let out = child.wait_with_output().unwrap();
    let answers: Vec<Value> = String::from_utf8(out.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(answers.len(), 4, "{answers:?}");
    assert_eq!(answers[1]["result"]["structuredContent"]["items"], json!([]));
    assert_eq!(answers[2]["result"]["structuredContent"]["dry_run"], true, "it only reads unless told otherwise");
    assert_eq!(answers[3]["error"]["code"], -32_700);
}
