//! Contacts: phones, handles, links and mail addresses, told apart by kind.
//!
//! Links with a scheme and mail addresses are found by `linkify`. Its search without a scheme
//! is not used: posts write "kerja.gaji" without a space, and it would call that a host; bare
//! hosts go through a short list of endings instead. `phonenumber` is not used either: it wants
//! a region for each number and refuses the spaced, dotted and spelt-out ones that matter here,
//! while the specification (section 9) asks for syntax only.

use std::{ops::Range, sync::LazyLock};

use linkify::{LinkFinder, LinkKind};
use regex::Regex;
use serde::Serialize;

use super::{Entity, EntityKind, add_free};
use crate::text::chars;

/// What kind of contact it is; the name in records is [`ContactKind::as_str`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ContactKind {
    /// Indonesian mobile number.
    PhoneId,
    /// Malaysian mobile number.
    PhoneMy,
    /// Singapore number.
    PhoneSg,
    /// A number of another country, or a land line.
    PhoneOther,
    /// `wa.me`, `chat.whatsapp.com`.
    WhatsAppLink,
    /// `t.me`.
    TelegramLink,
    /// A name on a messenger or network.
    Handle,
    /// Any other link.
    Url,
    /// A link that hides where it leads.
    ShortLink,
    /// A government's own site.
    OfficialUrl,
    /// An address under a domain of its own.
    Email,
    /// An address at a free provider.
    FreeEmail,
}

impl ContactKind {
    /// The name in records: `phone_id`, `free_email`, ….
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PhoneId => "phone_id",
            Self::PhoneMy => "phone_my",
            Self::PhoneSg => "phone_sg",
            Self::PhoneOther => "phone_other",
            Self::WhatsAppLink => "whatsapp_link",
            Self::TelegramLink => "telegram_link",
            Self::Handle => "handle",
            Self::Url => "url",
            Self::ShortLink => "short_link",
            Self::OfficialUrl => "official_url",
            Self::Email => "email",
            Self::FreeEmail => "free_email",
        }
    }

    /// Whether it is a telephone number.
    pub fn is_phone(self) -> bool {
        matches!(self, Self::PhoneId | Self::PhoneMy | Self::PhoneSg | Self::PhoneOther)
    }
}

const SHORTENERS: &[&str] = &[
    "bit.ly",
    "s.id",
    "linktr.ee",
    "forms.gle",
    "gg.gg",
    "tinyurl.com",
    "cutt.ly",
    "wa.link",
    "shorturl.at",
    "rb.gy",
    "is.gd",
    "t.co",
    "goo.gl",
    "lynk.id",
    "msha.ke",
    "heylink.me",
    "rebrand.ly",
    "ow.ly",
    "bit.do",
    "taplink.cc",
    "beacons.ai",
    "wa.wizard.id",
    "t.ly",
    "wasap.my",
    "bio.link",
    "linkr.bio",
    "bitly.com",
    "intip.in",
    "tiny.cc",
    "wa.im",
];
const FREE_MAIL: &[&str] = &[
    "gmail.com",
    "yahoo.com",
    "yahoo.co.id",
    "yahoo.co.uk",
    "yahoo.com.sg",
    "yahoo.com.my",
    "ymail.com",
    "rocketmail.com",
    "hotmail.com",
    "hotmail.co.id",
    "outlook.com",
    "outlook.co.id",
    "live.com",
    "icloud.com",
    "aol.com",
    "protonmail.com",
    "proton.me",
    "mail.com",
    "gmx.com",
    "yandex.com",
    "qq.com",
    "163.com",
    "zoho.com",
    "mail.ru",
    "gmail.co",
    "googlemail.com",
    "msn.com",
    "me.com",
];

/// Technologies with a point in their name.
const NO_HOSTS: &[&str] = &["vb.net", "asp.net", "ado.net"];

