//! Disguises: every way of specification section 10 to hide words, and some of our own, at
//! several strengths.

use serde::{Deserialize, Serialize};

use super::{super::bootstrap::Generator, Subject};
use crate::{
    assessment::{Assessment, State},
    labels::LabeledPost,
    policy::Level,
};

/// Shares of the words that are disguised.
pub const STRENGTHS: [f64; 3] = [0.2, 0.5, 1.0];

/// A way to disguise a word.
#[derive(Clone, Copy, Debug)]
pub struct Disguise {
    /// What it is called.
    pub name: &'static str,
    /// Whether the record must stay the same: the normaliser takes it off without a guess.
    pub is_promised: bool,
    /// The word in disguise. The word has at least three letters or digits.
    pub word: fn(&str) -> String,
}

/// All of them: the first eight leave no trace on the normalised view, the rest cost something.
pub const DISGUISES: [Disguise; 18] = [
    promised("zero_width", zero_width),
    promised("look_alike", look_alike),
    promised("full_width", full_width),
    promised("bold", |word| styled(word, '𝐚', '𝐀')),
    promised("script", |word| styled(word, '𝓪', '𝓐')),
    promised("circled", |word| styled(word, 'ⓐ', 'Ⓐ')),
    promised("marks", |word| between(word, "\u{0336}")),
    promised("keycaps", keycaps),
    guessed("leet", leet),
    guessed("repeated", repeated),
    guessed("spaced", |word| between(word, " ")),
    guessed("dotted", |word| between(word, ".")),
    guessed("slang", slang),
    guessed("starred", starred),
    guessed("hyphened", hyphened),
    guessed("vowels_dropped", vowels_dropped),
    guessed("swapped", swapped),
    guessed("hashtag", |word| format!("#{word}")),
];

const fn promised(name: &'static str, word: fn(&str) -> String) -> Disguise {
    Disguise { name, is_promised: true, word }
}

const fn guessed(name: &'static str, word: fn(&str) -> String) -> Disguise {
    Disguise { name, is_promised: false, word }
}

/// What a disguise did to the posts that should be raised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvasionReport {
    /// The disguise.
    pub name: String,
    /// Whether the record must stay the same.
    pub is_promised: bool,
    /// Share of the words that were disguised.
    pub strength: f64,
    /// How many posts.
    pub posts: u64,
    /// Found at elevated or above without the disguise.
    pub found_plain: u64,
    /// Found with it.
    pub found: u64,
    /// Posts whose level and present indicators are the same.
    pub same: u64,
    /// Posts with the same score to the last of six decimals.
    pub same_score: u64,
}

pub(super) fn run(subject: &dyn Subject, posts: &[&LabeledPost]) -> Vec<EvasionReport> {
    let plain: Vec<Assessment> = posts.iter().map(|post| subject.assess(&post.text)).collect();
    let raised = |found: &Assessment| found.level.rung() >= Level::Elevated.rung();
    let tries = DISGUISES.iter().flat_map(|way| STRENGTHS.map(|strength| (way, strength)));
    tries
        .map(|(disguise, strength)| {
            let mut report = EvasionReport {
                name: disguise.name.to_owned(),
                is_promised: disguise.is_promised,
                strength,
                posts: posts.len() as u64,
                found_plain: plain.iter().filter(|found| raised(found)).count() as u64,
                found: 0,
                same: 0,
                same_score: 0,
            };
            for (post, plain) in posts.iter().zip(&plain) {
                let found = subject.assess(&disguise.text(&post.text, strength));
                report.found += u64::from(raised(&found));
                report.same += u64::from(outcome(&found) == outcome(plain));
                report.same_score += u64::from((found.score - plain.score).abs() < 5e-7);
            }
            report
        })
        .collect()
}

/// What a reader would notice.
fn outcome(found: &Assessment) -> (Level, Vec<&str>) {
    let risks = found.indicators.iter().map(|found| (found.id.as_str(), found.state));
    let claims = found.protective.iter().map(|found| (found.id.as_str(), found.state));
    let present = risks.chain(claims).filter(|(_, state)| *state == State::Present);
    (found.level, present.map(|(id, _)| id).collect())
}

impl Disguise {
    /// `text` with a share `strength` of its words in disguise; the same words every time.
    ///
    /// Links and addresses are left alone: in disguise they would not work.
    pub fn text(&self, text: &str, strength: f64) -> String {
        let mut generator = Generator::new(text.len() as u64);
        text.split_inclusive(char::is_whitespace)
            .map(|piece| {
                let word = piece.trim_end_matches(char::is_whitespace);
                let space = piece.get(word.len()..).unwrap_or_default();
                let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
                let is_link = word.contains(['/', '@']);
                let is_chosen = (generator.below(1000) as f64) < strength * 1000.0;
                if letters < 3 || is_link || !is_chosen {
                    return piece.to_owned();
                }
                (self.word)(word) + space
            })
            .collect()
    }
}

