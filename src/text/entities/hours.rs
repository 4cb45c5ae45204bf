//! Working time: hours a day, days off a month, no day off.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{Entity, EntityKind, add_free, words::Words};

/// Weeks in a month.
const WEEKS: f32 = 4.33;
/// Fewer or more hours a day are no working day, or a mistake.
const SOUND_HOURS: std::ops::RangeInclusive<f32> = 3.0..=20.0;

static A_DAY: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\b(?:(\d{1,2}) ?- ?)?(\d{1,2}(?:[.,]5)?) ?(?:jam|hours?|hrs?)(?: kerja| work)? ?(?:/ ?|per ?|se|a |setiap |satu |dalam |tiap |dlm |each |in a )(?:se)?(?:hari|day)\b",
    )
});
static OF_WORK: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\b(?P<a>\d{1,2}(?:[.,]5)?) ?(?:jam|hours?|hrs?) (?:kerja|shift|work)\b|\b(?:kerja|bekerja|kerjanya|working|works?|jam kerja|working hours?|hours?|shift|durasi|sehari|long)\b[^\n.;0-9]{0,14}(?P<b>\d{1,2}(?:[.,]5)?) ?(?:jam|hours?|hrs?)\b",
    )
});
const TIME: &str = r"(?:jam |pukul |pkl\.? |pk\.? |pk )?(\d{1,2})(?:[.:](\d{2}))? ?(a\.?m\b\.?|p\.?m\b\.?|pagi|siang|sore|petang|malam|malem|mlm|subuh)?(?: ?wib| ?wita| ?wit)?";
static FROM_TO: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(
        r"\b{TIME}(?: ?(?:-|–|s/d|sd|sampai|sampe|smp|hingga|to|until|till) ?|,? (?:dan )?(?:pulang|keluar|balik|selesai|tutup) ?){TIME}"
    ))
});
/// Times far apart that "masuk … pulang …" joins.
static COME_GO: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(
        r"\bmasuk (?:kerja )?{TIME}[ ,]{{1,2}}(?:dan |terus |baru )?(?:pulang|keluar|selesai)(?: kerja)? {TIME}"
    ))
});
static NO_DAY_OFF: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\b(?:(?:no|without|zero|not any)(?: an?y?)? (?:off ?days?|days? ?off|rest days?|holidays?|off)\b|tanpa (?:hari )?(?:libur|cuti|off)|tiada (?:hari )?(?:cuti|libur|off(?: ?day)?)|(?:tidak|tak|gak|ga|nggak|ngga|x|not|takde|takda|tiada) (?:ada |boleh |dapat |dapet |ada hari )?(?:hari )?(?:libur|cuti|off ?day)\b|(?:7|seven|tujuh) (?:days a|days per|days/|days every|hari) ?(?:week|seminggu|per ?minggu|dalam seminggu|kerja seminggu)|7 ?(?:hari|days) ?/ ?(?:minggu|week)|libur tidak ada|24/7 kerja)",
    )
});
static OFF_DAYS: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\b(?:(?:libur|off|cuti|rest days?|off ?days?|days? ?off)(?:nya)?[ :]{0,2}(?:hanya |cuma |kerja )?(?P<a>\d{1,2}) ?(?:x|kali|hari|days?)? ?(?:/ ?|per ?|se|dalam se|in a |a |dalam 1 |each )(?P<ap>bulan|minggu|month|week)|(?P<b>\d|one|two|four) (?:rest )?(?:days?) ?off ?(?:/ ?|per |a |in a |every |each )(?P<bp>month|week)|(?P<c>\d|one|two|four) off ?days? ?(?:/ ?|per |a |in a |se|every )(?P<cp>bulan|minggu|month|week)|(?:libur|off|cuti) (?:se|per ?)(?P<dp>bulan|minggu) ?(?P<d>\d|se)(?:kali| kali|x| hari| ?hari)|(?:kerja |bekerja |working |work )?(?P<e>[456]) (?:hari kerja|days? work|hari|days?)(?: kerja)? ?(?:/ ?|per ?|se|a |dalam se|in a )(?:minggu|week))",
    )
});

fn compile(pattern: &str) -> Regex {
    Regex::new(&pattern.replace(r"\b", r"(?-u:\b)").replace(r"\d", "[0-9]"))
        .expect("a constant pattern")
}

