//! Practice rounds: a post that was written for it, what is in it, and why, word by word.
//!
//! One JSON object a line, in the language of its post. Read once, when the service starts, and checked then: an id
//! that the taxonomy does not have, or a quotation that is not in the text, is an error with its line.

use std::{collections::BTreeMap, collections::BTreeSet};

use serde::Deserialize;

use crate::{
    policy::Level,
    taxonomy::{Indicator, ReaderLanguage, Taxonomy, TextType},
};

/// For whom a lesson or a round is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::service) enum Track {
    /// Those who help in groups and online.
    Volunteer,
    /// Officers and moderators.
    Officer,
}

impl Track {
    pub(in crate::service) const ALL: [Self; 2] = [Self::Volunteer, Self::Officer];

    /// The name in files and addresses.
    pub(in crate::service) fn id(self) -> &'static str {
        match self {
            Self::Volunteer => "volunteer",
            Self::Officer => "officer",
        }
    }

    /// The track that `id` names; the volunteers' for anything else.
    pub(in crate::service) fn from_id(id: &str) -> Self {
        if id == Self::Officer.id() { Self::Officer } else { Self::Volunteer }
    }
}

/// Words of a round's post, and what they show.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct Quoted {
    pub(in crate::service) quote: String,
    pub(in crate::service) why: String,
}

/// A sign that is in a round's post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::service) struct RoundSign {
    /// Its id in the taxonomy.
    pub(in crate::service) id: String,
    pub(in crate::service) quotes: Vec<Quoted>,
}

/// One post to practise on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::service) struct Round {
    pub(in crate::service) id: String,
    /// The tracks it is for.
    pub(in crate::service) tracks: Vec<Track>,
    /// From 1 to 3.
    pub(in crate::service) difficulty: u8,
    pub(in crate::service) text: String,
    pub(in crate::service) language: ReaderLanguage,
    pub(in crate::service) text_type: TextType,
    pub(in crate::service) level: Level,
    /// Risk signs, in the order of the taxonomy.
    pub(in crate::service) signs: Vec<RoundSign>,
    /// What speaks for the post, in the order of the taxonomy.
    pub(in crate::service) protective: Vec<RoundSign>,
    /// What the text leaves open: id and what to ask.
    pub(in crate::service) unclear: Vec<(String, String)>,
    /// What to take away.
    pub(in crate::service) note: String,
}

/// Why a file of rounds cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct RoundError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: String,
    track: String,
    difficulty: u8,
    text: String,
    lang: String,
    #[serde(rename = "type")]
    text_type: String,
    level: String,
    #[serde(default)]
    ind: BTreeMap<String, Vec<Quoted>>,
    #[serde(default)]
    prot: BTreeMap<String, Vec<Quoted>>,
    #[serde(default)]
    unc: BTreeMap<String, String>,
    #[serde(default)]
    note: String,
}

/// Reads and checks a file of rounds; empty lines are passed over.
///
/// # Errors
///
/// Names the first line that is no round, with the remedy.
pub(in crate::service) fn read(text: &str, taxonomy: &Taxonomy) -> Result<Vec<Round>, RoundError> {
    let mut seen = BTreeSet::new();
    let mut rounds = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        if content.trim().is_empty() {
            continue;
        }
        let fault = |reason: String| RoundError { line, reason };
        let raw: Raw = serde_json::from_str(content).map_err(|error| {
            fault(format!("{error}; a round is one JSON object, as docs/learn.md shows"))
        })?;
        if !seen.insert(raw.id.clone()) {
            return Err(fault(format!("the id `{}` is used twice; rename one", raw.id)));
        }
        rounds.push(round(raw, taxonomy).map_err(fault)?);
    }
    Ok(rounds)
}

fn round(raw: Raw, taxonomy: &Taxonomy) -> Result<Round, String> {
    if raw.text.trim().is_empty() {
        return Err("the text is empty; write the post to practise on".to_owned());
    }
    if !(1..=3).contains(&raw.difficulty) {
        return Err(format!("difficulty {} is not 1, 2 or 3", raw.difficulty));
    }
    let text_type = TextType::from_id(&raw.text_type)
        .ok_or_else(|| format!("unknown type `{}`; use an id of [[text_types]]", raw.text_type))?;
    let level = Level::from_id(&raw.level)
        .ok_or_else(|| format!("unknown level `{}`; use one such as `high`", raw.level))?;
    check_level(text_type, level, taxonomy)?;
    Ok(Round {
        tracks: tracks(&raw.track)?,
        difficulty: raw.difficulty,
        language: raw.lang.parse().map_err(|error| format!("{error}"))?,
        text_type,
        level,
        signs: signs(raw.ind, &raw.text, taxonomy, false)?,
        protective: signs(raw.prot, &raw.text, taxonomy, true)?,
        unclear: unclear(raw.unc, taxonomy)?,
        note: raw.note,
        id: raw.id,
        text: raw.text,
    })
}

