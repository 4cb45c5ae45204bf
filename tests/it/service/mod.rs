//! `waspada serve` as its clients meet it: the real binary on free ports.

mod bad_input;
mod limits;
pub(crate) mod server;
mod settings;
mod stopping;
mod stream;

use serde_json::json;
use waspada::post::Post;

use self::server::{Server, post_with};
use crate::CLASSIFIER;

const TEXT: &str =
    "Dibutuhkan admin di Kamboja, gaji 15 juta, tanpa pengalaman, paspor kami pegang";

#[test]
fn a_post_gets_the_record_that_the_library_gives() {
    let server = Server::start(&[]);
    let answer = server.post("/v1/assess", &json!({"id": "p-17", "text": TEXT}));
    let expected = CLASSIFIER.assess(&Post::new("p-17", TEXT));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json(), serde_json::to_value(expected).unwrap());
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}

#[test]
fn a_program_that_talks_to_people_gets_the_words_in_their_language() {
    let server = Server::start(&[]);
    let answer =
        server.post("/v1/assess", &json!({"text": TEXT, "lang": "ms", "country": "SG"})).json();
    let words = &answer["words"];
    assert_eq!(words["language"], "ms");
    assert!(
        !words["label"].as_str().unwrap().is_empty()
            && !words["contacts"].as_array().unwrap().is_empty()
    );
    for found in answer["indicators"].as_array().unwrap() {
        assert!(words["indicators"][found["id"].as_str().unwrap()]["why"].is_string(), "{found}");
    }
    let unknown = server.post("/v1/assess", &json!({"text": TEXT, "lang": "fr"}));
    assert_eq!(unknown.problem(), (422, "wrong_shape".to_owned()));
}

#[test]
fn a_batch_keeps_the_order_and_a_bad_post_costs_only_itself() {
    let server = Server::start(&[]);
    let long = "x".repeat((1 << 20) + 1);
    let posts = json!([{"id": "a", "text": TEXT}, {"id": 7, "text": TEXT}, {"text": long}, {"text": TEXT}, "no"]);
    let answer = server.post("/v1/assess/batch", &json!({ "posts": posts }));
    assert_eq!(answer.status, 200, "{answer:?}");
    let outcomes = answer.json()["assessments"].as_array().unwrap().clone();
    let codes: Vec<_> =
        outcomes.iter().map(|one| one["error"]["code"].as_str().unwrap_or("")).collect();
    assert_eq!(codes, ["", "wrong_shape", "too_long", "", "wrong_shape"]);
    assert_eq!((&outcomes[0]["id"], &outcomes[3]["id"]), (&json!("a"), &json!("4")));
    let many = json!({"posts": vec![json!({"text": "x"}); 1_001]});
    assert_eq!(
        server.post("/v1/assess/batch", &many).problem(),
        (413, "too_many_posts".to_owned())
    );
}

#[test]
fn a_page_inside_the_network_is_not_fetched() {
    let server = Server::start(&[]);
    for url in [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "http://10.0.0.1/",
        "file:///x",
        "x",
    ] {
        let answer = server.post("/v1/assess/url", &json!({ "url": url }));
        assert_eq!(answer.problem(), (422, "refused_url".to_owned()), "{url}");
    }
    let server = Server::start(&["--fetch", "false"]);
    let answer = server.post("/v1/assess/url", &json!({"url": "https://example.org/"}));
    assert_eq!(answer.problem(), (403, "fetching_is_off".to_owned()));
}

#[test]
fn the_service_tells_what_it_looks_for_and_how_it_is() {
    let server = Server::start(&[]);
    assert_eq!(server.get("/health").body, r#"{"status":"ok"}"#);
    assert_eq!(server.get("/ready").status, 200);
    let indicators = server.get("/v1/taxonomy").json()["indicators"].as_array().unwrap().len();
    assert_eq!(indicators, CLASSIFIER.taxonomy().len());
    let model = server.get("/v1/model").json();
    assert_eq!(model["limits"]["batch_posts"], 1_000);
    assert_eq!(model["sha256"], CLASSIFIER.assess(&Post::new("", "")).model.sha256);
}

#[test]
fn the_description_names_every_route_and_the_page_needs_nobody_else() {
    let server = Server::start(&[]);
    let description = server.get("/openapi.json").json();
    assert_eq!(description["openapi"], "3.1.0");
    let paths: Vec<&String> = description["paths"].as_object().unwrap().keys().collect();
    let expected = [
        "/health",
        "/ready",
        "/v1/assess",
        "/v1/assess/batch",
        "/v1/assess/stream",
        "/v1/assess/url",
        "/v1/model",
        "/v1/taxonomy",
    ];
    assert_eq!(paths, expected);
    let page = server.get("/docs");
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("<script") && !page.body.contains("src=\"http"), "{page:?}");
    assert!(paths.iter().all(|path| page.body.contains(path.as_str())));
    assert_eq!(server.get("/docs/style.css").status, 200);
}

#[test]
fn a_request_that_goes_nowhere_is_told_so() {
    let server = Server::start(&[]);
    assert_eq!(server.get("/v1/nothing").problem(), (404, "no_such_route".to_owned()));
    let answer = server.get("/v1/assess");
    assert_eq!(answer.problem(), (405, "wrong_method".to_owned()));
    assert_eq!(answer.header("allow"), Some("POST"));
}

#[test]
fn counts_are_on_the_port_of_those_who_look_after_the_service_and_nowhere_else() {
    let server = Server::start(&[]);
    server.post("/v1/assess", &json!({"text": TEXT}));
    server.get("/v1/made-up-by-a-client");
    let metrics = server.get_admin("/metrics").body;
    let count = "waspada_requests_total{method=\"POST\",route=\"/v1/assess\",status=\"200\"} 1";
    assert!(metrics.contains(count), "{metrics}");
    assert!(
        metrics.contains("waspada_posts_total{level=") && !metrics.contains("made-up"),
        "{metrics}"
    );
    assert!(metrics.contains("route=\"none\",status=\"404\""), "{metrics}");
    assert_eq!(server.get("/metrics").status, 404);
    assert_eq!(server.get_admin("/v1/assess").status, 404);
}

#[test]
fn the_log_has_ids_and_never_a_text() {
    let server = Server::start(&[]);
    let headers = "Content-Type: application/json\r\nX-Request-Id: from-the-proxy\r\n";
    let body = json!({"id": "p-17", "text": TEXT}).to_string();
    let answer = server.send(&post_with("/v1/assess", headers, body.as_bytes()));
    assert_eq!(answer.header("x-request-id"), Some("from-the-proxy"));
    server.get("/v1/kamboja?text=kamboja");
    server.ask_to_stop();
    let (_, log) = server.wait();
    let lines: Vec<serde_json::Value> =
        log.iter().map(|line| serde_json::from_str(line).expect(line)).collect();
    let line = lines.iter().find(|line| line["request_id"] == "from-the-proxy").unwrap();
    assert_eq!(
        (&line["post"], &line["status"], &line["route"]),
        (&json!("p-17"), &json!(200), &json!("/v1/assess"))
    );
    let all = log.concat().to_lowercase();
    assert!(!all.contains("kamboja") && !all.contains("127.0.0.1"), "{all}");
}