/// Words that make a span of time one of work.
const WORK: &[&str] = &[
    "kerja",
    "bekerja",
    "masuk",
    "shift",
    "work",
    "working",
    "duty",
    "office hours",
    "masa bekerja",
    "schedule",
    "pulang",
];
/// Words that make it a shop's or an office's open time, or an appointment.
const OPEN: &[&str] = &[
    "buka",
    "open",
    "operasional",
    "operating",
    "pelayanan",
    "melayani",
    "interview",
    "wawancara",
    "walk in",
    "diantar",
    "antar",
    "hubungi",
    "call",
    "telp",
    "chat",
    "toko",
    "kantor buka",
    "tes",
    "datang",
    "registrasi",
    "acara",
    "kirim",
];

/// Finds all statements on working time, in reading order, without overlaps.
pub(super) fn find(text: &str) -> Vec<Entity> {
    find_by(text, |needs| needs.are_met(text))
}

fn find_by(text: &str, may_match: impl Fn(&Needs) -> bool) -> Vec<Entity> {
    let mut found = Vec::new();
    let patterns: [(&LazyLock<Regex>, Needs, Reader); 6] = [
        (&NO_DAY_OFF, Needs(false, &SHORT_OF_REST), no_day_off),
        (&OFF_DAYS, Needs(false, &SPANS), |_, captures| days_off(captures)),
        (&A_DAY, Needs(true, &HOURS), |_, captures| hours(captures.get(2)?.as_str())),
        (&COME_GO, Needs(true, &COMES), |_, captures| from_to(captures)),
        (&FROM_TO, Needs(true, &NOTHING), |text, captures| {
            let speaks = speaks_of_work(text, captures);
            if speaks { from_to(captures) } else { None }
        }),
        (&OF_WORK, Needs(true, &HOURS), of_work),
    ];
    for (pattern, needs, read) in patterns {
        if may_match(&needs) {
            add_free(&mut found, collect(text, pattern, read));
        }
    }
    found
}

/// What every match of a pattern holds: a digit, if so said, and one of some words. Asking for these is far
/// cheaper than asking the pattern.
struct Needs(bool, &'static LazyLock<Words>);

impl Needs {
    fn are_met(&self, text: &str) -> bool {
        let Self(needs_digit, words) = self;
        (!needs_digit || text.bytes().any(|byte| byte.is_ascii_digit())) && words.any_in(text)
    }
}

static NOTHING: LazyLock<Words> = LazyLock::new(|| Words::new(&[""]));
static SHORT_OF_REST: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&["off", "libur", "cuti", "rest day", "holiday", "week", "minggu", "24/7"])
});
static SPANS: LazyLock<Words> = LazyLock::new(|| Words::new(&["bulan", "minggu", "month", "week"]));
static HOURS: LazyLock<Words> = LazyLock::new(|| Words::new(&["jam", "hour", "hr"]));
static COMES: LazyLock<Words> = LazyLock::new(|| Words::new(&["masuk "]));

type Reader = fn(&str, &Captures<'_>) -> Option<EntityKind>;

fn collect(text: &str, pattern: &Regex, read: Reader) -> Vec<Entity> {
    let to_entity = |captures: Captures<'_>| {
        let range = captures.get(0)?.range();
        let kind = read(text, &captures)?;
        let length = text.get(range.clone())?.trim_end().len();
        Some(Entity { range: range.start..range.start + length, kind })
    };
    pattern.captures_iter(text).filter_map(to_entity).collect()
}

fn hours(text: &str) -> Option<EntityKind> {
    let hours: f32 = text.replace(',', ".").parse().ok()?;
    SOUND_HOURS.contains(&hours).then_some(EntityKind::Hours(hours))
}

/// A shop is open seven days a week; only a worker who works them has no day off.
fn no_day_off(text: &str, captures: &Captures<'_>) -> Option<EntityKind> {
    let whole = captures.get(0)?;
    let head = text.get(..whole.start())?;
    let start = head.char_indices().rev().nth(29).map_or(0, |(at, _)| at);
    let near = head.get(start..)?;
    let all_week = !whole.as_str().starts_with(|c: char| c.is_ascii_digit() || c == 's')
        && !whole.as_str().starts_with("tujuh");
    let works = ["work", "kerja", "duty", "shift"].iter().any(|word| near.contains(word));
    let shop = ["open", "buka", "out of", "access", "deliver", "support", "available", "over "]
        .iter()
        .any(|word| near.contains(word));
    let bare = near.trim().is_empty();
    (all_week || bare || (works && !shop)).then_some(EntityKind::NoDayOff)
}