/// Hosts without a scheme. An ending that is also a word ("id", "me") needs a path.
static BARE_HOST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?-u:\b)(?:(?:www\.)?(?:[a-z0-9-]+\.)+(?:com\.my|com\.sg|com\.au|co\.id|go\.id|ac\.id|or\.id|sch\.id|web\.id|gov\.my|gov\.sg|edu\.my|co\.uk|gov|com|net|org)(?-u:\b)(?:/[^\s<>]*)?|www\.[a-z0-9-]+\.[a-z0-9.-]+[a-z](?:/[^\s<>]*)?|(?:[a-z0-9-]+\.)+[a-z]{2,6}/[^\s<>]+|(?:s\.id|bit\.ly|linktr\.ee|forms\.gle|gg\.gg|wa\.me|t\.me|wa\.link|cutt\.ly)(?-u:\b))",
    )
    .expect("a constant pattern")
});
/// A network's name, a sign that a name follows, the name.
static NAMED_HANDLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?-u:\b)(?:(?:telegram|tele|tg|we ?chat|weixin|instagram|insta|ig|tiktok|tik tok|zalo|mi ?chat|viber|signal|skype|snapchat|facebook|fb|twitter|kakao ?talk|kakao|whats ?app|wa)(?: (?:id|akun|account|user(?:name)?))? ?[:=@] ?@?|(?:telegram|tele|tg|wechat|weixin|michat|zalo|viber|kakao) (?:id )?@?|line ?(?:id|@|official)[ :=@]*|id line ?[:=]? ?@?)([a-z0-9_][a-z0-9_.]{2,29})",
    )
    .expect("a constant pattern")
});
static AT_HANDLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"@([a-z0-9_][a-z0-9_.]{2,29})").expect("a constant pattern"));
static SPELT_PHONE: LazyLock<Regex> = LazyLock::new(|| {
    let digit = "(?:nol|kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|lapan|sembilan|zero|one|two|three|four|five|six|seven|eight|nine)";
    Regex::new(&format!(r"(?-u:\b){digit}(?:[ .,-]{{1,3}}{digit}){{7,15}}(?-u:\b)"))
        .expect("a constant pattern")
});
static LINKS: LazyLock<LinkFinder> = LazyLock::new(|| {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url, LinkKind::Email]);
    finder
});

/// Words that say a number is to be called.
const CALL_WORDS: &[&str] = &[
    "wa", "whatsapp", "whatsap", "watsap", "wasap", "wassap", "wsp", "hp", "hub", "hubungi",
    "telp", "tlp", "telepon", "telfon", "tel", "telefon", "call", "phone", "mobile", "contact",
    "kontak", "cp", "sms", "pm", "text", "ring", "nomor", "no", "ph", "hotline", "admin", "adm",
    "hrd", "info", "chat", "msg", "number", "viber", "line", "wechat", "telegram", "tele", "japri",
    "callsms", "smscall",
];

/// Finds all contacts, in reading order, without overlaps.
pub fn find(text: &str) -> Vec<Entity> {
    let mut found = links(text);
    add_free(&mut found, bare_hosts(text));
    add_free(&mut found, handles(text));
    add_free(&mut found, phones(text));
    add_free(&mut found, spelt_phones(text));
    found
}

fn contact(range: Range<usize>, kind: ContactKind) -> Entity {
    Entity { range, kind: EntityKind::Contact(kind) }
}

fn links(text: &str) -> Vec<Entity> {
    if !text.contains(['@', ':']) {
        return Vec::new();
    }
    let to_entity = |link: linkify::Link<'_>| {
        let kind = match link.kind() {
            LinkKind::Email => mail_kind(link.as_str()),
            _ => url_kind(link.as_str()),
        };
        contact(link.start()..link.end(), kind)
    };
    LINKS.links(text).map(to_entity).collect()
}

