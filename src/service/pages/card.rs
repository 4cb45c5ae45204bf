//! The picture to share: a level and the names of signs, drawn as SVG and turned into PNG.
//!
//! It is made from a level and ids of indicators alone, which is all that its address holds. So it cannot carry a
//! name, a number or a word of anybody's post, whoever makes the address.

use std::sync::{Arc, LazyLock};

use askama::Template;
use axum::{
    extract::{RawQuery, State as Shared},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{self, fontdb},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{reader::Reader, signs::not_found, words::Card};
use crate::{policy::Level, service::state::State};

/// Signs that are named; the others are counted.
const MOST_SIGNS: usize = 6;

/// Pictures drawn at once: one takes some 20 ms of a core.
const AT_ONCE: usize = 2;

/// Characters of a line at the size of the signs, and of the level.
const LINE: usize = 50;
const LABEL_LINE: usize = 22;

/// A line of text at its place.
#[derive(Debug, Default, PartialEq, Eq)]
struct Line {
    text: String,
    x: u32,
    y: u32,
    size: u32,
    bold: bool,
    soft: bool,
    bullet: bool,
}

/// One of the four bars of the meter.
#[derive(Debug)]
struct Bar {
    x: u32,
    on: bool,
}

#[derive(Template)]
#[template(path = "service/pages/card.svg")]
struct Drawing<'a> {
    heading: &'a str,
    level: Level,
    ground: &'static str,
    ink: &'static str,
    label: Vec<Line>,
    level_height: u32,
    shape_top: u32,
    bars: Vec<Bar>,
    bars_top: u32,
    lines: Vec<Line>,
    height: u32,
}

impl<'a> Drawing<'a> {
    fn new(words: &'a Card, level: Level, label: &str, names: &[&str]) -> Self {
        let label = wrapped(label, LABEL_LINE);
        let rows = u32::try_from(label.len()).unwrap_or(1);
        let level_height = (rows * 68 + 130).max(200);
        let (ground, ink) = colours(level);
        let line =
            |(text, row): (String, u32)| Line { text, y: 152 + 84 + row * 68, ..Line::default() };
        let mut drawing = Self {
            heading: &words.heading,
            level,
            ground,
            ink,
            label: label.into_iter().zip(0..).map(line).collect(),
            level_height,
            shape_top: 152 + (level_height - 144) / 2,
            bars: (0..4).map(|n| Bar { x: 272 + n * 104, on: on(level, n) }).collect(),
            bars_top: 152 + level_height - 66,
            lines: Vec::new(),
            height: 152 + level_height + 76,
        };
        drawing.write(words, names);
        drawing
    }

    fn write(&mut self, words: &Card, names: &[&str]) {
        if names.is_empty() {
            self.paragraph(&words.none, false, false);
        } else {
            self.paragraph(&words.signs, true, false);
        }
        for name in names.iter().take(MOST_SIGNS) {
            self.bullet(name);
        }
        if let Some(rest) = names.len().checked_sub(MOST_SIGNS).filter(|rest| *rest > 0) {
            self.bullet(&words.more.replace("{n}", &rest.to_string()));
        }
        self.height += 24;
        self.paragraph(&words.ask, true, false);
        self.height += 12;
        self.paragraph(&words.foot, false, true);
        self.height += 10;
    }

    fn bullet(&mut self, text: &str) {
        for (at, text) in wrapped(text, LINE - 2).into_iter().enumerate() {
            let y = self.height;
            self.lines.push(Line { text, x: 90, y, size: 36, bullet: at == 0, ..Line::default() });
            self.height += 50;
        }
    }

    fn paragraph(&mut self, text: &str, bold: bool, soft: bool) {
        let size = if soft { 30 } else { 38 };
        for text in wrapped(text, if soft { LINE + 10 } else { LINE - 4 }) {
            let y = self.height;
            self.lines.push(Line { text, x: 44, y, size, bold, soft, bullet: false });
            self.height += size + 16;
        }
    }
}