/// `between` after every letter that has another behind it.
fn between(word: &str, between: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut out = String::new();
    for (at, c) in letters.iter().enumerate() {
        out.push(*c);
        let next = letters.get(at + 1).copied().unwrap_or(' ');
        if c.is_ascii_alphabetic() && next.is_ascii_alphabetic() {
            out.push_str(between);
        }
    }
    out
}

/// Something that cannot be seen after every letter but the last.
fn zero_width(word: &str) -> String {
    const UNSEEN: [&str; 4] = ["\u{200b}", "\u{200c}", "\u{2060}", "\u{feff}"];
    between(word, UNSEEN[word.len() % UNSEEN.len()])
}

/// Every second letter that has a twin in the Cyrillic or Greek alphabet becomes that twin, by turns.
fn look_alike(word: &str) -> String {
    const LATIN: &str = "aceijopsxyABEKMOPTaikopvABEIKMNT";
    const TWINS: &str = "асеіјорѕхуАВЕКМОРТαικορνΑΒΕΙΚΜΝΤ";
    const CYRILLIC: usize = 18;
    let twins: Vec<(char, char)> = LATIN.chars().zip(TWINS.chars()).collect();
    let twin = |table: &[(char, char)], c: char| {
        table.iter().find(|(latin, _)| *latin == c).map(|(_, twin)| *twin)
    };
    let mut seen = 0;
    let disguise = |c: char| {
        let (cyrillic, greek) = (twin(&twins[..CYRILLIC], c), twin(&twins[CYRILLIC..], c));
        if cyrillic.or(greek).is_none() {
            return c;
        }
        seen += 1;
        match seen % 4 {
            1 => cyrillic.or(greek).unwrap_or(c),
            3 => greek.or(cyrillic).unwrap_or(c),
            _ => c,
        }
    };
    word.chars().map(disguise).collect()
}

/// Letters, digits and signs as wide as a Chinese character.
fn full_width(word: &str) -> String {
    word.chars().map(|c| if c.is_ascii_graphic() { moved(c, '!', '！') } else { c }).collect()
}

/// Letters of another alphabet of Unicode that begins at `small` and `capital`.
fn styled(word: &str, small: char, capital: char) -> String {
    let disguise = |c: char| match c {
        'a'..='z' => moved(c, 'a', small),
        'A'..='Z' => moved(c, 'A', capital),
        other => other,
    };
    word.chars().map(disguise).collect()
}

/// The character that is as far from `to` as `c` is from `from`.
fn moved(c: char, from: char, to: char) -> char {
    char::from_u32(u32::from(c) - u32::from(from) + u32::from(to)).unwrap_or(c)
}

/// Digits as keys of a telephone.
fn keycaps(word: &str) -> String {
    let key = |c: char| {
        if c.is_ascii_digit() { format!("{c}\u{fe0f}\u{20e3}") } else { c.to_string() }
    };
    word.chars().map(key).collect()
}

/// Digits for letters inside a word that has no digit.
fn leet(word: &str) -> String {
    if word.chars().any(|c| c.is_ascii_digit()) {
        return word.to_owned();
    }
    let digit = |(at, c): (usize, char)| match c.to_ascii_lowercase() {
        'a' if at > 0 => '4',
        'e' if at > 0 => '3',
        'i' if at > 0 => '1',
        'o' if at > 0 => '0',
        _ => c,
    };
    word.chars().enumerate().map(digit).collect()
}

/// The last letter said long.
fn repeated(word: &str) -> String {
    let last = word.char_indices().rfind(|(_, c)| c.is_ascii_alphabetic());
    let Some((at, c)) = last else { return word.to_owned() };
    let (before, after) = word.split_at(at + 1);
    format!("{before}{}{after}", c.to_string().repeat(3))
}

/// The first vowel inside as a star.
fn starred(word: &str) -> String {
    let mut done = false;
    let star = |(at, c): (usize, char)| {
        if at > 0 && !done && "aiueo".contains(c.to_ascii_lowercase()) {
            done = true;
            return '*';
        }
        c
    };
    word.chars().enumerate().map(star).collect()
}

