//! From the bytes of a page to the text a reader would see on it.
//!
//! `html5gum` splits the page into tags and text as the HTML standard says, in
//! time linear in the page. No tree is built (`scraper`, `html2text` and `htmd`
//! build one): the standard has a parser repeat unclosed `<b>` and the like in
//! every later block, so that two hostile megabytes become billions of nodes.
//! Of the rest, `tl` decodes no entities, and `lol_html` neither decodes them
//! nor closes what a page leaves open.

use std::{borrow::Cow, collections::BTreeMap};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

/// The deepest nesting that is followed, as in Chromium; deeper elements count as text of the deepest.
const MAX_DEPTH: usize = 512;

/// A page with fewer characters of its own is helped out by what it tells link previews.
///
/// Social networks show a stranger a login form of a few hundred characters,
/// and the post only in `og:description`.
const THIN_CHARS: usize = 600;

/// How far into a page its charset is looked for; the standard says 1024 bytes.
const META_BYTES: usize = 1024;

/// Elements whose contents a reader does not see, or that are the site's and not the post's.
#[rustfmt::skip]
const LEFT_OUT: [&[u8]; 23] = [
    b"audio", b"button", b"canvas", b"datalist", b"iframe", b"math", b"nav", b"noembed",
    b"noframe", b"noframes", b"noscript", b"object", b"progress", b"rp", b"script", b"select", b"style", b"svg",
    b"template", b"textarea", b"title", b"video", b"xmp",
];

/// Elements that begin and end a line, and end an open paragraph.
#[rustfmt::skip]
const BLOCKS: [&[u8]; 45] = [
    b"address", b"article", b"aside", b"blockquote", b"body", b"caption", b"center", b"dd", b"details", b"dialog",
    b"dir", b"div", b"dl", b"dt", b"fieldset", b"figcaption", b"figure", b"footer", b"form", b"h1", b"h2", b"h3",
    b"h4", b"h5", b"h6", b"header", b"hgroup", b"hr", b"legend", b"li", b"main", b"menu", b"nav", b"ol", b"p",
    b"pre", b"search", b"section", b"summary", b"table", b"tbody", b"tfoot", b"thead", b"tr", b"ul",
];

/// Elements without contents.
#[rustfmt::skip]
const VOID: [&[u8]; 14] = [
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"param", b"source",
    b"track", b"wbr",
];

/// What start tags close that a page need not close.
struct ImpliedEnd {
    /// The start tags.
    tags: &'static [&'static [u8]],
    /// What they close, if it is open.
    closed: &'static [&'static [u8]],
    /// What they do not close it through: a list in an item has items of its own.
    within: &'static [&'static [u8]],
}

#[rustfmt::skip]
const IMPLIED_ENDS: [ImpliedEnd; 6] = [
    ImpliedEnd { tags: &[b"li"], closed: &[b"li"], within: &[b"ul", b"ol", b"menu"] },
    ImpliedEnd { tags: &[b"dt", b"dd"], closed: &[b"dt", b"dd"], within: &[b"dl"] },
    ImpliedEnd { tags: &[b"tbody", b"thead", b"tfoot"], closed: &[b"tbody", b"thead", b"tfoot"], within: &[b"table"] },
    ImpliedEnd { tags: &[b"tr"], closed: &[b"tr"], within: &[b"tbody", b"thead", b"tfoot", b"table"] },
    ImpliedEnd { tags: &[b"td", b"th"], closed: &[b"td", b"th"], within: &[b"tr", b"table"] },
    ImpliedEnd { tags: &BLOCKS, closed: &[b"p"], within: &[b"td", b"th", b"caption", b"button", b"object", b"template"] },
];

/// What a page says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// Its title, without line breaks; never empty.
    pub(super) title: Option<String>,
    /// Its text, a line for each block; no line is empty.
    pub(super) text: String,
}

/// How the body of an answer is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Format {
    html: bool,
    charset: Option<String>,
}