fn on(level: Level, bar: u32) -> bool {
    level.rung().is_some_and(|rung| bar <= u32::from(rung))
}

/// Ground and ink, those of the stylesheet in the light.
fn colours(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::Elevated => ("#ffe39a", "#463200"),
        Level::High => ("#ffb890", "#521800"),
        Level::Critical => ("#7a0b3a", "#ffffff"),
        _ => ("#dfe7ee", "#22384c"),
    }
}

/// `text` in lines of at most `most` characters, broken between words.
fn wrapped(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("it begins with one");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > most {
            lines.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(include_bytes!("fonts/noto-sans-400.ttf").to_vec());
    fonts.load_font_data(include_bytes!("fonts/noto-sans-700.ttf").to_vec());
    fonts.set_sans_serif_family("Noto Sans");
    Arc::new(fonts)
});

/// Turns a drawing of ours into PNG; none if there is no memory for it.
fn png(svg: &str) -> Option<Vec<u8>> {
    let options = usvg::Options {
        fontdb: Arc::clone(&FONTS),
        font_family: "Noto Sans".to_owned(),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options).ok()?;
    let size = tree.size().to_int_size();
    let mut pixels = Pixmap::new(size.width(), size.height())?;
    resvg::render(&tree, Transform::default(), &mut pixels.as_mut());
    pixels.encode_png().ok()
}

static DRAWING: Semaphore = Semaphore::const_new(AT_ONCE);

/// `GET /card.png?lang=…&level=…&signs=a,b`.
pub(super) async fn card(
    Shared(state): Shared<Arc<State>>,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let Some(svg) = drawing(&state, &reader, &query) else {
        return not_found(reader);
    };
    let Ok(held) = DRAWING.try_acquire() else {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    };
    let drawn = spawn_blocking(move || {
        let _held = held;
        png(&svg)
    });
    match drawn.await {
        Ok(Some(picture)) => {
            let headers = [
                (header::CONTENT_TYPE, "image/png"),
                (header::CONTENT_DISPOSITION, "inline; filename=\"waspada.png\""),
                (header::CACHE_CONTROL, "public, max-age=86400"),
            ];
            (headers, picture).into_response()
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The drawing for a query; none without a level of the ladder. Unknown signs are passed over.
fn drawing(state: &State, reader: &Reader, query: &str) -> Option<String> {
    let mut level = None;
    let mut names = Vec::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "level" => level = Level::from_id(&value).filter(|level| level.rung().is_some()),
            "signs" => {
                let ids = value.split(',').take(64).filter_map(|id| state.taxonomy().index(id));
                let signs = ids.map(|index| state.taxonomy().indicator(index));
                names = signs.map(|sign| sign.name.get(reader.language)).collect();
            }
            _ => {}
        }
    }
    let level = level?;
    names.dedup();
    let label = &state.advice(reader.language).level(level).label;
    Drawing::new(&reader.words().card, level, label, &names).render().ok()
}

#[cfg(test)]
mod tests {
    use super::{super::words::words, *};
    use crate::taxonomy::ReaderLanguage;

    #[test]
    fn a_picture_is_drawn_for_each_level_and_language() {
        for language in ReaderLanguage::ALL {
            for level in [Level::Low, Level::Elevated, Level::High, Level::Critical] {
                let names = ["Biaya di muka", "<script>&", "Jalur tidak resmi"].repeat(4);
                let drawing = Drawing::new(&words(language).card, level, "Tanda", &names);
                let svg = drawing.render().unwrap();
                assert!(!svg.contains("<script"));
                let picture = png(&svg).unwrap();
                assert!(picture.starts_with(b"\x89PNG") && picture.len() < 150_000);
            }
        }
    }

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(wrapped("satu dua tiga", 8), ["satu dua", "tiga"]);
        assert_eq!(wrapped("", 8), [""]);
    }
}
