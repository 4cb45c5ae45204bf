//! Chromium under `WebDriver`: started for a test, ended with it.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::http::Method;
use fantoccini::{
    Client, ClientBuilder, Locator, elements::Element, wd::WebDriverCompatibleCommand,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// A driver and the browser that it started.
pub(super) struct Browser {
    driver: Child,
    pub(super) client: Client,
}

/// A command of the browser's own protocol, for what `WebDriver` has no word for.
#[derive(Debug)]
struct Protocol {
    name: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Protocol {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        let body = json!({"cmd": self.name, "params": self.parameters});
        (Method::POST, Some(body.to_string()))
    }
}

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(10);

impl Browser {
    /// Starts Debian's `chromedriver` and its browser, which finds no host but this machine.
    pub(super) async fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("there is `chromedriver`: scripts/test-browser installs chromium-driver");
        let mut lines = BufReader::new(driver.stdout.take().expect("it was piped")).lines();
        let port = loop {
            let line = lines.next().expect("it says its port").expect("it speaks UTF-8");
            // Before it has one it repeats the 0 that was asked for.
            let port = line.rsplit_once("on port ").map(|(_, port)| port.trim_end_matches('.'));
            if let Some(port) = port.filter(|port| *port != "0") {
                break port.to_owned();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        let arguments = json!([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            // What is still scrolling cannot be clicked.
            "--force-prefers-reduced-motion",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ]);
        let wanted = json!({"goog:chromeOptions": {"args": arguments}});
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted.as_object().expect("an object").clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("the browser starts");
        Self { driver, client }
    }

    async fn tell(&self, name: &'static str, parameters: Value) {
        self.client.issue_cmd(Protocol { name, parameters }).await.expect(name);
    }

    /// A screen `width` wide, as phones and desks have it.
    pub(super) async fn screen(&self, width: u32) {
        let parameters = json!({
            "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500,
        });
        self.tell("Emulation.setDeviceMetricsOverride", parameters).await;
    }

    /// Pages load with or without their script from the next on.
    pub(super) async fn script(&self, on: bool) {
        self.tell("Emulation.setScriptExecutionDisabled", json!({"value": !on})).await;
    }

    /// As if the reader's device were set to dark, or not.
    pub(super) async fn dark(&self, on: bool) {
        let value = if on { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": value}]);
        self.tell("Emulation.setEmulatedMedia", json!({"features": features})).await;
    }

    /// The first element like this, once the page has it: a click that loads a page does not wait for it.
    pub(super) async fn find(&self, css: &str) -> Element {
        self.wait_for(Locator::Css(css)).await
    }

    /// Waits for the page whose title has `part`.
    pub(super) async fn title(&self, part: &str) {
        self.wait_for(Locator::XPath(&format!("//h1[contains(., '{part}')]"))).await;
    }

    async fn wait_for(&self, wanted: Locator<'_>) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(wanted).await;
        found.unwrap_or_else(|error| panic!("no `{wanted:?}`: {error}"))
    }

    pub(super) async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.expect("it has a text")
    }

    pub(super) async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap_or_else(|error| panic!("`{css}`: {error}"));
    }

    /// What `script` returns.
    pub(super) async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Whether there is an element like this.
    pub(super) async fn has(&self, css: &str) -> bool {
        !self.client.find_all(Locator::Css(css)).await.expect("it can be asked").is_empty()
    }

    /// Ends the browser, as a dropped future could not.
    pub(super) async fn end(self) {
        self.client.clone().close().await.expect("it closes");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.driver.kill().ok();
        self.driver.wait().ok();
    }
}
