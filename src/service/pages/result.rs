//! From an assessment to what its page shows: the record in words for one reader.
//!
//! Pure: no clock, no network. The numbers of the record (score, confidences) are for reviewers and do
//! not come here; a plea for help gets contacts and nothing that looks like a judgement.

use super::{
    contact::{ContactView, contacts},
    marks::{Mark, Segment, segments, visible},
    message,
    reader::Reader,
};
use crate::{
    advice::{Advice, Contacts},
    assessment::{Assessment, Quote, State},
    policy::{Level, Policy},
    taxonomy::{ReaderLanguage, Strength, Taxonomy, TextType},
};

/// Code points of a post that its page shows: ten times an ordinary advert.
const MOST_SHOWN: usize = 12_000;

/// Characters of one quotation beside a reason.
const LONGEST_QUOTE: usize = 160;

/// What a page is made from.
#[derive(Clone, Copy, Debug)]
pub(in crate::service) struct Source<'a> {
    pub(in crate::service) text: &'a str,
    pub(in crate::service) assessment: &'a Assessment,
    pub(in crate::service) taxonomy: &'a Taxonomy,
    pub(in crate::service) policy: &'a Policy,
    pub(in crate::service) advice: &'a Advice,
    pub(in crate::service) contacts: &'a Contacts,
}

/// One assessment in the words of one reader.
#[derive(Debug)]
pub(in crate::service) struct ResultView {
    pub(in crate::service) level: Level,
    /// The level in words.
    pub(in crate::service) label: String,
    /// 1 to 4 on the ladder; none for a level that is no risk level.
    pub(in crate::service) step: Option<u8>,
    pub(in crate::service) text_type: String,
    /// Why it cannot be judged, or which part of it was; empty when there is nothing to add.
    pub(in crate::service) remark: String,
    pub(in crate::service) disguised: bool,
    pub(in crate::service) notices: Vec<NoticeView>,
    pub(in crate::service) for_reader: Vec<String>,
    pub(in crate::service) for_volunteer: Vec<String>,
    pub(in crate::service) segments: Vec<Segment>,
    pub(in crate::service) cut: bool,
    pub(in crate::service) signs: Vec<SignView>,
    pub(in crate::service) missing: Vec<Question>,
    pub(in crate::service) protective: Vec<SignView>,
    pub(in crate::service) contacts: Vec<ContactView>,
    pub(in crate::service) rules: String,
    pub(in crate::service) message: String,
    /// The ids of the signs, joined by commas, for the picture.
    pub(in crate::service) picture: String,
}

/// Something beside the level.
#[derive(Debug)]
pub(in crate::service) struct NoticeView {
    pub(in crate::service) name: String,
    pub(in crate::service) advice: Vec<String>,
    pub(in crate::service) for_volunteer: String,
}

/// A sign with its reason.
#[derive(Debug)]
pub(in crate::service) struct SignView {
    pub(in crate::service) id: String,
    /// `1`, `2` for signs, `A`, `B` for what speaks for the post.
    pub(in crate::service) label: String,
    pub(in crate::service) name: String,
    pub(in crate::service) strength: Strength,
    /// The strength in words.
    pub(in crate::service) weight: &'static str,
    pub(in crate::service) quotes: Vec<String>,
    pub(in crate::service) why: String,
    pub(in crate::service) ask: String,
    pub(in crate::service) source: String,
}

/// What the text leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::service) struct Question {
    /// The sign that is unclear; empty for what every offer should say.
    pub(in crate::service) about: String,
    pub(in crate::service) ask: String,
}