fn bare_hosts(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    // A host has a point between letters; only such words are looked at, each once.
    let mut done = 0;
    for (dot, _) in text.match_indices('.') {
        let tied = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-');
        let (Some(head), Some(tail)) = (text.get(..dot), text.get(dot + 1..)) else { continue };
        if dot < done
            || !tied(head.chars().next_back())
            || !tail.starts_with(|c: char| c.is_ascii_lowercase())
        {
            continue;
        }
        let start = head.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.'));
        let start = start.map_or(0, |at| {
            at + head.get(at..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8)
        });
        let end = tail.find(char::is_whitespace).map_or(text.len(), |end| dot + 1 + end);
        done = end;
        let word = text.get(start..end).unwrap_or_default();
        let Some(host) = BARE_HOST.find(word) else { continue };
        if head.get(..start).is_some_and(|head| head.ends_with('@'))
            || NO_HOSTS.contains(&host.as_str())
        {
            continue;
        }
        let shown =
            host.as_str().trim_end_matches(['.', ',', ')', '"', '\'', '*', '!', '?', ';', ':']);
        let range = start + host.start()..start + host.start() + shown.len();
        found.push(contact(range, url_kind(host.as_str())));
    }
    found
}

fn handles(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    for captures in NAMED_HANDLE.captures_iter(text) {
        let (Some(whole), Some(name)) = (captures.get(0), captures.get(1)) else { continue };
        let lead = text.get(whole.start()..name.start()).unwrap_or_default();
        let signed = lead.contains([':', '=', '@']) || lead.contains(" id");
        let shaped = name.as_str().contains(|c: char| c.is_ascii_digit() || c == '_');
        let number = name.as_str().chars().all(|c| c.is_ascii_digit() || c == '.');
        if (signed || shaped) && !number && !is_plain_word(name.as_str()) {
            let end = name.start() + name.as_str().trim_end_matches('.').len();
            found.push(contact(whole.start()..end, ContactKind::Handle));
        }
    }
    if !text.contains('@') {
        return found;
    }
    let at = AT_HANDLE.captures_iter(text).filter_map(|captures| {
        let (whole, name) = (captures.get(0)?, captures.get(1)?);
        let before = text.get(..whole.start())?.chars().next_back();
        let inside = before.is_some_and(|c| chars::is_alphanumeric(c) || c == '.');
        let price = name.as_str().starts_with(|c: char| c.is_ascii_digit());
        let end = name.start() + name.as_str().trim_end_matches('.').len();
        (!inside && !price).then(|| contact(whole.start()..end, ContactKind::Handle))
    });
    let at = at.collect();
    add_free(&mut found, at);
    found
}

/// Words that follow "wa:" or "ig:" and name no one.
fn is_plain_word(name: &str) -> bool {
    const PLAIN: &[&str] = &[
        "admin", "kami", "saya", "nomor", "atau", "klik", "hubungi", "link", "dan", "chat", "only",
        "the", "untuk", "sms", "call", "telp", "http", "https", "www", "aktif", "info", "hrd",
        "bapak", "ibu", "dengan", "and", "for", "message", "messages", "group", "grup",
    ];
    PLAIN.contains(&name)
}

/// Which kind of link it is, by its host.
fn url_kind(url: &str) -> ContactKind {
    let host = host(url);
    let is = |domain: &str| {
        host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if SHORTENERS.contains(&host) {
        ContactKind::ShortLink
    } else if is("wa.me") || is("whatsapp.com") {
        ContactKind::WhatsAppLink
    } else if is("t.me") || is("telegram.me") {
        ContactKind::TelegramLink
    } else if is("go.id") || is("gov.my") || is("gov.sg") || is("gov") {
        ContactKind::OfficialUrl
    } else {
        ContactKind::Url
    }
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).trim_end_matches('.')
}

fn mail_kind(address: &str) -> ContactKind {
    let domain = address.rsplit('@').next().unwrap_or_default();
    if FREE_MAIL.contains(&domain) { ContactKind::FreeEmail } else { ContactKind::Email }
}

/// One run of digits in a telephone number.
struct Group {
    range: Range<usize>,
    digits: usize,
}

fn phones(text: &str) -> Vec<Entity> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let groups = groups(text, at);
        let first_end = groups.first().map_or(at + 1, |group| group.range.end);
        match phone_of(text, &groups) {
            Some((range, kind)) => {
                at = range.end;
                found.push(contact(range, kind));
            }
            None => at = first_end,
        }
    }
    found
}

