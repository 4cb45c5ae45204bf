//! The report of one post for people: level, marked words, why, what to ask, whom to call.

use std::fmt::{self, Display, Formatter, Write as _};

use crate::{
    advice::{Advice, Contact, Contacts, Status},
    assessment::{Assessment, Quote, State},
    policy::{Level, Policy},
    post::Post,
    taxonomy::{ReaderLanguage, Taxonomy, TextType},
};

/// Everything a report is made of.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub(super) post: &'a Post,
    pub(super) assessment: &'a Assessment,
    pub(super) taxonomy: &'a Taxonomy,
    pub(super) policy: &'a Policy,
    pub(super) advice: &'a Advice,
    pub(super) contacts: &'a Contacts,
    pub(super) language: ReaderLanguage,
    /// `ID`, `MY` or `SG`.
    pub(super) country: &'a str,
    /// Whether ANSI colours are understood.
    pub(super) color: bool,
}

const BOLD: &str = "1";
const MARK: &str = "1;30;43";
const DIM: &str = "2";

impl Display for Report<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.level(f)?;
        self.marked_text(f)?;
        self.found(f)?;
        self.unclear(f)?;
        self.protective(f)?;
        self.notices(f)?;
        self.what_to_do(f)?;
        self.whom_to_call(f)?;
        writeln!(f, "\n{}", self.paint(DIM, &self.advice.headings().not_a_verdict))
    }
}

