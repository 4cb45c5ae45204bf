//! The pages in Chromium: paste, result, learn, another language; with and without a script, on a phone and a desk.
//!
//! `scripts/test-browser` installs Chromium and its driver, fetches axe-core and runs this. `scripts/test` calls it;
//! `cargo test` alone leaves it out. It leaves a picture of every page it saw in `tmp/pages` of the target directory,
//! for people to look at.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use super::{PLEA, POSTS, driver::Browser};
use crate::service::server::Server;

const PHONE: u32 = 360;
const DESK: u32 = 1280;

/// axe-core, where `scripts/test` puts it.
fn axe() -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("axe.min.js");
    fs::read_to_string(&path)
        .unwrap_or_else(|_| panic!("no {}: scripts/test-browser fetches it", path.display()))
}

/// One walk through the pages.
struct Walk<'a> {
    browser: &'a Browser,
    base: String,
    width: u32,
    script: bool,
    axe: &'a str,
}

#[tokio::test]
#[ignore = "needs Chromium, its driver and axe-core: scripts/test-browser has them"]
async fn a_reader_pastes_reads_learns_and_changes_the_language_in_a_browser() {
    let server = Server::start(&[]);
    let browser = Browser::start().await;
    let axe = axe();
    for script in [true, false] {
        browser.script(script).await;
        for width in [PHONE, DESK] {
            let base = format!("http://{}", server.address);
            let walk = Walk { browser: &browser, base, width, script, axe: &axe };
            browser.screen(width).await;
            walk.paste_and_read().await;
            walk.change_the_language().await;
            walk.get_help().await;
            walk.learn().await;
            walk.read_about_it().await;
        }
    }
    browser.end().await;
}