/// The runs of digits from `start` that one number may be made of: at most 16 digits.
fn groups(text: &str, start: usize) -> Vec<Group> {
    let bytes = text.as_bytes();
    let mut groups: Vec<Group> = Vec::new();
    let mut at = start;
    let mut total = 0;
    while let Some(byte) = bytes.get(at) {
        if !byte.is_ascii_digit() {
            break;
        }
        let end = at
            + bytes.get(at..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count();
        total += end - at;
        groups.push(Group { range: at..end, digits: end - at });
        if total > 16 {
            break;
        }
        let gap = bytes
            .get(end..)
            .unwrap_or_default()
            .iter()
            .take_while(|b| b" .-()".contains(b))
            .count();
        let separator = text.get(end..end + gap).unwrap_or_default();
        if !matches!(
            separator,
            " " | "." | "-" | " - " | ")" | ") " | "- " | " -" | "(" | " (" | ")-" | "--" | ". "
        ) {
            break;
        }
        at = end + gap;
    }
    groups
}

/// The longest number the first groups make, with a plus sign before it.
fn phone_of(text: &str, groups: &[Group]) -> Option<(Range<usize>, ContactKind)> {
    let first = groups.first()?;
    let head = text.get(..first.range.start)?;
    let opened = head.trim_end_matches(['(', ' ']);
    let plus = if head.ends_with('+') || (opened.ends_with('+') && head.len() - opened.len() <= 2) {
        Some(opened.len().min(head.len()) - 1)
    } else {
        None
    };
    // The middle of "10.000.000" begins no number; "3-0812…" may.
    let inside = head
        .strip_suffix(['.', ',', '-'])
        .is_some_and(|head| head.ends_with(|c: char| c.is_ascii_digit()));
    if inside && !text.get(first.range.clone()).is_some_and(begins_number) {
        return None;
    }
    let glued =
        head.chars().next_back().is_some_and(|c| chars::is_alphabetic(c) || "$€£¥#/_".contains(c));
    // "wa0812…" is a number, "a12345678" an id.
    let called = is_called(head);
    if glued && !called {
        return None;
    }
    let mut best = None;
    for count in 1..=groups.len() {
        let taken = groups.get(..count)?;
        let last = taken.last()?;
        let digits: String = taken.iter().filter_map(|g| text.get(g.range.clone())).collect();
        let bracketed = head.ends_with('(')
            && text.get(first.range.end..last.range.end).is_some_and(|rest| rest.contains(')'));
        let start = plus.unwrap_or(first.range.start - usize::from(bracketed));
        let after = text.get(last.range.end..)?;
        let unit = after.starts_with(['%', '$', '€'])
            || after.starts_with(|c: char| c.is_ascii_alphabetic());
        if unit || !has_phone_shape(text, taken) {
            continue;
        }
        if let Some(kind) = classify(&digits, plus.is_some(), called, taken.len()) {
            // A second number begins here: the first one is whole.
            let next_is_new = groups
                .get(count)
                .and_then(|g| text.get(g.range.clone()))
                .is_some_and(begins_number);
            best = Some((start..last.range.end, kind));
            if next_is_new {
                break;
            }
        }
    }
    best
}

fn begins_number(group: &str) -> bool {
    (group.starts_with("08") || group.starts_with("62") || group.starts_with("01"))
        && group.len() >= 3
}

/// Times ("08.00-17.00") and prices ("8.500.000") come in groups as well.
fn has_phone_shape(text: &str, groups: &[Group]) -> bool {
    let between = |pair: &[Group]| match pair {
        [left, right] => text.get(left.range.end..right.range.start),
        _ => None,
    };
    let dotted = groups.len() > 1 && groups.windows(2).all(|pair| between(pair) == Some("."));
    let thousands = dotted
        && groups.iter().skip(1).all(|group| group.digits == 3)
        && groups.first().is_some_and(|group| {
            group.digits <= 3
                && !text.get(group.range.clone()).is_some_and(|t| t.starts_with('0') || t == "62")
        });
    let small = groups.iter().all(|group| group.digits <= 2);
    let uniform =
        groups.windows(2).map(between).all(|gap| gap == groups.get(..2).and_then(between));
    !thousands && (!small || (groups.len() >= 5 && uniform))
}

/// The kind of a number, by its digits.
fn classify(digits: &str, plus: bool, called: bool, groups: usize) -> Option<ContactKind> {
    let trimmed =
        if digits.starts_with("00") && digits.len() > 11 { digits.get(2..)? } else { digits };
    let international = plus || trimmed.len() < digits.len();
    let national =
        |code: &str| trimmed.strip_prefix(code).map(|rest| rest.strip_prefix('0').unwrap_or(rest));
    let mobile = |rest: &str, start: &str, lengths: Range<usize>| {
        rest.starts_with(start) && lengths.contains(&rest.len())
    };
    let local = trimmed.strip_prefix('0').filter(|_| !international);
    if local.or_else(|| national("62")).is_some_and(|rest| mobile(rest, "8", 9..13)) {
        return Some(ContactKind::PhoneId);
    }
    if local.or_else(|| national("60")).is_some_and(|rest| mobile(rest, "1", 9..11)) {
        return Some(ContactKind::PhoneMy);
    }
    let singapore = |rest: &str| rest.len() == 8 && rest.starts_with(['8', '9', '6', '3']);
    if trimmed.strip_prefix("65").is_some_and(singapore) && (international || called || groups > 1)
    {
        return Some(ContactKind::PhoneSg);
    }
    if international && (8..=15).contains(&trimmed.len()) {
        return Some(ContactKind::PhoneOther);
    }
    if called && trimmed.len() == 8 && trimmed.starts_with(['8', '9']) {
        return Some(ContactKind::PhoneSg);
    }
    let abroad = ["855", "856", "971", "95", "66", "63", "84", "86", "886", "852", "966"];
    let coded = abroad.iter().any(|code| trimmed.starts_with(code)) && trimmed.len() >= 10;
    // "0812…" cut short or too long stays a number when somebody is to call it.
    let domestic = trimmed.starts_with('0') && (9..=13).contains(&trimmed.len());
    let land_line = groups > 1 && trimmed.starts_with('0') && (9..=12).contains(&trimmed.len());
    let bare =
        called && (9..=12).contains(&trimmed.len()) && (trimmed.starts_with('8') || domestic);
    (bare || land_line || (called && coded) || (called && domestic))
        .then_some(ContactKind::PhoneOther)
}

/// Whether one of the three words before says that a number follows.
fn is_called(head: &str) -> bool {
    let start = head.char_indices().rev().nth(32).map_or(0, |(at, _)| at);
    let near = head.get(start..).unwrap_or_default();
    let near = near.rsplit('\n').next().unwrap_or_default();
    let words = near.rsplit(|c: char| !chars::is_alphabetic(c)).filter(|word| !word.is_empty());
    words.take(4).any(|word| CALL_WORDS.contains(&word))
        || near.contains(['☎', '📞', '📱', '☏', '📲'])
}

fn spelt_phones(text: &str) -> Vec<Entity> {
    if !["nol", "kosong", "zero", "lapan", "eight"].iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    let to_entity = |spelt: regex::Match<'_>| {
        let digits = spelt_digits(spelt.as_str());
        let kind = classify(&digits, false, false, 1).unwrap_or(ContactKind::PhoneOther);
        contact(spelt.range(), kind)
    };
    SPELT_PHONE.find_iter(text).map(to_entity).collect()
}