fn tracks(name: &str) -> Result<Vec<Track>, String> {
    match name {
        "volunteer" => Ok(vec![Track::Volunteer]),
        "officer" => Ok(vec![Track::Officer]),
        "both" => Ok(Track::ALL.into()),
        other => Err(format!("unknown track `{other}`; write `volunteer`, `officer` or `both`")),
    }
}

/// A plea is distress, and what is no offer has no level: a round that said otherwise would teach harm.
fn check_level(text_type: TextType, level: Level, taxonomy: &Taxonomy) -> Result<(), String> {
    let plea = text_type == TextType::HelpRequest;
    let fits = match level {
        Level::Distress => plea,
        Level::NotScored => !plea && !taxonomy.text_type(text_type).scored,
        Level::InsufficientText => true,
        _ => taxonomy.text_type(text_type).scored,
    };
    if fits {
        return Ok(());
    }
    Err(format!("a `{}` cannot be at level `{level}`; correct one of them", text_type.id()))
}

fn known<'a>(id: &str, taxonomy: &'a Taxonomy) -> Result<&'a Indicator, String> {
    let index = taxonomy.index(id);
    let index =
        index.ok_or_else(|| format!("unknown indicator `{id}`; use an id of /indicators"))?;
    Ok(taxonomy.indicator(index))
}

fn signs(
    raw: BTreeMap<String, Vec<Quoted>>,
    text: &str,
    taxonomy: &Taxonomy,
    protective: bool,
) -> Result<Vec<RoundSign>, String> {
    let mut signs = Vec::new();
    for (key, quotes) in raw {
        let (id, kind) = key.split_once(':').map_or((&*key, None), |(id, kind)| (id, Some(kind)));
        let indicator = known(id, taxonomy)?;
        if indicator.is_protective() != protective {
            return Err(format!(
                "`{id}` stands on the wrong side; move it between `ind` and `prot`"
            ));
        }
        if let Some(kind) = kind.filter(|kind| !indicator.has_kind(kind)) {
            return Err(format!("`{id}` has no kind `{kind}`"));
        }
        if let Some(missing) = quotes.iter().find(|quoted| !text.contains(&quoted.quote)) {
            let quote = &missing.quote;
            return Err(format!("“{quote}” of `{id}` is not in the text; quote it to the letter"));
        }
        signs.push(RoundSign { id: id.to_owned(), quotes });
    }
    signs.sort_by_key(|sign| taxonomy.index(&sign.id));
    Ok(signs)
}

fn unclear(
    raw: BTreeMap<String, String>,
    taxonomy: &Taxonomy,
) -> Result<Vec<(String, String)>, String> {
    for id in raw.keys() {
        known(id, taxonomy)?;
    }
    Ok(raw.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUND: &str = r#"{"id":"x","track":"both","difficulty":1,"text":"Bayar 4 juta dulu","lang":"id","type":"recruitment_ad","level":"low","ind":{"upfront_fee":[{"quote":"4 juta","why":"Uang di muka."}]}}"#;

    fn taxonomy() -> Taxonomy {
        Taxonomy::from_toml(include_str!("../../../models/domain/taxonomy.toml")).unwrap()
    }

    fn fault(from: &str, to: &str) -> String {
        let text = format!("{ROUND}\n\n{}", ROUND.replace("\"x\"", "\"y\"").replace(from, to));
        read(&text, &taxonomy()).unwrap_err().to_string()
    }

    #[test]
    fn a_wrong_line_is_named_with_what_to_do() {
        let cases = [
            ("\"y\"", "\"x\"", "line 3: the id `x` is used twice; rename one"),
            ("4 juta\",", "5 juta\",", "line 3: “5 juta” of `upfront_fee` is not in the text"),
            ("upfront_fee", "fee", "line 3: unknown indicator `fee`; use an id of /indicators"),
            ("upfront_fee", "no_fee_statement", "`no_fee_statement` stands on the wrong side"),
            ("upfront_fee", "upfront_fee:HUGE", "`upfront_fee` has no kind `HUGE`"),
            ("\"low\"", "\"distress\"", "a `recruitment_ad` cannot be at level `distress`"),
            ("\"low\"", "\"lowest\"", "unknown level `lowest`"),
            ("both", "all", "unknown track `all`; write `volunteer`, `officer` or `both`"),
            ("\"difficulty\":1", "\"difficulty\":7", "difficulty 7 is not 1, 2 or 3"),
            (
                "\"id\",\"type\"",
                "\"fr\",\"type\"",
                "unknown language `fr`; write `id`, `ms` or `en`",
            ),
            ("Bayar 4 juta dulu", " ", "the text is empty"),
            ("{", "[", "as docs/learn.md shows"),
        ];
        for (from, to, expected) in cases {
            let found = fault(from, to);
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn a_plea_for_help_is_never_given_a_level_of_risk() {
        let text = ROUND.replace("recruitment_ad", "help_request");
        assert!(read(&text, &taxonomy()).is_err());
    }
}
