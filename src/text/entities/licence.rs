//! Licences of recruitment: the scheme and its number, by form only (never validated).

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{Entity, EntityKind, add_free};

/// Which scheme a licence number belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LicenceKind {
    /// Indonesia: licence of a placement company (SIP3MI, once SIPPTKI).
    Sip3mi,
    /// Indonesia: permit to recruit for one order (SIP2MI).
    Sip2mi,
    /// Indonesia: crewing agency (SIUPPAK, SIUKAK).
    Crewing,
    /// Malaysia: private employment agency (JTKSM, APS).
    Jtksm,
    /// Singapore: employment agency.
    MomAgency,
    /// Singapore: registered person of an agency.
    MomPersonnel,
}

/// A number that a sign announces, or one with strokes.
const NUMBER: &str = r"(?:[ :.#]{1,3}(?P<direct>[0-9]{3,15}[a-z]?)|[^\n0-9]{0,28}?(?:(?:no|nomor|nomer|number|num|nbr|kep)?[.:# ]{0,3}(?:kep[. /-]{0,2})?(?P<stroked>[0-9]{1,6}(?: ?[./-] ?[0-9a-z]{1,9}){1,6})|(?:no|nomor|nomer|number|num|:|#|no\.|kep)[.: ]{0,3}(?P<plain>[0-9]{3,15}[a-z]?)))";

static SCHEMES: LazyLock<[(LicenceKind, Regex); 4]> = LazyLock::new(|| {
    let scheme = |words: &str| compile(&format!(r"(?-u:\b)(?:{words})(?-u:\b){NUMBER}(?-u:\b)"));
    [
        (
            LicenceKind::Sip3mi,
            scheme("sip3mi|sippmi|sipptki|siup3mi|siupptki|siupmi|s1p3mi|p3mi|pjtki|pptkis"),
        ),
        (LicenceKind::Sip2mi, scheme("sip2mi|sip 2 mi|job order")),
        (LicenceKind::Crewing, scheme("siuppak|siukak|siuppakk")),
        (
            LicenceKind::Jtksm,
            scheme(
                "jtksm|jtk|lesen aps|lesen agensi pekerjaan|agensi pekerjaan swasta|aps|lesen jtk",
            ),
        ),
    ]
});
static MOM_AGENCY: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?-u:\b)(?:(?:ea|mom|licen[cs]e|lic|reg)[a-z ]{0,24}[.:#]{0,2} ?(?:no[.:]? ?)?)?(?P<number>[0-9]{2}(?P<letter>[a-z])[0-9]{4})(?-u:\b)",
    )
});
static MOM_PERSONNEL: LazyLock<Regex> = LazyLock::new(|| compile(r"(?-u:\b)r[0-9]{7,8}(?-u:\b)"));

fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern")
}

/// Finds all licence numbers, in reading order, without overlaps.
pub(super) fn find(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    for (kind, pattern) in SCHEMES.iter() {
        let numbers = pattern.captures_iter(text).filter(is_number);
        let entities =
            numbers.filter_map(|captures| Some(entity(&captures.get(0)?, *kind))).collect();
        add_free(&mut found, entities);
    }
    if !has_four_digits(text) {
        return found;
    }
    let agencies = MOM_AGENCY.captures_iter(text).filter_map(|captures| {
        let (whole, number) = (captures.get(0)?, captures.name("number")?);
        let announced = number.start() > whole.start()
            || near(text, whole.start(), &["ea ", "licen", "mom", "lic.", "agency", "reg"]);
        let singapore = captures.name("letter").is_some_and(|letter| letter.as_str() == "c");
        (announced || singapore).then(|| entity(&whole, LicenceKind::MomAgency))
    });
    add_free(&mut found, agencies.collect());
    let persons = MOM_PERSONNEL.find_iter(text).filter(|person| {
        near(text, person.start(), &["reg", "personnel", "ea", "mom", "licen", "agent"])
    });
    add_free(
        &mut found,
        persons.map(|person| entity(&person, LicenceKind::MomPersonnel)).collect(),
    );
    found
}

/// Whether four digits stand side by side, as in every number of MOM.
fn has_four_digits(text: &str) -> bool {
    text.as_bytes().windows(4).any(|four| four.iter().all(u8::is_ascii_digit))
}

fn entity(found: &regex::Match<'_>, kind: LicenceKind) -> Entity {
    Entity { range: found.range(), kind: EntityKind::Licence(kind) }
}

/// "P3MI sejak 1998", "p3mi … 12-5-2024" name a year or a day, not a licence.
fn is_number(captures: &Captures<'_>) -> bool {
    let lead = captures.get(0).map_or("", |whole| whole.as_str());
    let history = [
        "sejak", "since", "tahun", "tanggal", "tgl", "nib", "telp", "hub", "wa ", "jl", "usia",
        "gaji", "rp",
    ];
    let head =
        lead.split(|c: char| c.is_ascii_digit() && c != '2' && c != '3').next().unwrap_or_default();
    if history.iter().any(|word| head.contains(word)) {
        return false;
    }
    let year = |text: &str| text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    if captures.name("direct").is_some_and(|direct| year(direct.as_str())) {
        return false;
    }
    captures.name("stroked").is_none_or(|stroked| {
        let text = stroked.as_str();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let clean = !text.contains(' ') || text.contains('/');
        digits >= 3 && clean && (text.contains('/') || digits >= 5)
    })
}

/// Whether one of `words` stands within forty characters before `at`.
fn near(text: &str, at: usize, words: &[&str]) -> bool {
    let head = text.get(..at).unwrap_or_default();
    let start = head.char_indices().rev().nth(39).map_or(0, |(at, _)| at);
    let near = head.get(start..).unwrap_or_default();
    words.iter().any(|word| near.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<LicenceKind> {
        let kind = |entity: Entity| match entity.kind {
            EntityKind::Licence(kind) => kind,
            other => panic!("{other:?}"),
        };
        find(text).into_iter().map(kind).collect()
    }

    #[test]
    fn a_licence_is_a_scheme_with_its_number() {
        use LicenceKind::*;
        let cases = [
            ("sip3mi no. 123/2019", Sip3mi),
            ("sip3mi nomor: 2/45/mi/iv/2020", Sip3mi),
            ("sipptki no kep.123/men/2010", Sip3mi),
            ("p3mi resmi, izin no. 345678", Sip3mi),
            ("sip2mi no 12/345/2024", Sip2mi),
            ("siuppak 123.45/al.58/2020", Crewing),
            ("jtksm 1234a", Jtksm),
            ("jtksm licence no: 1234", Jtksm),
            ("lesen aps no 567/2020", Jtksm),
            ("ea licence no: 12c3456", MomAgency),
            ("mom licence 08d1234", MomAgency),
            ("21c1234", MomAgency),
            ("reg no. r1234567", MomPersonnel),
        ];
        for (text, kind) in cases {
            assert_eq!(kinds(text), [kind], "{text:?}");
        }
    }

    #[test]
    fn a_name_without_a_number_is_no_licence() {
        for text in [
            "",
            "p3mi resmi",
            "p3mi 1998",
            "p3mi resmi sejak 1998",
            "nib 1234567890123",
            "jtksm",
            "kode 12a3456",
            "room r1234567",
            "sip3mi berdiri tahun 2010",
            "sip3mi resmi",
        ] {
            assert_eq!(kinds(text), [], "{text:?}");
        }
    }
}