impl ResultView {
    /// Puts the record into words for `reader`.
    pub(in crate::service) fn new(source: &Source<'_>, reader: &Reader) -> Self {
        let Source { text, assessment, advice, .. } = *source;
        let level = assessment.level;
        let scored = level.rung().is_some();
        let signs = if level == Level::Distress { Vec::new() } else { signs(source, reader) };
        let protective = if scored { protective(source, reader) } else { Vec::new() };
        let marks = marks(assessment, &signs, &protective);
        let words = advice.level(level);
        let mut view = Self {
            level,
            label: words.label.clone(),
            step: level.rung().map(|rung| rung + 1),
            text_type: text_type(source, reader.language),
            remark: remark(source),
            disguised: assessment.obfuscated_tokens > 0 && scored,
            notices: notices(source, reader),
            for_reader: sentences(&words.reader_with(&advice.headings().contacts_word)),
            for_volunteer: sentences(&words.volunteer),
            segments: segments(text, &marks, MOST_SHOWN),
            cut: text.chars().nth(MOST_SHOWN).is_some(),
            missing: if scored { missing(source, reader) } else { Vec::new() },
            contacts: contacts(source.contacts, advice, reader, level, &assessment.notices),
            rules: assessment.rules.join(", "),
            picture: signs.iter().map(|sign| sign.id.as_str()).collect::<Vec<_>>().join(","),
            signs,
            protective,
            message: String::new(),
        };
        view.message = message::polite(&view, reader);
        view
    }

    /// Whether someone needs help, and nothing is to be scored.
    pub(in crate::service) fn is_plea(&self) -> bool {
        self.level == Level::Distress
    }

    /// Whether the level is on the ladder.
    pub(in crate::service) fn is_scored(&self) -> bool {
        self.step.is_some()
    }
}

/// The risk signs that are present, the strongest first.
fn signs(source: &Source<'_>, reader: &Reader) -> Vec<SignView> {
    let found = source.assessment.indicators.iter().filter(|found| found.state == State::Present);
    let mut signs: Vec<SignView> =
        found.filter_map(|found| sign(source, reader, &found.id, &found.spans)).collect();
    signs.sort_by_key(|sign| Strength::ALL.iter().position(|strength| *strength == sign.strength));
    for (at, sign) in (1..).zip(&mut signs) {
        sign.label = format!("{at}");
    }
    signs
}

fn protective(source: &Source<'_>, reader: &Reader) -> Vec<SignView> {
    let found = source.assessment.protective.iter().filter(|found| found.state == State::Present);
    let mut signs: Vec<SignView> =
        found.filter_map(|found| sign(source, reader, &found.id, &found.spans)).collect();
    for (letter, sign) in ('A'..='Z').zip(&mut signs) {
        sign.label = letter.to_string();
    }
    signs
}

fn sign(source: &Source<'_>, reader: &Reader, id: &str, spans: &[Quote]) -> Option<SignView> {
    let indicator = source.taxonomy.indicator(source.taxonomy.index(id)?);
    let words = source.advice.indicator(id)?;
    Some(SignView {
        id: id.to_owned(),
        label: String::new(),
        name: indicator.name.get(reader.language).to_owned(),
        strength: indicator.strength,
        weight: reader.words().strength(indicator.strength),
        quotes: spans.iter().map(quote).collect(),
        why: words.why.clone(),
        ask: words.ask.clone(),
        source: indicator.source.clone(),
    })
}

fn quote(quote: &Quote) -> String {
    let line = quote.text.chars().map(|c| if c == '\n' { ' ' } else { visible(c) });
    let mut line: String = line.collect();
    if let Some((at, _)) = line.char_indices().nth(LONGEST_QUOTE) {
        line.truncate(at);
        line.push('…');
    }
    line
}

/// Where each sign stands in the text.
fn marks(assessment: &Assessment, signs: &[SignView], protective: &[SignView]) -> Vec<Mark> {
    let risk = assessment.indicators.iter().map(|found| (&found.id, &found.spans));
    let speaking_for = assessment.protective.iter().map(|found| (&found.id, &found.spans));
    let places: Vec<(&String, &Vec<Quote>)> = risk.chain(speaking_for).collect();
    let mut marks = Vec::new();
    for (sign, protective) in
        signs.iter().map(|sign| (sign, false)).chain(protective.iter().map(|sign| (sign, true)))
    {
        let spans = places.iter().filter(|(id, _)| **id == sign.id).flat_map(|(_, spans)| *spans);
        marks.extend(spans.map(|span| Mark {
            start: span.start as usize,
            end: span.end as usize,
            label: sign.label.clone(),
            protective,
        }));
    }
    marks
}