impl Format {
    /// Reads a `Content-Type`.
    ///
    /// # Errors
    /// The media type, shortened and without surprises, where it is none that is read.
    pub(super) fn from_content_type(header: &str) -> Result<Self, String> {
        let (essence, parameters) = header.split_once(';').unwrap_or((header, ""));
        let essence = essence.trim().to_ascii_lowercase();
        let html = match essence.as_str() {
            "text/html" | "application/xhtml+xml" => true,
            "text/plain" => false,
            _ => return Err(printable(&essence)),
        };
        Ok(Self { html, charset: charset_of(parameters) })
    }

    /// Reads a page.
    ///
    /// Bytes that its charset does not know become U+FFFD, as in a browser.
    pub(super) fn read(&self, body: &[u8]) -> Page {
        let decoded = decode(body, self.charset.as_deref(), self.html);
        if self.html { read_html(&decoded) } else { read_plain(&decoded) }
    }
}

/// A media type fit for a message: at most 40 letters, digits and `/+-.`.
fn printable(essence: &str) -> String {
    let allowed = |c: &char| c.is_ascii_alphanumeric() || "/+-.".contains(*c);
    let kept: String = essence.chars().filter(allowed).take(40).collect();
    if kept.is_empty() { "no media type".to_owned() } else { kept }
}

/// The charset named in the parameters of a media type.
fn charset_of(parameters: &str) -> Option<String> {
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        name.trim().eq_ignore_ascii_case("charset").then(|| value.to_owned())
    })
}

/// Decodes as a browser does: byte order mark, then header, then `<meta>`, then a guess.
fn decode<'a>(body: &'a [u8], header: Option<&str>, html: bool) -> Cow<'a, str> {
    let encoding = header
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .or_else(|| if html { meta_charset(body) } else { None })
        .unwrap_or_else(|| guess(body));
    encoding.decode(body).0
}

/// UTF-8 if it is, else what pages without a charset were written in.
fn guess(body: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(body).is_ok() { UTF_8 } else { WINDOWS_1252 }
}

fn meta_charset(body: &[u8]) -> Option<&'static Encoding> {
    let head = body.get(..META_BYTES.min(body.len()))?;
    let found = tokens(head).find_map(|token| match token {
        Token::StartTag(tag) if tag.name == b"meta" => charset_of_meta(&tag),
        _ => None,
    })?;
    // A tag that could be read was not UTF-16, whatever it says.
    Some(match found {
        found if found == UTF_16LE || found == UTF_16BE => UTF_8,
        found if found == X_USER_DEFINED => WINDOWS_1252,
        found => found,
    })
}

fn charset_of_meta(tag: &StartTag<()>) -> Option<&'static Encoding> {
    let declared = attribute(tag, "charset").map(Cow::into_owned);
    let label = declared.or_else(|| {
        let kind = attribute(tag, "http-equiv")?;
        kind.eq_ignore_ascii_case("content-type")
            .then(|| charset_of(&attribute(tag, "content")?))?
    })?;
    Encoding::for_label(label.as_bytes())
}

fn attribute<'a>(tag: &'a StartTag<()>, name: &str) -> Option<Cow<'a, str>> {
    tag.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(value))
}

fn tokens(html: &[u8]) -> impl Iterator<Item = Token> {
    let mut emitter = DefaultEmitter::default();
    // So that a script holding "<p>" is a script and not a paragraph.
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter)
        .map(|token| token.unwrap_or_else(|never| match never {}))
}

fn read_plain(text: &str) -> Page {
    let mut lines = Lines::default();
    lines.push(text, true);
    Page { title: None, text: lines.text }
}

