//! Ages: "usia 18-35", "max 45 y.o", "16 tahun ke atas".

use std::{ops::Range, sync::LazyLock};

use regex::{Captures, Regex};

use super::{Entity, EntityKind, add_free, words::Words};

/// Ages in years, both ends included; an open end is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeRange {
    /// The youngest.
    pub min: Option<u8>,
    /// The oldest.
    pub max: Option<u8>,
}

/// Years that an age may have where the text says that it is one.
const AGES: Range<u8> = 10..81;
/// Years that are rather an age than an experience where only "tahun" says so.
const UNSAID_AGES: Range<u8> = 15..71;

const LIMIT: &str = r"(?P<limit>min(?:imal|imum|\.)?|maks?(?:imal|imum|\.)?|max(?:imal|imum|\.)?|di ?bawah|di ?atas|kurang dari|lebih dari|tidak lebih dari|not more than|no more than|at least|under|over|above|below|up to|sampai|hingga|mulai(?: dari)?|from|minimum of|bawah|atas)";
const SEPARATOR: &str =
    r" ?(?:-|–|~|s/d|s\.d\.?|sd|sampai dengan|sampai|sampe|smp|hingga|to|until|and|dan|ke) ?";
const UNIT: &str =
    r"(?:tahun|tahunan|thn|th|years? ?old|yrs? ?old|years? of age|y\.?/?o\.?|yo|yrs|years)";

/// An age word before: "usia min. 18", "aged 21 to 40".
static SAID: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(
        r"\b(?:(?P<lead>min(?:imal|imum)?|maks?(?:imal|imum)?|max(?:imal|imum)?)[ .:]{{1,3}})?(?:usia|umur|umurnya|usianya|berusia|berumur|aged?|ages|had umur|batas usia)\b[ :.(=\n]{{0,4}}(?:(?:antara|between|range|limit|dari|from|group|of|kerja|calon|saat ini|yang|anda|pelamar|pekerja|sekitar|around|requirement|is|are|must be|harus|di) ?[:.]? ?){{0,3}}(?:{LIMIT}[ .:]{{0,3}})?(?:dari |usia |umur |age )?(?P<low>\d{{2}})(?: ?{UNIT})?(?:(?:{SEPARATOR}(?:{LIMIT_2}[ .:]{{0,2}})?|[ ,/-]{{1,3}}{LIMIT_2}[ .:]{{0,2}})(?P<high>\d{{2}}))?\b(?: ?{UNIT}\b)?(?P<open>{OPEN})?",
        LIMIT_2 = "(?:maks?(?:imal)?|max(?:imal|imum)?)",
    ))
});
const OPEN: &str = r" ?(?:ke ?atas|dan ke ?atas|ke ?bawah|and above|and over|or older|or above|and older|or over|above|\+)";
/// A range with a unit: "17 - 25thn", "21-40 years old".
static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(
        r"\b(?P<low>\d{{2}})(?: ?{UNIT})?{SEPARATOR}(?P<high>\d{{2}}) ?(?P<unit>{UNIT})\b"
    ))
});
/// A limit with a unit: "maks 27 th", "16 tahun ke atas".
static LIMITED: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(r"\b{LIMIT}[ .:]{{0,3}}(?P<low>\d{{2}}) ?(?P<unit>{UNIT})\b"))
});
static OPENED: LazyLock<Regex> =
    LazyLock::new(|| compile(&format!(r"\b(?P<low>\d{{2}}) ?(?P<unit>{UNIT})(?P<open>{OPEN})")));