impl Walk<'_> {
    async fn go(&self, path: &str) {
        self.browser.client.goto(&format!("{}{path}", self.base)).await.expect("it is a page");
    }

    async fn paste(&self, text: &str, path: &str) {
        self.go(path).await;
        // Set as a paste would; typing a whole advert key by key takes a minute.
        let set = "document.getElementById('text').value = arguments[0]";
        self.browser.client.execute(set, vec![json!(text)]).await.expect("it can be set");
        self.browser.click("form.ask .go").await;
    }

    /// What every page must be, whatever is on it.
    async fn inspect(&self, name: &str) {
        self.check_width(name, self.width).await;
        let loaded = "return performance.getEntriesByType('resource').map(entry => entry.name)";
        for address in self.browser.ask(loaded).await.as_array().expect("a list") {
            let address = address.as_str().expect("an address");
            assert!(address.starts_with(&self.base), "{name} asks {address}");
        }
        for dark in [false, true] {
            self.browser.dark(dark).await;
            self.picture(name, dark).await;
            if self.script {
                self.check_accessibility(name, dark).await;
            }
        }
        self.browser.dark(false).await;
    }

    /// No page scrolls sideways.
    async fn check_width(&self, name: &str, most: u32) {
        let wide = "return [document.documentElement.scrollWidth, [...document.querySelectorAll('body *')]\
                    .filter(e => e.getBoundingClientRect().right > arguments[0] + 0.5).map(e => e.outerHTML.slice(0, 90))]";
        let wide = self.browser.client.execute(wide, vec![json!(most)]).await.expect("it runs");
        assert!(wide[0].as_u64() <= Some(u64::from(most)), "{name} scrolls sideways: {wide}");
    }

    async fn picture(&self, name: &str, dark: bool) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pages");
        fs::create_dir_all(&folder).expect("it can be made");
        let shade = if dark { "dark" } else { "light" };
        let script = if self.script { "" } else { "-plain" };
        let file = folder.join(format!("{name}-{}-{shade}{script}.png", self.width));
        let picture = self.browser.client.screenshot().await.expect("it can be seen");
        fs::write(file, picture).expect("it can be kept");
    }

    async fn check_accessibility(&self, name: &str, dark: bool) {
        self.browser.ask(self.axe).await;
        let run = "const done = arguments[arguments.length - 1]; axe.run().then(found => done(found.violations.map(\
                   v => ({id: v.id, nodes: v.nodes.map(n => n.html.slice(0, 160) + ' ' + n.failureSummary)}))))";
        let found = self.browser.client.execute_async(run, Vec::new()).await.expect("it runs");
        assert_eq!(found, Value::Array(Vec::new()), "{name} at {} px, dark: {dark}", self.width);
    }

    async fn paste_and_read(&self) {
        self.go("/?lang=id").await;
        self.inspect("home").await;
        for (level, text) in POSTS {
            self.paste(text, "/check?lang=id").await;
            self.browser.find(&format!(".verdict.{level}")).await;
            self.inspect(level).await;
        }
        self.paste(POSTS[3].1, "/check?lang=id").await;
        self.browser.find(".verdict.critical").await;
        self.browser.click("a.mark").await;
        let address = self.browser.client.current_url().await.expect("it has one");
        let fragment = address.fragment().expect("a mark leads to its reason").to_owned();
        assert!(!self.browser.text(&format!("#{fragment} .to-ask")).await.is_empty());
        assert_eq!(
            self.browser.has("button.tool").await,
            self.script,
            "buttons that need a script"
        );
        if self.width == PHONE {
            self.read_at_twice_the_size().await;
        }
    }

    /// At 200 % a phone of 360 pixels has 180, a desk of 640 has 320: WCAG asks for 320 (1.4.10).
    async fn read_at_twice_the_size(&self) {
        self.browser.screen(320).await;
        self.check_width("twice the size", 320).await;
        self.browser.screen(self.width).await;
    }

    async fn change_the_language(&self) {
        self.browser.click(".languages [lang=en]").await;
        self.browser.find("html[lang=en] .verdict.critical").await;
        let unmarked = "const post = document.querySelector('.post').cloneNode(true); \
                        post.querySelectorAll('sup').forEach(sign => sign.remove()); return post.textContent";
        assert_eq!(self.browser.ask(unmarked).await, POSTS[3].1, "the same text is asked again");
        self.browser.click(".menu a[href^='/indicators']").await;
        self.browser.find("html[lang=en] details.sign").await;
        self.browser.click(".languages [lang=ms]").await;
        self.browser.find("html[lang=ms] details.sign").await;
    }

    async fn get_help(&self) {
        self.paste(PLEA, "/check?lang=ms").await;
        self.browser.find(".verdict.distress").await;
        assert!(!self.browser.has("mark").await);
        self.browser.click("button[value='country=SG']").await;
        self.browser.find("a[href='tel:999']").await;
        self.go("/help?lang=en").await;
        self.inspect("help").await;
    }

    async fn learn(&self) {
        self.go("/learn?lang=en").await;
        self.inspect("learn").await;
        self.browser.click("[data-lesson]").await;
        self.browser.click("input[name=q0]").await;
        self.browser.click(".answers ~ .go").await;
        self.browser.find(".answers .tick").await;
        self.inspect("lesson").await;
        self.go("/learn/practice?lang=en&track=volunteer").await;
        self.inspect("practice").await;
        self.browser.click("input[value=high]").await;
        self.browser.click("input[name=sign]").await;
        self.browser.click(".answers ~ .go").await;
        self.browser.find(".tick").await;
        self.inspect("answer").await;
        self.browser.click(".end .button").await;
        self.browser.title(" 2 ").await;
        self.go("/learn?lang=en").await;
        let shown = self.browser.find("#progress").await.is_displayed().await.expect("it is there");
        assert_eq!(shown, self.script, "progress is kept by the script, on the device");
        self.finish().await;
    }

    /// A whole final, whatever comes of it.
    async fn finish(&self) {
        self.go("/learn/final?lang=en&track=officer").await;
        for at in 1..=10 {
            self.browser.title(&format!(" {at} ")).await;
            self.browser.click("input[value=high]").await;
            self.browser.click(".answers ~ .go").await;
        }
        self.browser.find("details.answered").await;
        self.inspect("final").await;
    }

    async fn read_about_it(&self) {
        self.go("/about?lang=en").await;
        self.inspect("about").await;
        self.go("/indicators?lang=en").await;
        self.inspect("indicators").await;
    }
}