/// After a number of hours these make it no working day.
const NO_DAY: &[&str] = &[
    "/minggu",
    "per minggu",
    "seminggu",
    "a week",
    "per week",
    "/week",
    "/ minggu",
    "/ week",
    "lalu",
    "ago",
    "perjalanan",
    "pertama",
    "notice",
    "training",
    "setelah",
    "weekly",
    "sebelum",
    "perminggu",
];

fn of_work(text: &str, captures: &Captures<'_>) -> Option<EntityKind> {
    let figure = captures.name("a").or_else(|| captures.name("b"))?;
    let after = text.get(captures.get(0)?.end()..)?.trim_start();
    let other = NO_DAY.iter().any(|word| after.starts_with(word));
    // Where no day is named, so many hours are a week's or a month's: "work 20 hours, from home".
    let is_day = captures.get(0)?.as_str().contains("sehari");
    let kind = if other { None } else { hours(figure.as_str()) };
    kind.filter(|kind| is_day || !matches!(kind, EntityKind::Hours(hours) if *hours > 18.0))
}

/// Whether work words stand before a span of time on its line, and no opening hours.
fn speaks_of_work(text: &str, captures: &Captures<'_>) -> bool {
    let Some(whole) = captures.get(0) else { return false };
    let head = text.get(..whole.start()).unwrap_or_default();
    let start = head.char_indices().rev().nth(59).map_or(0, |(at, _)| at);
    let near = head.get(start..).unwrap_or_default();
    let line = near.rsplit('\n').next().unwrap_or_default();
    // A heading ("jam kerja:") may stand on the line above.
    let before = if line.trim().len() < 16 { near } else { line };
    let after: String = text.get(whole.end()..).unwrap_or_default().chars().take(24).collect();
    let after = after.split('\n').next().unwrap_or_default();
    let last = |words: &[&str]| words.iter().filter_map(|word| before.rfind(word)).max();
    let work = last(WORK).or_else(|| last(&["jam kerja", "hours"]));
    let open = last(OPEN);
    let timed = whole.as_str().contains([':', '.'])
        || captures.get(3).is_some()
        || captures.get(6).is_some()
        || before.contains("jam")
        || whole.as_str().contains("jam");
    let after_work = work.is_none()
        && open.is_none()
        && ["kerja", "shift", "work"].iter().any(|word| after.contains(word));
    timed && (after_work || work.is_some_and(|at| open.is_none_or(|open| open < at)))
}

/// The hours between two times of day.
fn from_to(captures: &Captures<'_>) -> Option<EntityKind> {
    let text = |index| captures.get(index).map_or("", |part| part.as_str());
    let mut start = time(text(1), text(2), text(3))?;
    let mut end = time(text(4), text(5), text(6))?;
    // "2.30-6.30 pm": both are of the afternoon.
    if text(6).starts_with('p')
        && text(6) != "pagi"
        && text(6) != "petang"
        && text(3).is_empty()
        && start + 12.0 < end
    {
        start += 12.0;
    }
    let marked = !text(3).is_empty() || !text(6).is_empty();
    // "8 sampai 5", "8am - 8": the second is the next time the clock shows it.
    if end <= start {
        end += if end + 12.0 > start && text(6).is_empty() && start < 13.0 { 12.0 } else { 24.0 };
    }
    let hours = end - start;
    let sound = SOUND_HOURS.contains(&hours) && (marked || hours <= 16.0);
    sound.then_some(EntityKind::Hours(hours))
}

/// A time of day in hours.
fn time(hour: &str, minute: &str, half: &str) -> Option<f32> {
    let hour: f32 = hour.parse().ok().filter(|hour| (0.0..=24.0).contains(hour))?;
    let minute: f32 =
        if minute.is_empty() { 0.0 } else { minute.parse().ok().filter(|m| *m < 60.0)? };
    let late = half.starts_with('p') && half != "pagi"
        || matches!(half, "siang" | "sore" | "malam" | "malem" | "mlm");
    let early = half.starts_with('a') || matches!(half, "pagi" | "subuh");
    let hour = match hour {
        h if early && (h - 12.0).abs() < 0.1 => 0.0,
        // "jam 12 malam", "jam 1 malam" are of the night.
        h if half.starts_with("mal") && (h - 12.0).abs() < 0.1 => 24.0,
        h if half.starts_with("mal") && h < 5.0 => h + 24.0,
        h if half == "siang" && h > 9.0 => h,
        h if late && h < 12.0 => h + 12.0,
        h => h,
    };
    Some(hour + minute / 60.0)
}