impl Report<'_> {
    fn paint(&self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn heading(&self, f: &mut Formatter<'_>, text: &str) -> fmt::Result {
        writeln!(f, "\n{}", self.paint(BOLD, text))
    }

    fn level(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let headings = self.advice.headings();
        let level = self.assessment.level;
        let label = format!(" {} ", self.advice.level(level).label);
        writeln!(
            f,
            "{}: {} ({})",
            headings.level,
            self.paint(color_of(level), &label),
            level.id()
        )?;
        if let Some(text_type) = TextType::from_id(&self.assessment.text_type) {
            let entry = self.taxonomy.text_type(text_type);
            writeln!(f, "{}: {}", headings.text_type, entry.name.get(self.language))?;
            if text_type == TextType::QuestionAboutAd && level.rung().is_some() {
                writeln!(f, "{}.", headings.quoted)?;
            }
        }
        if let Some(reason) = self.assessment.reason.as_deref().and_then(|r| self.advice.reason(r))
        {
            writeln!(f, "{reason}")?;
        }
        let rules: Vec<&str> = self.assessment.rules.iter().map(String::as_str).collect();
        if !rules.is_empty() {
            writeln!(f, "{}: {}", headings.rules, rules.join(", "))?;
        }
        Ok(())
    }

    /// The post with the words of present indicators marked: by colour, or by brackets without.
    fn marked_text(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let present = self.assessment.indicators.iter().filter(|i| i.state == State::Present);
        let mut marks: Vec<(u32, u32)> =
            present.flat_map(|i| &i.spans).map(|quote| (quote.start, quote.end)).collect();
        marks.sort_unstable();
        if marks.is_empty() {
            return Ok(());
        }
        let mut line = String::new();
        for (at, c) in (0_u32..).zip(self.post.text.chars()) {
            let inside = |at: u32| marks.iter().any(|(start, end)| (*start..*end).contains(&at));
            let (opens, closes) = if self.color {
                (format!("\u{1b}[{MARK}m"), "\u{1b}[0m".to_owned())
            } else {
                ("[".to_owned(), "]".to_owned())
            };
            let before = at > 0 && inside(at - 1);
            match (before, inside(at)) {
                (false, true) => line.push_str(&opens),
                (true, false) => line.push_str(&closes),
                _ => {}
            }
            line.push(shown(c));
            if inside(at) && at + 1 == self.length() {
                line.push_str(&closes);
            }
        }
        writeln!(f, "\n{}", indent(&line, "  "))
    }

    fn length(&self) -> u32 {
        u32::try_from(self.post.text.chars().count()).unwrap_or(u32::MAX)
    }

    fn found(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let headings = self.advice.headings();
        let present: Vec<_> =
            self.assessment.indicators.iter().filter(|i| i.state == State::Present).collect();
        if present.is_empty() {
            // Where nothing was scored, nothing was looked for.
            if self.assessment.level.rung().is_some() {
                writeln!(f, "\n{}", headings.nothing_found)?;
            }
            return Ok(());
        }
        self.heading(f, &headings.found)?;
        for indicator in present {
            writeln!(f, "\n• {}", self.paint(BOLD, self.name(&indicator.id)))?;
            writeln!(f, "  {}: {}", headings.place, quotes(&indicator.spans))?;
            if let Some(words) = self.advice.indicator(&indicator.id) {
                writeln!(f, "  {}: {}", headings.why, words.why)?;
                writeln!(f, "  {}: {}", headings.ask, words.ask)?;
            }
        }
        Ok(())
    }

    fn unclear(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let unclear: Vec<_> =
            self.assessment.indicators.iter().filter(|i| i.state == State::Unclear).collect();
        if unclear.is_empty() {
            return Ok(());
        }
        self.heading(f, &self.advice.headings().unclear)?;
        for indicator in unclear {
            let ask = self.advice.indicator(&indicator.id).map_or("", |words| words.ask.as_str());
            writeln!(f, "? {}. {ask}", self.name(&indicator.id))?;
        }
        Ok(())
    }

    fn protective(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let present: Vec<_> =
            self.assessment.protective.iter().filter(|p| p.state == State::Present).collect();
        if present.is_empty() {
            return Ok(());
        }
        self.heading(f, &self.advice.headings().protective)?;
        for protective in present {
            let ask = self.advice.indicator(&protective.id).map_or("", |words| words.ask.as_str());
            let name = self.name(&protective.id);
            writeln!(f, "+ {name}: {}. {ask}", quotes(&protective.spans))?;
        }
        Ok(())
    }

    fn notices(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for id in &self.assessment.notices {
            let name = self.policy.notice(id).map_or(id.as_str(), |n| n.name.get(self.language));
            self.heading(f, &format!("{}: {name}", self.advice.headings().notices))?;
            if let Some(words) = self.advice.notice(id) {
                writeln!(f, "{}", words.reader)?;
            }
        }
        Ok(())
    }

    fn what_to_do(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let headings = self.advice.headings();
        self.heading(f, &headings.advice)?;
        let words = self.advice.level(self.assessment.level);
        writeln!(f, "{}", words.reader_with(&headings.contacts_word))
    }

    fn whom_to_call(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Assessment { level, notices, .. } = self.assessment;
        let contacts = self.contacts.for_reader(self.country, *level, notices);
        if contacts.is_empty() {
            return Ok(());
        }
        self.heading(f, &self.advice.headings().call)?;
        contacts.iter().try_for_each(|contact| self.contact(f, contact))
    }

    fn contact(&self, f: &mut Formatter<'_>, contact: &Contact) -> fmt::Result {
        let ways: Vec<&str> = contact.ways.iter().map(|way| way.value.as_str()).collect();
        let headings = self.advice.headings();
        let caution = match contact.status {
            Status::Fresh => String::new(),
            Status::ReCheck => format!(" ({})", headings.recheck_contact),
            Status::Stale => format!(" ({})", headings.stale_contact),
        };
        let who = contact.who.get(self.language);
        let what_for = contact.what_for.get(self.language);
        writeln!(f, "☎ {who}, {what_for}: {}{caution}", ways.join(" · "))
    }

    fn name<'n>(&'n self, id: &'n str) -> &'n str {
        self.taxonomy.name(id, self.language)
    }
}

/// ANSI colours that also differ in brightness, for those who do not tell red from green.
fn color_of(level: Level) -> &'static str {
    match level {
        Level::Low => "30;42",
        Level::Elevated => "30;43",
        Level::High => "97;41",
        Level::Critical | Level::Distress => "1;97;45",
        Level::NotScored | Level::InsufficientText => "30;47",
    }
}

/// A post may hold terminal codes; shown as they came, they would paint the reader's screen.
fn shown(c: char) -> char {
    if c.is_control() && c != '\n' { '\u{fffd}' } else { c }
}

fn quotes(spans: &[Quote]) -> String {
    let mut out = String::new();
    for (at, quote) in spans.iter().enumerate() {
        let text: String =
            quote.text.chars().map(|c| if c == '\n' { ' ' } else { shown(c) }).collect();
        let comma = if at > 0 { ", " } else { "" };
        write!(out, "{comma}“{text}”").expect("writing to a string does not fail");
    }
    out
}

fn indent(text: &str, by: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("{by}{line}")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_codes_of_a_post_are_not_passed_on() {
        let quote = Quote { start: 0, end: 3, text: "a\u{1b}[31mb\nc".to_owned() };
        assert_eq!(quotes(&[quote]), "“a\u{fffd}[31mb c”");
    }
}