/// A single age with a unit that means nothing else: "max 19 y.o", "21 years old", or "18+".
static SINGLE: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(
        r"\b(?:{LIMIT}[ .:]{{0,3}})?\b(?P<low>\d{{2}}) ?(?:years? ?old|yrs? ?old|years? of age|y\.?/?o\b\.?)(?P<open>{OPEN})?|\b(?:must be|wajib|hanya|khusus|only)(?: over| above)? (?P<low2>\d{{2}})(?: ?\+| (?:or over|and over))"
    ))
});
/// Who is wanted, then two figures: "wanita 18-35".
static PEOPLE: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(
        r"\b(?:pria|wanita|perempuan|laki-laki|laki2|lelaki|cowok|cewek|cewe|gadis|male|female|males|females|ladies|boys|girls|men|women)\b[ :,(.]{{0,3}}(?P<low>\d{{2}}){SEPARATOR}(?P<high>\d{{2}})\b"
    ))
});

fn compile(pattern: &str) -> Regex {
    Regex::new(&pattern.replace(r"\b", r"(?-u:\b)").replace(r"\d", "[0-9]"))
        .expect("a constant pattern")
}

/// Finds all ages, in reading order, without overlaps.
pub(super) fn find(text: &str) -> Vec<Entity> {
    find_by(text, Clues::of(text))
}

fn find_by(text: &str, clues: Clues) -> Vec<Entity> {
    if !clues.two_digits {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (may_match, pattern, read) in [
        (clues.said, &SAID, said as fn(&str, &Captures<'_>) -> Option<AgeRange>),
        (clues.counted, &RANGE, unsaid),
        (clues.counted || clues.demanded, &SINGLE, single),
        (clues.counted, &LIMITED, unsaid),
        (clues.counted, &OPENED, unsaid),
        (clues.people, &PEOPLE, unsaid),
    ] {
        if may_match {
            add_free(&mut found, collect(text, pattern, read));
        }
    }
    found
}

/// What the matches of the patterns hold, found far cheaper than they are.
#[expect(clippy::struct_excessive_bools, reason = "observations, in any combination")]
#[derive(Clone, Copy, Debug)]
struct Clues {
    /// Two digits side by side: all of them.
    two_digits: bool,
    /// A digit and the beginning of a unit, or a space between them.
    counted: bool,
    said: bool,
    demanded: bool,
    people: bool,
}

impl Clues {
    fn of(text: &str) -> Self {
        let pairs = || text.as_bytes().windows(2);
        let two_digits = pairs().any(|pair| pair.iter().all(u8::is_ascii_digit));
        if !two_digits {
            let (counted, said, demanded, people) = (false, false, false, false);
            return Self { two_digits, counted, said, demanded, people };
        }
        let is_unit = |byte: &u8| matches!(byte, b't' | b'y');
        let counted =
            text.as_bytes().windows(3).any(|three| match three {
                [digit, b' ', unit] | [_, digit, unit] => digit.is_ascii_digit() && is_unit(unit),
                _ => false,
            }) || pairs().next().is_some_and(|pair| pair[0].is_ascii_digit() && is_unit(&pair[1]));
        let said = SAYING.any_in(text);
        Self { two_digits, counted, said, demanded: DEMANDS.any_in(text), people: WHO.any_in(text) }
    }

    /// Everything may match.
    #[cfg(test)]
    fn all() -> Self {
        let (counted, said, demanded, people) = (true, true, true, true);
        Self { two_digits: true, counted, said, demanded, people }
    }
}

static SAYING: LazyLock<Words> = LazyLock::new(|| Words::new(&["usia", "umur", "age"]));
static DEMANDS: LazyLock<Words> =
    LazyLock::new(|| Words::new(&["must be", "wajib", "hanya", "khusus", "only"]));
static WHO: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&[
        "pria",
        "wanita",
        "perempuan",
        "laki",
        "cowok",
        "cewe",
        "gadis",
        "male",
        "ladies",
        "boys",
        "girls",
        "men",
    ])
});

fn collect(
    text: &str,
    pattern: &Regex,
    read: fn(&str, &Captures<'_>) -> Option<AgeRange>,
) -> Vec<Entity> {
    let to_entity = |captures: Captures<'_>| {
        let range = captures.get(0)?.range();
        let age = read(text, &captures)?;
        let length = text.get(range.clone())?.trim_end().len();
        Some(Entity { range: range.start..range.start + length, kind: EntityKind::Age(age) })
    };
    pattern.captures_iter(text).filter_map(to_entity).collect()
}

