//! The message to pass on: what was seen, what to ask, whom to ask, in words that accuse nobody.
//!
//! It holds no word of the post, so that no name or number travels with it.

use super::{reader::Reader, result::ResultView};

/// Signs, questions and contacts in a message that is still read to its end.
const MOST_OF_EACH: usize = 4;

/// The message for what `view` shows.
pub(in crate::service) fn polite(view: &ResultView, reader: &Reader) -> String {
    if view.is_plea() {
        return for_help(view, reader);
    }
    let words = &reader.words().message;
    let mut lines = vec![words.opening.clone(), format!("{}: {}.", words.level, view.label)];
    if !view.signs.is_empty() {
        lines.push(format!("{}:", words.signs));
        lines.extend(view.signs.iter().take(MOST_OF_EACH).map(|sign| format!("- {}", sign.name)));
    } else if view.is_scored() {
        lines.push(words.none.clone());
    }
    if !view.missing.is_empty() {
        lines.push(format!("{}:", words.ask));
        lines.extend(view.missing.iter().take(MOST_OF_EACH).map(|open| format!("- {}", open.ask)));
    }
    let contacts = contact_lines(view, 2);
    if !contacts.is_empty() {
        lines.push(format!("{}:", words.call));
        lines.extend(contacts);
    }
    lines.push(words.ending.clone());
    lines.join("\n")
}

fn for_help(view: &ResultView, reader: &Reader) -> String {
    let mut lines = vec![reader.words().message.distress.clone()];
    lines.extend(contact_lines(view, MOST_OF_EACH));
    lines.join("\n")
}

fn contact_lines(view: &ResultView, most: usize) -> Vec<String> {
    let line = |contact: &super::contact::ContactView| {
        let way = contact.ways.first().map_or("", |way| way.value.as_str());
        format!("- {}: {way}", contact.who)
    };
    view.contacts.iter().take(most).map(line).collect()
}
