//! `/openapi.json`, and the same for people at `/docs`: one page without a script and without third parties.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    http::header,
    response::{Html, IntoResponse},
    routing::get,
};
use bytes::Bytes;
use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::service::{error::Code, state::State};

const METHODS: [&str; 2] = ["get", "post"];

/// The page.
#[derive(Template)]
#[template(path = "service/api/docs.html")]
struct Docs {
    version: &'static str,
    description: String,
    operations: Vec<Operation>,
    schemas: Vec<Schema>,
    codes: Vec<CodeRow>,
}

/// One method of one route.
struct Operation {
    method: String,
    path: String,
    summary: String,
    description: String,
    /// The media type and the schema of the body.
    body: Option<(String, Type)>,
    /// Status, what it means, and the schema of the answer.
    answers: Vec<(String, String, Option<Type>)>,
}

/// One shape of JSON.
struct Schema {
    name: String,
    description: String,
    fields: Vec<Field>,
    /// The values of an enumeration.
    values: Vec<String>,
    example: Option<String>,
}

struct Field {
    name: String,
    kind: Type,
    is_required: bool,
    description: String,
}

/// A type in words, and the schema on this page that it refers to.
struct Type {
    words: String,
    link: Option<String>,
}

struct CodeRow {
    name: &'static str,
    status: u16,
    title: &'static str,
}

/// The routes of the description. Both are written once, at the start.
pub(super) fn routes(description: &OpenApi) -> Router<Arc<State>> {
    let json = Bytes::from(description.to_json().expect("it has text keys and no failing part"));
    let page = Bytes::from(Docs::new(description).render().expect("memory takes all"));
    Router::new()
        .route("/openapi.json", get(async || ([(header::CONTENT_TYPE, "application/json")], json)))
        .route("/docs", get(async || Html(page)))
        .route("/docs/style.css", get(style))
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("docs.css"))
}

impl Docs {
    fn new(description: &OpenApi) -> Self {
        let description =
            serde_json::to_value(description).expect("it has text keys and no failing part");
        let schemas = entries(&description["components"]["schemas"]);
        Self {
            version: env!("CARGO_PKG_VERSION"),
            description: text(&description["info"]["description"]),
            operations: entries(&description["paths"])
                .flat_map(|(path, item)| operations(path, item))
                .collect(),
            schemas: schemas.map(|(name, schema)| Schema::new(name, schema)).collect(),
            codes: Code::ALL.map(CodeRow::from).into(),
        }
    }
}

impl From<Code> for CodeRow {
    fn from(code: Code) -> Self {
        Self { name: code.name(), status: code.status().as_u16(), title: code.title() }
    }
}

fn operations<'a>(path: &'a str, item: &'a Value) -> impl Iterator<Item = Operation> + 'a {
    let present = METHODS.into_iter().filter(|method| item.get(method).is_some());
    present.map(move |method| Operation::new(method, path, &item[method]))
}

impl Operation {
    fn new(method: &str, path: &str, operation: &Value) -> Self {
        let answers = entries(&operation["responses"]).map(|(status, answer)| {
            let kind =
                entries(&answer["content"]).next().map(|(_, content)| Type::of(&content["schema"]));
            (status.clone(), text(&answer["description"]), kind)
        });
        let body = entries(&operation["requestBody"]["content"]).next();
        Self {
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            description: text(&operation["description"]),
            body: body.map(|(media, content)| (media.clone(), Type::of(&content["schema"]))),
            answers: answers.collect(),
        }
    }
}

impl Schema {
    fn new(name: &str, schema: &Value) -> Self {
        let required: Vec<&str> = items(&schema["required"]).filter_map(Value::as_str).collect();
        let field = |(name, field): (&String, &Value)| Field {
            name: name.clone(),
            kind: Type::of(field),
            is_required: required.contains(&name.as_str()),
            description: text(&field["description"]),
        };
        let alternatives = items(&schema["oneOf"]).map(|one| Type::of(one).words);
        let values = items(&schema["enum"]).filter_map(|value| value.as_str().map(str::to_owned));
        let example = (!schema["example"].is_null()).then(|| schema["example"].to_string());
        Self {
            name: name.to_owned(),
            description: text(&schema["description"]),
            fields: entries(&schema["properties"]).map(field).collect(),
            values: values.chain(alternatives).collect(),
            example,
        }
    }
}

impl Type {
    fn of(schema: &Value) -> Self {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default().to_owned();
            return Self { words: name.clone(), link: Some(name) };
        }
        if schema["type"] == "array" {
            let Self { words, link } = Self::of(&schema["items"]);
            return Self { words: format!("array of {words}"), link };
        }
        let either = items(&schema["oneOf"]).find(|one| one["type"] != "null");
        if let Some(either) = either {
            let Self { words, link } = Self::of(either);
            return Self { words: format!("{words} or null"), link };
        }
        let types =
            items(&schema["type"]).filter_map(Value::as_str).collect::<Vec<_>>().join(" or ");
        let words = schema["type"].as_str().map_or(types, str::to_owned);
        let words = if words.is_empty() { "object".to_owned() } else { words };
        Self { words, link: None }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
