//! The description of the API: as OpenAPI 3.1, and as a page that works without a network.

use crate::web::error::ProblemDocument;
use crate::web::view::filters;
use crate::web::{Shared, api};
use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse};
use std::sync::LazyLock;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, SchemaType, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, InfoBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(description)).routes(routes!(page))
}

static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(|| complete(api::described().1));
static JSON: LazyLock<String> = LazyLock::new(|| serde_json::to_string(&*DOCUMENT).unwrap_or_default());

/// The whole description.
pub(super) fn openapi() -> &'static OpenApi {
    &DOCUMENT
}

/// This description as OpenAPI 3.1.
#[utoipa::path(get, path = "/openapi.json", tag = "docs", security(()), responses((status = 200, body = Object)))]
async fn description() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], JSON.as_str())
}

/// This description as a page.
#[utoipa::path(get, path = "/docs", tag = "docs", security(()), responses((status = 200, body = String, content_type = "text/html")))]
async fn page() -> impl IntoResponse {
    static PAGE: LazyLock<String> = LazyLock::new(|| DocsPage::of(&DOCUMENT).render().unwrap_or_default());
    const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; \
                          base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(PAGE.as_str()))
}

/// What every operation shares: who may call, how failures look, the key of a repeatable write.
fn complete(mut doc: OpenApi) -> OpenApi {
    doc.info = InfoBuilder::new()
        .title("Steward")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Runs a small business's conversations. Times are RFC 3339 in UTC, money is in whole minor units, ids are strings. \
             Lists take `limit` and `cursor`. Failures are RFC 9457 problem documents. A key or token belongs to one business.",
        ))
        .build();
    let components = doc.components.get_or_insert_with(Components::new);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API key, or a token of POST auth/token.")).build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let header = ApiKeyValue::with_description("X-API-Secret", "An API key.");
    components.add_security_scheme("secret", SecurityScheme::ApiKey(ApiKey::Header(header)));
    let mut schemas = vec![("ProblemDocument".to_owned(), ProblemDocument::schema())];
    ProblemDocument::schemas(&mut schemas);
    components.schemas.extend(schemas);
    let none: [&str; 0] = [];
    doc.security = Some(vec![SecurityRequirement::new("bearer", none), SecurityRequirement::new("secret", none)]);
    for (path, item) in &mut doc.paths.paths {
        let all =
            [(&mut item.get, false), (&mut item.post, true), (&mut item.put, true), (&mut item.patch, true), (&mut item.delete, true)];
        for (operation, writes) in all {
            if let Some(o) = operation {
                share(o, writes && !path.contains("/auth/"));
            }
        }
    }
    doc
}

fn share(o: &mut Operation, writes: bool) {
    // Handlers of different areas have the same short names; with their area they are unique.
    let area = o.tags.iter().flatten().next().cloned().unwrap_or_default();
    o.operation_id = o.operation_id.take().map(|id| format!("{area}_{id}").replace('-', "_"));
    for (status, response) in &mut o.responses.responses {
        // OpenAPI wants a sentence for each; where none is written, what the status means.
        if let RefOr::T(r) = response
            && r.description.is_empty()
        {
            r.description = status.parse().ok().and_then(|s: StatusCode| s.canonical_reason()).unwrap_or("The answer").to_owned();
        }
    }
    let problem = ContentBuilder::new().schema(Some(RefOr::Ref(Ref::from_schema_name("ProblemDocument")))).build();
    let failed = ResponseBuilder::new().description("What went wrong").content("application/problem+json", problem).build();
    o.responses.responses.entry("default".into()).or_insert(RefOr::T(failed));
    if writes {
        let key: Parameter = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some("Makes the write safe to repeat: the same key with the same request gets the first answer again."))
            .schema(Some(Object::with_type(SchemaType::Type(Type::String))))
            .build();
        o.parameters.get_or_insert_default().push(RefOr::T(key));
    }
}

/// `/api/v1/docs`.
#[derive(Template)]
#[template(path = "pages/docs.html")]
struct DocsPage {
    groups: Vec<Group>,
}

/// The operations of one area.
struct Group {
    name: String,
    operations: Vec<Entry>,
}

/// One operation on the page.
struct Entry {
    id: String,
    method: &'static str,
    path: String,
    summary: String,
    about: String,
    parameters: Vec<(String, String)>,
    body: String,
    open: bool,
}

impl DocsPage {
    fn of(doc: &OpenApi) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for (path, item) in &doc.paths.paths {
            let all = [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("PATCH", &item.patch), ("DELETE", &item.delete)];
            for (method, operation) in all.into_iter().filter_map(|(m, o)| o.as_ref().map(|o| (m, o))) {
                let name = operation.tags.iter().flatten().next().cloned().unwrap_or_default();
                let entry = entry(doc, method, path, operation);
                match groups.iter_mut().find(|g| g.name == name) {
                    Some(g) => g.operations.push(entry),
                    None => groups.push(Group { name, operations: vec![entry] }),
                }
            }
        }
        Self { groups }
    }
}

fn entry(doc: &OpenApi, method: &'static str, path: &str, o: &Operation) -> Entry {
    let told = o.parameters.iter().flatten().filter_map(|p| match p {
        RefOr::T(p) => Some((p.name.clone(), p.description.clone().unwrap_or_default())),
        RefOr::Ref(_) => None,
    });
    let json = serde_json::json!(o.request_body);
    let schema = &json["content"]["application/json"]["schema"];
    Entry {
        id: format!("{}{}", method.to_lowercase(), path.replace(['/', '{', '}', '.'], "-")),
        method,
        path: path.to_owned(),
        summary: o.summary.clone().unwrap_or_default(),
        about: o.description.clone().unwrap_or_default(),
        parameters: told.collect(),
        body: if schema.is_null() { String::new() } else { example(&serde_json::json!(doc.components), schema) },
        open: o.security.is_some(),
    }
}

/// The fields of a body, as a sample to start from.
fn example(components: &serde_json::Value, schema: &serde_json::Value) -> String {
    let name = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()).unwrap_or("");
    let whole = if name.is_empty() { schema } else { &components["schemas"][name] };
    let required = whole["required"].as_array().cloned().unwrap_or_default();
    let fields = whole["properties"].as_object().cloned().unwrap_or_default();
    let sample = |v: &serde_json::Value| match v["type"].as_str() {
        Some("integer") => serde_json::json!(1),
        Some("array") => serde_json::json!([]),
        Some("boolean") => serde_json::json!(true),
        Some("string") => serde_json::json!(""),
        _ => serde_json::json!(null),
    };
    let body: serde_json::Map<_, _> =
        fields.iter().filter(|(k, _)| required.iter().any(|r| r == k.as_str())).map(|(k, v)| (k.clone(), sample(v))).collect();
    serde_json::to_string_pretty(&body).unwrap_or_default()
}