fn years(captures: &Captures<'_>, name: &str) -> Option<u8> {
    captures.name(name)?.as_str().parse().ok()
}

/// The range that the figures and the limit words of a match say.
fn range_of(captures: &Captures<'_>, allowed: Range<u8>) -> Option<AgeRange> {
    let low = years(captures, "low").filter(|age| allowed.contains(age))?;
    if let Some(high) = years(captures, "high") {
        let sound = high >= low && allowed.contains(&high);
        return sound.then_some(AgeRange { min: Some(low), max: Some(high) });
    }
    let limit =
        captures.name("limit").or_else(|| captures.name("lead")).map_or("", |limit| limit.as_str());
    let open = captures.name("open").map_or("", |open| open.as_str());
    let upper = [
        "mak", "max", "bawah", "kurang", "tidak", "not", "no ", "under", "below", "up to",
        "sampai", "hingga",
    ];
    let is_upper = upper.iter().any(|word| limit.starts_with(word) || limit.ends_with("bawah"))
        || open.ends_with("bawah");
    Some(if is_upper {
        AgeRange { min: None, max: Some(low) }
    } else if limit.is_empty() && open.is_empty() {
        AgeRange { min: Some(low), max: Some(low) }
    } else {
        AgeRange { min: Some(low), max: None }
    })
}

fn said(text: &str, captures: &Captures<'_>) -> Option<AgeRange> {
    let end = captures.get(0)?.end();
    let rest = text.get(end..)?;
    // "usia 2023" has two more digits, "umur 12 jam" another unit.
    let other = rest.starts_with(|c: char| c.is_ascii_digit())
        || [" jam", " bulan", " hari", "%", " persen", " bln"]
            .iter()
            .any(|unit| rest.starts_with(unit));
    if other { None } else { range_of(captures, AGES) }
}

fn single(_: &str, captures: &Captures<'_>) -> Option<AgeRange> {
    if let Some(low) = years(captures, "low2").filter(|age| AGES.contains(age)) {
        return Some(AgeRange { min: Some(low), max: None });
    }
    range_of(captures, AGES)
}

/// Before a number of years these make it no age.
const OTHER: &[&str] = &[
    "pengalaman",
    "experience",
    "exp ",
    "kontrak",
    "contract",
    "selama",
    "sejak",
    "since",
    "berdiri",
    "garansi",
    "warranty",
    "masa kerja",
    "ikatan",
    "penjara",
    "lulus",
    "history",
    "tenure",
    "for over",
    "for more than",
    "jam ",
    "hours",
    "pukul",
    "rp",
    "tinggi",
    "berat",
    "gaji",
    "lebih dari",
];

