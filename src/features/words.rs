//! The words of a text that may teach: not those of contacts, names and places, and not those that say who somebody is.

use std::ops::Range;

use crate::text;

/// The words of `masked[range]` with their places in `masked`, in reading order.
///
/// Words that start in one of `hidden` (sorted by start) are left out, and so are those of
/// [`IDENTITY_WORDS`].
pub(super) fn words<'a>(
    masked: &'a str,
    range: &Range<usize>,
    hidden: &'a [Range<usize>],
) -> impl Iterator<Item = (&'a str, Range<usize>)> {
    let start = range.start;
    let part = masked.get(range.clone()).unwrap_or_default();
    text::words(part).filter_map(move |word| {
        let place = start + word.start..start + word.end;
        let text = part.get(word).unwrap_or_default();
        let before = hidden.partition_point(|range| range.start <= place.start);
        let last = before.checked_sub(1).and_then(|at| hidden.get(at));
        let is_hidden = last.is_some_and(|range| range.contains(&place.start));
        let may_teach = !is_hidden && IDENTITY_WORDS.binary_search(&text).is_err();
        may_teach.then_some((text, place))
    })
}

/// Words for who somebody is. They never become a feature: sex, religion and origin are no
/// sign of anything. Sorted, for the binary search.
const IDENTITY_WORDS: &[&str] = &[
    "akhwat",
    "amoi",
    "bangladesh",
    "bangladeshi",
    "bangladeshis",
    "batak",
    "boy",
    "boys",
    "budak",
    "buddha",
    "buddhist",
    "budha",
    "bugis",
    "bujang",
    "bumiputera",
    "burmese",
    "cewe",
    "cewek",
    "cewek2",
    "chinese",
    "christian",
    "cina",
    "cowo",
    "cowok",
    "cowok2",
    "female",
    "females",
    "filipina",
    "filipino",
    "filipinos",
    "flores",
    "gadis",
    "gadis2",
    "gentlemen",
    "gents",
    "girl",
    "girls",
    "guy",
    "hindi",
    "hindu",
    "ikhwan",
    "india",
    "indian",
    "indians",
    "indonesian",
    "indonesians",
    "islam",
    "islami",
    "janda",
    "jawa",
    "katolik",
    "kristen",
    "kristian",
    "kristiani",
    "ladies",
    "lady",
    "laki",
    "laki2",
    "lelaki",
    "lelaki2",
    "lombok",
    "madura",
    "malay",
    "male",
    "males",
    "man",
    "melayu",
    "men",
    "minang",
    "muslim",
    "muslimah",
    "nasrani",
    "nepal",
    "nepali",
    "nepalis",
    "nonmuslim",
    "perempuan",
    "perempuan2",
    "pria",
    "putra",
    "putri",
    "sasak",
    "sumba",
    "sunda",
    "thai",
    "tionghoa",
    "ukhti",
    "vietnamese",
    "wanita",
    "warganegara",
    "woman",
    "women",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_words_are_sorted_for_the_search() {
        assert!(IDENTITY_WORDS.is_sorted());
    }
}