fn read_html(html: &str) -> Page {
    let mut reader = PageReader::default();
    for token in tokens(html.as_bytes()) {
        match token {
            Token::StartTag(tag) => reader.start(&tag),
            Token::EndTag(tag) => reader.end(&tag.name),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.finish()
}

/// An element that is open.
#[derive(Clone, Debug)]
struct Open {
    name: Vec<u8>,
    /// Whether it or one it lies in is left out.
    hidden: bool,
    /// Whether its line breaks count.
    preformatted: bool,
    /// The depth of what each of [`IMPLIED_ENDS`] would close from here.
    closable: [Option<usize>; IMPLIED_ENDS.len()],
}

/// The elements that are open, outermost first.
///
/// Each tag costs the same however deep it lies, so that a page of nothing but
/// tags is read in the time of any other.
#[derive(Debug, Default)]
struct Elements {
    open: Vec<Open>,
    /// How many of each name are open.
    count: BTreeMap<Vec<u8>, usize>,
}

impl Elements {
    fn is_hidden(&self) -> bool {
        self.open.last().is_some_and(|open| open.hidden)
    }

    fn is_preformatted(&self) -> bool {
        self.open.last().is_some_and(|open| open.preformatted)
    }

    fn push(&mut self, tag: &StartTag<()>) {
        if self.open.len() >= MAX_DEPTH {
            return;
        }
        let name = tag.name.as_slice();
        let mut closable =
            self.open.last().map_or([None; IMPLIED_ENDS.len()], |open| open.closable);
        for (place, end) in closable.iter_mut().zip(&IMPLIED_ENDS) {
            if end.closed.contains(&name) {
                *place = Some(self.open.len());
            } else if end.within.contains(&name) {
                *place = None;
            }
        }
        let hidden = self.is_hidden() || is_left_out(tag);
        let preformatted = self.is_preformatted() || matches!(name, b"pre" | b"listing");
        self.open.push(Open { name: name.to_vec(), hidden, preformatted, closable });
        *self.count.entry(name.to_vec()).or_default() += 1;
    }

    /// Closes the innermost element of `name` and all within; nothing if none is open.
    fn close(&mut self, name: &[u8]) {
        if self.count.contains_key(name)
            && let Some(depth) = self.open.iter().rposition(|open| open.name == name)
        {
            self.truncate(depth);
        }
    }

    /// Closes what a page may leave open before a start tag of `name`.
    fn close_implied(&mut self, name: &[u8]) {
        for (row, end) in IMPLIED_ENDS.iter().enumerate() {
            let depth = self.open.last().and_then(|open| open.closable.get(row).copied().flatten());
            if let Some(depth) = depth
                && end.tags.contains(&name)
            {
                self.truncate(depth);
            }
        }
    }

    fn truncate(&mut self, depth: usize) {
        for closed in self.open.drain(depth..) {
            if let Some(count) = self.count.get_mut(&closed.name) {
                *count -= 1;
                if *count == 0 {
                    self.count.remove(&closed.name);
                }
            }
        }
    }
}

/// Where the reading of a page has got to.
#[derive(Debug, Default)]
struct PageReader {
    elements: Elements,
    lines: Lines,
    title: Lines,
    in_title: bool,
    preview: Preview,
}

impl PageReader {
    fn start(&mut self, tag: &StartTag<()>) {
        let name = tag.name.as_slice();
        self.elements.close_implied(name);
        self.break_at(name);
        if name == b"meta" {
            self.preview.note(tag);
        }
        self.in_title =
            name == b"title" && !self.elements.is_hidden() && self.title.text.is_empty();
        let is_empty_drawing = tag.self_closing && matches!(name, b"svg" | b"math");
        if !VOID.contains(&name) && !is_empty_drawing {
            self.elements.push(tag);
        }
    }

    fn end(&mut self, name: &[u8]) {
        self.in_title = false;
        self.elements.close(name);
        self.break_at(name);
    }

    fn text(&mut self, text: &str) {
        if self.in_title {
            self.title.push(text, false);
        } else if !self.elements.is_hidden() {
            self.lines.push(text, self.elements.is_preformatted());
        }
    }

    fn finish(self) -> Page {
        let Self { lines, title, preview, .. } = self;
        let title =
            Some(title.text).filter(|title| !title.is_empty()).or_else(|| preview.title.clone());
        Page { title, text: preview.complete(lines.text) }
    }

    /// Breaks the line, or parts two cells, at a tag of `name`.
    fn break_at(&mut self, name: &[u8]) {
        if self.elements.is_hidden() {
            return;
        }
        if name == b"br" || BLOCKS.contains(&name) {
            self.lines.gap(Gap::Line);
        } else if matches!(name, b"td" | b"th") {
            self.lines.gap(Gap::Space);
        }
    }
}

/// Whether the contents of `tag` are not shown.
///
/// `aria-hidden` hides from screen readers only, and a page with a cookie
/// notice in front sets it on everything behind.
fn is_left_out(tag: &StartTag<()>) -> bool {
    let value_is = |name, wanted: &str| {
        attribute(tag, name).is_some_and(|value| value.eq_ignore_ascii_case(wanted))
    };
    LEFT_OUT.contains(&tag.name.as_slice())
        || tag.attributes.contains_key(b"hidden".as_slice())
        || (tag.name == b"dialog" && !tag.attributes.contains_key(b"open".as_slice()))
        || value_is("role", "navigation")
        || attribute(tag, "style").is_some_and(|style| is_hiding(&style))
}

fn is_hiding(style: &str) -> bool {
    style.split(';').any(|rule| {
        let Some((property, value)) = rule.split_once(':') else { return false };
        let value = value.split('!').next().unwrap_or_default().trim();
        let is = |wanted_property: &str, wanted: &str| {
            property.trim().eq_ignore_ascii_case(wanted_property)
                && value.eq_ignore_ascii_case(wanted)
        };
        is("display", "none") || is("visibility", "hidden") || is("visibility", "collapse")
    })
}

/// What a page tells those who show a preview of a link to it.
#[derive(Debug, Default)]
struct Preview {
    title: Option<String>,
    description: Option<String>,
}

impl Preview {
    fn note(&mut self, tag: &StartTag<()>) {
        let Some(name) = attribute(tag, "property").or_else(|| attribute(tag, "name")) else {
            return;
        };
        let Some(content) = attribute(tag, "content") else { return };
        match name.to_ascii_lowercase().as_str() {
            "og:title" => keep_first(&mut self.title, &content, false),
            "og:description" => keep_first(&mut self.description, &content, true),
            _ => {}
        }
    }

    /// Puts the preview before a thin text, without saying anything twice.
    fn complete(self, text: String) -> String {
        if text.chars().nth(THIN_CHARS).is_some() {
            return text;
        }
        let mut whole = String::new();
        for part in [self.title, self.description].into_iter().flatten() {
            if !text.contains(&part) && !whole.contains(&part) {
                whole.push_str(&part);
                whole.push('\n');
            }
        }
        whole.push_str(&text);
        whole.truncate(whole.trim_end().len());
        whole
    }
}

fn keep_first(slot: &mut Option<String>, content: &str, with_lines: bool) {
    let mut lines = Lines::default();
    lines.push(content, with_lines);
    if slot.is_none() && !lines.text.is_empty() {
        *slot = Some(lines.text);
    }
}

/// What stands between two words; the greatest asked for counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    Nothing,
    Space,
    Line,
}

/// Text as it is laid out: white space folded, no empty line, none at either end.
#[derive(Debug, Default)]
struct Lines {
    text: String,
    gap: Gap,
}

impl Lines {
    fn gap(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    /// Adds `text`; its own line breaks count if it is `preformatted`.
    fn push(&mut self, text: &str, preformatted: bool) {
        for c in text.chars() {
            match c {
                '\n' | '\r' if preformatted => self.gap(Gap::Line),
                c if c.is_whitespace() => self.gap(Gap::Space),
                c => self.push_char(c),
            }
        }
    }

    fn push_char(&mut self, c: char) {
        match std::mem::take(&mut self.gap) {
            Gap::Nothing => {}
            _ if self.text.is_empty() => {}
            Gap::Space => self.text.push(' '),
            Gap::Line => self.text.push('\n'),
        }
        self.text.push(c);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fetch::MAX_BODY_BYTES;

    fn text_of(html: &str) -> String {
        read_html(html).text
    }

    #[test]
    fn the_text_of_a_page_is_what_a_reader_sees() {
        let cases = [
            ("", ""),
            ("halo", "halo"),
            ("<p>Dicari  \n admin<p>Gaji 15&nbsp;juta", "Dicari admin\nGaji 15 juta"),
            ("a<b>b</b>c <i>d</i>", "abc d"),
            ("satu<br>dua<br/>tiga<hr>empat", "satu\ndua\ntiga\nempat"),
            ("<div>a</div><div><div>b</div></div>c", "a\nb\nc"),
            ("<ul><li>a<li>b</ul>c", "a\nb\nc"),
            (
                "<table><tr><td>Gaji<td>RM5000<tr><td>Kerja<td>Poipet</table>",
                "Gaji RM5000\nKerja Poipet",
            ),
            (
                "Rp&#49;5 &amp; &lt;b&gt; &eacute;&hellip; &unknown; A&B",
                "Rp15 & <b> é… &unknown; A&B",
            ),
            ("<pre>a\n\n  b c\nd</pre>e\nf", "a\nb c\nd\ne f"),
            ("a<!-- b -->c<![CDATA[d]]>", "ac"),
            (
                "<script>if (a<b) '<p>x</p>'</script>a<style>p{}</style>b<noscript>c</noscript>",
                "ab",
            ),
            ("<nav><ul><li>Beranda</ul></nav>iklan<div role=navigation>x</div>", "iklan"),
            ("<header>Toko Maju</header>a<footer>WA 0811</footer>", "Toko Maju\na\nWA 0811"),
            ("a<p hidden>b</p>c", "a\nc"),
            ("a<p hidden>b<p>c", "a\nc"),
            ("<ul><li hidden>a<ul><li>b</ul><li>c</ul>d", "c\nd"),
            ("<div hidden>a<div>b</div>c</div>d", "d"),
            ("<div hidden>a<br>b<img>c</div>d", "d"),
            ("<div style='color:red; DISPLAY : none !important'>a</div>b", "b"),
            ("<div style=visibility:hidden>a</div>b<i style='display:nonesuch'>c</i>", "bc"),
            ("<div aria-hidden=true>a</div>", "a"),
            ("<dialog>a</dialog><dialog open>b</dialog>c", "b\nc"),
            ("<svg/>a<svg><title>b</title><text>c</text></svg>d", "ad"),
            (
                "<form>a<input value=b><button>c</button><textarea>d</textarea><select><option>e</select></form>f",
                "a\nf",
            ),
            ("<div>a</span></p>b</section>", "a\nb"),
            ("<table><tr><td hidden>a<td>b</table>", "b"),
            ("<dl><dt>a<dd hidden>b<dt>c</dl>", "a\nc"),
            ("<p>kerja<p", "kerja"),
            (
                "<p>kirim paspor \u{200b}🇰🇭 مرحبا ภาษาไทย</p>",
                "kirim paspor \u{200b}🇰🇭 مرحبا ภาษาไทย",
            ),
        ];
        for (html, wanted) in cases {
            assert_eq!(text_of(html), wanted, "{html}");
        }
    }

    #[test]
    fn the_title_is_apart_from_the_text() {
        let page = read_html(
            "<head><title> Loker \n Kamboja &amp; co</title></head><body>Isi<title>x</title>",
        );
        assert_eq!(
            page,
            Page { title: Some("Loker Kamboja & co".to_owned()), text: "Isi".to_owned() }
        );
        assert_eq!(read_html("<title></title>Isi").title, None);
        let previewed = read_html("<meta property=og:title content='Loker'>Isi");
        assert_eq!(previewed.title.as_deref(), Some("Loker"));
        assert_eq!(
            read_html("<svg><title>Ikon</title></svg><title>Loker</title>").title.as_deref(),
            Some("Loker")
        );
    }

    #[test]
    fn a_thin_page_is_completed_by_its_preview() {
        let head = "<meta property='og:title' content='Admin'><meta name=og:description content='Gaji 15jt&#10;Poipet'>";
        assert_eq!(text_of(&format!("{head}Masuk")), "Admin\nGaji 15jt\nPoipet\nMasuk");
        assert_eq!(
            text_of(&format!("{head}<p>Admin<p>Gaji 15jt<p>Poipet")),
            "Admin\nGaji 15jt\nPoipet"
        );
        assert_eq!(text_of(head), "Admin\nGaji 15jt\nPoipet");
        let body = "kata ".repeat(THIN_CHARS);
        assert_eq!(text_of(&format!("{head}{body}")), body.trim_end());
    }

    #[test]
    fn a_charset_is_found_where_a_browser_finds_it() {
        let cases: [(&str, &[u8], &str); 10] = [
            ("text/html; charset=utf-8", "é".as_bytes(), "é"),
            ("text/html; charset=\"ISO-8859-1\"", b"\xe9", "é"),
            ("text/html;charset=gbk", b"\xb9\xa4\xd7\xf7", "工作"),
            ("text/html", b"<meta charset=windows-874>\xa1\xd2\xb9", "กาน"),
            (
                "text/html",
                b"<meta http-equiv=Content-Type content='text/html; charset=big5'>\xa4u\xa7@",
                "工作",
            ),
            ("text/html", b"<meta charset=utf-16>a", "a"),
            ("text/html", b"\xe9 caf\xe9", "é café"),
            ("text/html; charset=latin1", b"\xef\xbb\xbf\xc3\xa9", "é"),
            ("text/html; charset=nonsense", "é".as_bytes(), "é"),
            ("text/plain; charset=utf-16le", b"a\0\n\0b\0", "a\nb"),
        ];
        for (header, body, wanted) in cases {
            let format = Format::from_content_type(header).unwrap();
            assert_eq!(format.read(body).text, wanted, "{header}");
        }
    }

    #[test]
    fn a_plain_text_keeps_its_lines_and_its_angle_brackets() {
        let page = Format::from_content_type("Text/Plain").unwrap().read(b"  a <b>\r\n\r\nc & d\n");
        assert_eq!(page, Page { title: None, text: "a <b>\nc & d".to_owned() });
    }

    #[test]
    fn a_media_type_that_is_not_read_is_named_without_surprises() {
        let refused = |header| Format::from_content_type(header).unwrap_err();
        assert_eq!(refused("image/png"), "image/png");
        assert_eq!(refused("application/json; charset=utf-8"), "application/json");
        assert_eq!(refused(""), "no media type");
        assert_eq!(refused("text/html, text/html"), "text/htmltext/html");
        assert_eq!(refused(&format!("a/<script>\n{}", "b".repeat(500))).len(), 40);
    }

    #[test]
    fn a_hostile_page_takes_no_longer_than_a_long_one() {
        let opening = (0..20_000).map(|n| format!("<b a={n}>")).collect::<Vec<_>>().concat();
        let attributes = (0..200_000).map(|n| format!(" a{n}")).collect::<Vec<_>>().concat();
        let pages = [
            "<div>".repeat(MAX_BODY_BYTES / 5),
            format!("{}{}", "<i>".repeat(MAX_DEPTH), "</a>".repeat(MAX_BODY_BYTES / 4)),
            format!("{}{}", "<i>".repeat(MAX_DEPTH), "<p>".repeat(MAX_BODY_BYTES / 3)),
            format!("<div>{opening}</div>{}", "</div><div>x".repeat(100_000)),
            format!("<p{attributes}>"),
            "<".repeat(MAX_BODY_BYTES),
            "&".repeat(MAX_BODY_BYTES),
            format!("<!--{}", "-".repeat(MAX_BODY_BYTES)),
            format!("<script>{}", "</scrip".repeat(MAX_BODY_BYTES / 7)),
            "<meta name=og:title content=a>".repeat(MAX_BODY_BYTES / 30),
        ];
        for page in pages {
            let start = std::time::Instant::now();
            assert!(text_of(&page).len() <= page.len());
            let shown: String = page.chars().take(12).collect();
            assert!(start.elapsed().as_secs() < 5, "{shown}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_give_tidy_text(body: Vec<u8>, html: bool) {
            let text = Format { html, charset: None }.read(&body).text;
            prop_assert_eq!(text.trim(), &text);
            prop_assert!(!text.contains("\n\n") && !text.contains("  "));
        }

        #[test]
        fn any_tags_give_tidy_text(html in "(</?(p|div|li|ul|td|svg|pre|title|script|b)( hidden)?>| |a|\n|&lt;){0,40}") {
            let text = text_of(&html);
            prop_assert_eq!(text.trim(), &text);
            prop_assert!(!text.contains('>') && !text.contains("\n\n"));
        }
    }
}