fn spelt_digits(text: &str) -> String {
    let digit = |word: &str| match word {
        "nol" | "kosong" | "zero" => Some('0'),
        "satu" | "one" => Some('1'),
        "dua" | "two" => Some('2'),
        "tiga" | "three" => Some('3'),
        "empat" | "four" => Some('4'),
        "lima" | "five" => Some('5'),
        "enam" | "six" => Some('6'),
        "tujuh" | "seven" => Some('7'),
        "delapan" | "lapan" | "eight" => Some('8'),
        "sembilan" | "nine" => Some('9'),
        _ => None,
    };
    text.split(|c: char| !chars::is_alphabetic(c)).filter_map(digit).collect()
}

/// What may be shown of a contact: two digits at each end, the first letter, the host.
///
/// ```text
/// 0812-3456-7834 → 08••-••••-•34    ani@kerja.com → a••@••••.com    https://wa.me/62812… → wa.me
/// ```
pub fn mask(kind: ContactKind, text: &str) -> String {
    match kind {
        _ if kind.is_phone() => mask_phone(text),
        ContactKind::Email | ContactKind::FreeEmail => mask_mail(text),
        ContactKind::Handle => mask_handle(text),
        _ => host(text).to_owned(),
    }
}

fn mask_phone(text: &str) -> String {
    let mut digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        digits = spelt_digits(text);
    }
    match (digits.len() >= 7, digits.get(..2), digits.get(digits.len().saturating_sub(2)..)) {
        (true, Some(first), Some(last)) => {
            let plus = if text.starts_with('+') { "+" } else { "" };
            format!("{plus}{first}••-••••-•{last}")
        }
        _ => "••••".to_owned(),
    }
}