/// Without an age word, experience, contracts and history come in years as well.
fn unsaid(text: &str, captures: &Captures<'_>) -> Option<AgeRange> {
    let whole = captures.get(0)?;
    let start = text.get(..whole.start())?.char_indices().rev().nth(34).map_or(0, |(at, _)| at);
    let before = text.get(start..whole.start())?;
    let before = before.rsplit(['\n', ',', ';', '•']).next().unwrap_or_default();
    let after: String = text.get(whole.end()..)?.chars().take(24).collect();
    let about_time = OTHER.iter().any(|word| before.contains(word));
    let then = after.trim_start();
    let experience = [
        "pengalaman",
        "experience",
        "of exp",
        "kontrak",
        "contract",
        "penjara",
        "in ",
        "lalu",
        "ago",
        "kerja",
        "jam",
        "juta",
        "jt",
        "rb",
        "ribu",
        "org",
        "orang",
        "cm",
        "kg",
        "%",
        "k ",
        "hari",
        "bulan",
        "menit",
        "yang lalu",
    ]
    .iter()
    .any(|word| then.starts_with(word));
    if about_time
        || experience
        || after.starts_with(['.', '/', ':'])
            && after.chars().nth(1).is_some_and(|c| c.is_ascii_digit())
    {
        return None;
    }
    // "10 years", "10-15 years" are rather an experience.
    let plain =
        captures.name("unit").is_some_and(|unit| matches!(unit.as_str(), "years" | "year" | "yrs"));
    let history = captures.name("limit").is_some_and(|limit| {
        ["lebih", "over", "at least", "above", "hingga", "sampai", "mulai", "from"]
            .iter()
            .any(|word| limit.as_str().starts_with(word))
    });
    if history || plain && captures.name("limit").is_some() {
        return None;
    }
    range_of(captures, UNSAID_AGES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ages(text: &str) -> Vec<(Option<u8>, Option<u8>)> {
        let ends = |entity: Entity| match entity.kind {
            EntityKind::Age(age) => (age.min, age.max),
            other => panic!("{other:?}"),
        };
        find(text).into_iter().map(ends).collect()
    }

    #[test]
    fn an_age_has_the_ends_the_text_gives() {
        let cases = [
            ("usia 18-35", Some(18), Some(35)),
            ("usia: 18 - 35 tahun", Some(18), Some(35)),
            ("usia 18 s/d 35 thn", Some(18), Some(35)),
            ("usia antara 20 sampai 40", Some(20), Some(40)),
            ("umur maks 27 th", None, Some(27)),
            ("umur maksimal 27 tahun", None, Some(27)),
            ("usia min. 17 thn", Some(17), None),
            ("usia minimal 18", Some(18), None),
            ("max. usia 25thn", None, Some(25)),
            ("minimal usia 18", Some(18), None),
            ("usia min 18 max 35", Some(18), Some(35)),
            ("usia di bawah 30 tahun", None, Some(30)),
            ("berusia 21 tahun", Some(21), Some(21)),
            ("umur 15 tahun ke atas", Some(15), None),
            ("min. 18 tahun", Some(18), None),
            ("max 45 y.o", None, Some(45)),
            ("experience: maximum 26 years old", None, Some(26)),
            ("18 years old or over", Some(18), None),
            ("17 - 25thn", Some(17), Some(25)),
            ("pria/wanita 20-40 tahun", Some(20), Some(40)),
            ("wanita 18-35", Some(18), Some(35)),
            ("aged 21 to 40", Some(21), Some(40)),
            ("age: 30 to 45 m/f", Some(30), Some(45)),
            ("male/female 21-40 years old", Some(21), Some(40)),
            ("16 tahun ke atas", Some(16), None),
            ("must be 18+", Some(18), None),
            ("had umur 18-45", Some(18), Some(45)),
            ("umur 19 hingga 30 tahun", Some(19), Some(30)),
            ("ages between 25 and 35", Some(25), Some(35)),
            ("23 – 54 tahun", Some(23), Some(54)),
        ];
        for (text, min, max) in cases {
            assert_eq!(ages(text), [(min, max)], "{text:?}");
        }
    }

    #[test]
    fn other_years_are_no_ages() {
        for text in [
            "",
            "pengalaman 2 tahun",
            "pengalaman 10-15 tahun",
            "kontrak 2 tahun",
            "since 1998",
            "lahir 2008",
            "pengalaman minimal 15 tahun",
            "berdiri lebih dari 20 tahun",
            "at least 10 years experience",
            "usia 2023",
            "2-3 tahun",
            "wanita 10 orang",
            "lulus 2 tahun",
            "jam 08-17",
            "over 30 years in business",
            "lebih dari 15 tahun, membutuhkan",
            "pria 10-20 juta",
            "wanita 18-20 orang",
        ] {
            assert_eq!(ages(text), [], "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn clues_are_in_every_match(text in "(([0-9]{1,2}|usia|age|umur|max|min|maks|tahun|th|yo|y/o|years old|yrs|wajib|only|must be|pria|wanita|cewe|men|laki2|-|s/d|to|\\+|ke atas|x)( |: |-|)){0,12}") {
            proptest::prop_assert_eq!(find(&text), find_by(&text, Clues::all()));
        }
    }
}