fn days_off(captures: &Captures<'_>) -> Option<EntityKind> {
    let number = |name| captures.name(name).map(|part| count(part.as_str()));
    let period = |name: &str| captures.name(name).map_or("", |part| part.as_str());
    for (days, unit) in [("a", "ap"), ("b", "bp"), ("c", "cp"), ("d", "dp")] {
        if let Some(days) = number(days) {
            let weekly = matches!(period(unit), "minggu" | "week");
            let days = if weekly { days * WEEKS } else { days };
            return (days > 0.0 && days <= 31.0).then_some(EntityKind::DaysOffPerMonth(days));
        }
    }
    number("e").map(|worked| EntityKind::DaysOffPerMonth((7.0 - worked) * WEEKS))
}

fn count(text: &str) -> f32 {
    match text {
        "one" | "se" => 1.0,
        "two" => 2.0,
        "four" => 4.0,
        digits => digits.parse().unwrap_or(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<EntityKind> {
        find(text).into_iter().map(|entity| entity.kind).collect()
    }

    #[test]
    fn hours_a_day_are_read_from_figures_and_times() {
        let cases = [
            ("12 jam kerja", 12.0),
            ("kerja 14 jam/hari", 14.0),
            ("kerja 12 jam sehari", 12.0),
            ("14 hours a day", 14.0),
            ("8 hours/day", 8.0),
            ("kerja 8 jam (3 shift)", 8.0),
            ("10-12 jam sehari", 12.0),
            ("8.5 hrs shift", 8.5),
            ("work 2.30-6.30 pm", 4.0),
            ("jam kerja 08.00-17.00", 9.0),
            ("jam kerja: 08:00 s/d 17:00", 9.0),
            ("work 8am to 10pm", 14.0),
            ("masuk jam 8 pulang jam 10 malam", 14.0),
            ("kerja dari jam 8 pagi sampai jam 8 malam", 12.0),
            ("kerja jam 7 sampai jam 5", 10.0),
            ("shift malam 20.00 - 08.00", 12.0),
            ("kerja jam 6 sore sampai jam 3 pagi", 9.0),
        ];
        for (text, hours) in cases {
            assert_eq!(kinds(text), [EntityKind::Hours(hours)], "{text:?}");
        }
    }

    #[test]
    fn days_off_are_counted_by_the_month() {
        let cases = [
            ("libur 2x sebulan", 2.0),
            ("libur 4 hari sebulan", 4.0),
            ("2 days off a month", 2.0),
            ("off 1 hari/bulan", 1.0),
            ("libur 1 hari seminggu", WEEKS),
            ("1 day off per week", WEEKS),
            ("libur sebulan 2 kali", 2.0),
            ("libur seminggu sekali", WEEKS),
            ("6 days a week", WEEKS),
            ("kerja 5 hari seminggu", 2.0 * WEEKS),
        ];
        for (text, days) in cases {
            assert_eq!(kinds(text), [EntityKind::DaysOffPerMonth(days)], "{text:?}");
        }
        for text in [
            "no off day",
            "no day off",
            "tanpa libur",
            "tiada cuti",
            "tidak ada libur",
            "7 days a week",
            "kerja 7 hari seminggu",
            "gak ada hari libur",
        ] {
            assert_eq!(kinds(text), [EntityKind::NoDayOff], "{text:?}");
        }
    }

    #[test]
    fn opening_hours_and_appointments_are_no_working_hours() {
        for text in [
            "",
            "security 24 jam",
            "we are open 7 days a week",
            "no offices",
            "work 5 out of 7 days a week",
            "per 24 jam",
            "buka 08.00-22.00",
            "toko buka jam 8 sampai 10 malam",
            "2 jam perjalanan",
            "interview jam 9 - 12",
            "jam 8",
            "1x24 jam",
            "hubungi jam 08.00 - 17.00",
            "8-10 juta",
            "dalam 2 jam",
            "usia 18-35",
            "work 40 hours per week",
        ] {
            assert_eq!(kinds(text), [], "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn needs_are_in_every_match(text in "(([0-9]{1,2}|jam|hours|hrs|kerja|working|sehari|/hari|a day|masuk|pulang|masuk jam|pm|sampai|no|tanpa|libur|off day|rest days|holiday|7 hari|tujuh|seminggu|per month|24/7 kerja|cuti|two|se|bulan)( |: |-|)){0,12}") {
            proptest::prop_assert_eq!(find(&text), find_by(&text, |_| true));
        }
    }
}