fn mask_mail(text: &str) -> String {
    let (name, domain) = text.split_once('@').unwrap_or((text, ""));
    let first: String = name.chars().take(1).collect();
    let ending = domain.rsplit('.').next().unwrap_or_default();
    format!("{first}••@••••.{ending}")
}

fn mask_handle(text: &str) -> String {
    let name = text.rsplit([' ', ':', '=', '@']).next().unwrap_or_default();
    let first: String = name.chars().take(1).collect();
    format!("@{first}••")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(&str, &'static str)> {
        let name = |entity: &Entity| match entity.kind {
            EntityKind::Contact(kind) => kind.as_str(),
            _ => "?",
        };
        find(text).iter().map(|e| (text.get(e.range.clone()).unwrap(), name(e))).collect()
    }

    #[test]
    fn a_phone_is_known_by_its_country() {
        let cases = [
            ("wa 081234567890", "081234567890", "phone_id"),
            ("0812-3456-7890 (ani)", "0812-3456-7890", "phone_id"),
            ("0812.3456.7890", "0812.3456.7890", "phone_id"),
            ("0812 3456 789 min", "0812 3456 789", "phone_id"),
            ("+62 812 3456 7890", "+62 812 3456 7890", "phone_id"),
            ("6281234567890", "6281234567890", "phone_id"),
            ("0 8 1 2 3 4 5 6 7 8 9 0", "0 8 1 2 3 4 5 6 7 8 9 0", "phone_id"),
            ("wa0812345678901", "0812345678901", "phone_id"),
            ("wasap 012-345 6789", "012-345 6789", "phone_my"),
            ("+60 11-2345 6789", "+60 11-2345 6789", "phone_my"),
            ("0123456789", "0123456789", "phone_my"),
            ("whatsapp 9123 4567", "9123 4567", "phone_sg"),
            ("+65 91234567", "+65 91234567", "phone_sg"),
            ("+855 12 345 678", "+855 12 345 678", "phone_other"),
            ("+95 9 123 456 789", "+95 9 123 456 789", "phone_other"),
            ("call 087 123 4567", "087 123 4567", "phone_id"),
            ("telp (021) 555 1234", "(021) 555 1234", "phone_other"),
            (
                "nol delapan satu dua tiga empat lima enam tujuh delapan",
                "nol delapan satu dua tiga empat lima enam tujuh delapan",
                "phone_id",
            ),
            (
                "nol delapan satu dua, tiga empat lima enam",
                "nol delapan satu dua, tiga empat lima enam",
                "phone_other",
            ),
        ];
        for (text, number, kind) in cases {
            assert_eq!(kinds(text), [(number, kind)], "{text:?}");
        }
    }

    #[test]
    fn two_phones_side_by_side_are_two() {
        let expected = [("081234567890", "phone_id"), ("081345678901", "phone_id")];
        assert_eq!(kinds("081234567890 081345678901"), expected);
        let expected = [("0812 3456 7890", "phone_id"), ("0813 4567 8901", "phone_id")];
        assert_eq!(kinds("0812 3456 7890 0813 4567 8901"), expected);
    }

    #[test]
    fn other_digits_are_no_phone() {
        for text in [
            "gaji 8.500.000",
            "rp 85.000.000",
            "08.00-17.00",
            "08.00 - 17.00 wib",
            "20240101",
            "2019-2023",
            "nik 3201010101010001",
            "rm 9000-9500",
            "gaji 10.000.000 - 15.000.000",
            "jam 8 - 10 - 12",
            "satu dua tiga",
            "17-25 tahun",
            "",
        ] {
            assert_eq!(kinds(text), [], "{text:?}");
        }
    }

    #[test]
    fn a_link_is_known_by_its_host() {
        let cases = [
            ("https://wa.me/6281234567890", "whatsapp_link"),
            ("wa.me/6281234567890", "whatsapp_link"),
            ("https://chat.whatsapp.com/abc", "whatsapp_link"),
            ("t.me/kerja_luar", "telegram_link"),
            ("bit.ly/loker1", "short_link"),
            ("s.id/kerja", "short_link"),
            ("https://linktr.ee/abc", "short_link"),
            ("forms.gle/xyz", "short_link"),
            ("https://siskop2mi.bp2mi.go.id/x", "official_url"),
            ("mom.gov.sg", "official_url"),
            ("www.contoh.com", "url"),
            ("contoh.co.id", "url"),
            ("http://example.org/jobs?id=1", "url"),
            ("hrd@contoh.co.id", "email"),
            ("lamaran.kerja@gmail.com", "free_email"),
        ];
        for (text, kind) in cases {
            assert_eq!(kinds(text), [(text, kind)], "{text:?}");
        }
        assert_eq!(kinds("cari kerja.gaji besar, info.id card, vb.net"), []);
        assert_eq!(kinds("lihat contoh.com."), [("contoh.com", "url")]);
    }

    #[test]
    fn a_handle_needs_a_sign() {
        let cases: &[(&str, &[&str])] = &[
            ("hubungi @kerja_luar ya", &["@kerja_luar"]),
            ("tele @hrd88", &["tele @hrd88"]),
            ("line id kerjakuy", &["line id kerjakuy"]),
            ("wechat: abc123", &["wechat: abc123"]),
            ("wechat abc123", &["wechat abc123"]),
            ("ig: loker.batam", &["ig: loker.batam"]),
            ("production line operator", &[]),
            ("telegram saya", &[]),
            ("telegram: admin", &[]),
            ("a@b", &[]),
        ];
        for (text, names) in cases {
            let found: Vec<&str> = kinds(text).iter().map(|(name, _)| *name).collect();
            assert_eq!(&found, names, "{text:?}");
        }
    }

    #[test]
    fn a_mask_shows_the_ends_only() {
        assert_eq!(mask(ContactKind::PhoneId, "0812-3456-7834"), "08••-••••-•34");
        assert_eq!(mask(ContactKind::PhoneOther, "+855 12 345 678"), "+85••-••••-•78");
        assert_eq!(
            mask(ContactKind::PhoneId, "nol delapan satu dua tiga empat lima enam"),
            "08••-••••-•56"
        );
        assert_eq!(mask(ContactKind::FreeEmail, "ani@gmail.com"), "a••@••••.com");
        assert_eq!(mask(ContactKind::Handle, "tele @kerja"), "@k••");
        assert_eq!(mask(ContactKind::WhatsAppLink, "https://wa.me/62812"), "wa.me");
        assert_eq!(mask(ContactKind::PhoneId, ""), "••••");
    }
}