/// Cut after the second letter that is followed by a consonant and a vowel.
fn hyphened(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let is_vowel = |at: usize| {
        letters.get(at).is_some_and(|c: &char| "aiueo".contains(c.to_ascii_lowercase()))
    };
    let is_letter = |at: usize| letters.get(at).is_some_and(char::is_ascii_alphabetic);
    let cut = (2..letters.len()).find(|at| is_letter(*at) && !is_vowel(*at) && is_vowel(at + 1));
    let Some(cut) = cut.filter(|cut| is_letter(cut - 1)) else { return word.to_owned() };
    letters.iter().enumerate().fold(String::new(), |mut out, (at, c)| {
        if at == cut {
            out.push('-');
        }
        out.push(*c);
        out
    })
}

/// Without the vowels inside, as in a hasty message.
fn vowels_dropped(word: &str) -> String {
    let last = word.chars().count().saturating_sub(1);
    let keeps = |(at, c): &(usize, char)| {
        *at == 0 || *at == last || !"aiueo".contains(c.to_ascii_lowercase())
    };
    word.chars().enumerate().filter(keeps).map(|(_, c)| c).collect()
}

/// Two letters in the middle change places, as when typing fast.
fn swapped(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    let plain = |at: usize| letters.get(at).is_some_and(char::is_ascii_alphabetic);
    if middle > 0 && plain(middle) && plain(middle - 1) && letters.len() > 4 {
        letters.swap(middle - 1, middle);
    }
    letters.into_iter().collect()
}

/// The short forms of specification section 10.
fn slang(word: &str) -> String {
    const FORMS: [(&str, &str); 22] = [
        ("lowongan", "loker"),
        ("kerja", "krj"),
        ("bekerja", "bkrj"),
        ("gaji", "gj"),
        ("jawatan", "jwtn"),
        ("kosong", "ksg"),
        ("pegawai", "pgwi"),
        ("tiket", "tkt"),
        ("paspor", "psprt"),
        ("asrama", "mess"),
        ("juta", "jt"),
        ("yang", "yg"),
        ("dengan", "dgn"),
        ("untuk", "utk"),
        ("belum", "blm"),
        ("sudah", "udh"),
        ("tidak", "gak"),
        ("ditanggung", "dtnggung"),
        ("hubungi", "hub"),
        ("orang", "org"),
        ("bulan", "bln"),
        ("langsung", "lgsg"),
    ];
    let lower = word.to_lowercase();
    let core = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let form = FORMS.iter().find(|(long, _)| *long == core);
    form.map_or_else(|| word.to_owned(), |(long, short)| lower.replace(long, short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_disguise_is_what_it_is_called() {
        let seen: Vec<String> = DISGUISES.iter().map(|way| (way.word)("Kerja15")).collect();
        assert_eq!(seen[0].matches('\u{feff}').count(), 4, "after four of five letters");
        assert_eq!(seen[1].chars().filter(|c| !c.is_ascii()).count(), 2, "{}", seen[1]);
        assert_eq!(seen[2..6], ["Ｋｅｒｊａ１５", "𝐊𝐞𝐫𝐣𝐚15", "𝓚𝓮𝓻𝓳𝓪15", "Ⓚⓔⓡⓙⓐ15"]);
        let way = |name: &str| DISGUISES.iter().find(|way| way.name == name).unwrap().word;
        assert_eq!(way("leet")("kamboja"), "k4mb0j4");
        assert_eq!(way("repeated")("gaji,"), "gajiiii,");
        assert_eq!(way("spaced")("gaji"), "g a j i");
        assert_eq!(way("starred")("kamboja"), "k*mboja");
        assert_eq!(way("hyphened")("kamboja"), "kam-boja");
        assert_eq!(way("vowels_dropped")("kamboja"), "kmbja");
        assert_eq!(way("swapped")("kamboja"), "kabmoja");
        assert_eq!(way("slang")("Gaji:"), "gj:");
        assert_eq!(way("keycaps")("15"), "1\u{fe0f}\u{20e3}5\u{fe0f}\u{20e3}");
    }

    #[test]
    fn strength_is_the_share_of_words_and_the_same_words_each_time() {
        let text = "satu kata demi satu kata ".repeat(40);
        let way = DISGUISES.iter().find(|way| way.name == "hashtag").unwrap();
        let share = |strength| {
            let text = way.text(&text, strength);
            assert_eq!(way.text(text.trim(), 0.0), text.trim());
            text.matches('#').count() as f64 / 200.0
        };
        assert!(share(1.0) > 0.999 && share(0.0) < 0.001);
        assert!((share(0.5) - 0.5).abs() < 0.1);
        assert_eq!(way.text("lihat wa.me/62811 itu", 1.0), "#lihat wa.me/62811 #itu");
    }
}