fn text_type(source: &Source<'_>, language: ReaderLanguage) -> String {
    let known = TextType::from_id(&source.assessment.text_type);
    known.map_or_else(String::new, |known| {
        source.taxonomy.text_type(known).name.get(language).to_owned()
    })
}

fn remark(source: &Source<'_>) -> String {
    let assessment = source.assessment;
    if let Some(reason) = &assessment.reason {
        return source.advice.reason(reason).unwrap_or_default().to_owned();
    }
    let question = assessment.text_type == TextType::QuestionAboutAd.id();
    if question && assessment.level.rung().is_some() {
        return format!("{}.", source.advice.headings().quoted);
    }
    String::new()
}

fn notices(source: &Source<'_>, reader: &Reader) -> Vec<NoticeView> {
    let ids = &source.assessment.notices;
    let view = |id: &String| {
        let words = source.advice.notice(id)?;
        let name = source.policy.notice(id)?.name.get(reader.language).to_owned();
        let for_volunteer = words.volunteer.clone();
        Some(NoticeView { name, advice: sentences(&words.reader), for_volunteer })
    };
    ids.iter().filter_map(view).collect()
}

/// What the reader should ask: the unclear signs first, then what every offer should say and this one does not.
fn missing(source: &Source<'_>, reader: &Reader) -> Vec<Question> {
    let unclear = source.assessment.indicators.iter().filter(|found| found.state == State::Unclear);
    let mut questions: Vec<Question> = unclear
        .filter_map(|found| {
            let about = source.taxonomy.indicator(source.taxonomy.index(&found.id)?);
            let ask = source.advice.indicator(&found.id)?.ask.clone();
            Some(Question { about: about.name.get(reader.language).to_owned(), ask })
        })
        .collect();
    questions.extend(
        unsaid(source.assessment, reader)
            .into_iter()
            .map(|ask| Question { about: String::new(), ask: ask.to_owned() }),
    );
    questions
}

/// The plain questions that the text leaves unanswered.
fn unsaid(assessment: &Assessment, reader: &Reader) -> Vec<&'static str> {
    let words = &reader.words().result;
    let says = |id: &str| {
        assessment.protective.iter().any(|found| found.id == id && found.state == State::Present)
    };
    let abroad = leaves_the_country(assessment, reader);
    let asked = [
        (!says("named_verifiable_employer"), &words.question_employer),
        (assessment.places.is_empty(), &words.question_place),
        (assessment.pay.is_none(), &words.question_pay),
        (abroad && !says("licensed_agency_number"), &words.question_licence),
        (abroad && !says("proper_work_visa_and_contract"), &words.question_visa),
        (!says("proper_work_visa_and_contract"), &words.question_contract),
        (abroad && !says("no_fee_statement"), &words.question_fee),
    ];
    asked.into_iter().filter(|(open, _)| *open).map(|(_, ask)| ask.as_str()).collect()
}

/// Whether the text speaks of work outside the reader's country, as far as the record tells.
fn leaves_the_country(assessment: &Assessment, reader: &Reader) -> bool {
    let kinds = assessment.indicators.iter().filter_map(|found| found.kind.as_deref());
    let abroad = kinds.into_iter().any(|kind| kind == "OVERSEAS" || kind == "SCAM_HUB");
    abroad || assessment.places.iter().any(|place| place.country != reader.country)
}

/// A paragraph as the short lines that a phone shows better.
pub(in crate::service) fn sentences(paragraph: &str) -> Vec<String> {
    paragraph.split_inclusive(". ").map(|sentence| sentence.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_shown_by_the_sentence_and_an_address_stays_whole() {
        let lines = sentences("Cek di siskop2mi.bp2mi.go.id dulu. Jangan bayar.");
        assert_eq!(lines, ["Cek di siskop2mi.bp2mi.go.id dulu.", "Jangan bayar."]);
    }

    #[test]
    fn a_long_quotation_is_cut_and_stays_on_one_line() {
        let long = Quote { start: 0, end: 400, text: "a\n".repeat(200) };
        let shown = quote(&long);
        assert_eq!(shown.chars().count(), LONGEST_QUOTE + 1);
        assert!(!shown.contains('\n') && shown.ends_with('…'));
    }
}
