//! Tables: which character passes for which, what cannot be seen, which flag is which country.
//!
//! The look-alikes are the letters whose Unicode TR39 skeleton is one ASCII letter, taken out by
//! script, plus small capitals and the pairs recruiters use by convention (`в` for b, `н` for h).
//! An own table, and neither `decancer` nor the skeleton of `unicode-security`: the first folds
//! whole strings without saying which character came from where, and turns real Russian into
//! Latin; the second also maps `m` to `rn`, `1` to `l` and `0` to `O`. Here a character maps to one
//! character, so that the alignment holds, and each entry says when it may be folded.

use std::sync::LazyLock;

/// What a character may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// A Latin letter in disguise, whatever stands around it.
    Styled(char),
    /// A letter of another script that looks like a Latin one.
    Strong(char),
    /// The same, but only like it from afar: folded in words that are part Latin.
    Loose(char),
    /// The same, of a script written without spaces or capitals: folded between Latin letters only.
    Between(char),
}

/// What `c` may stand for, or `None` when it is itself. Never asked of ASCII.
pub(crate) fn look(c: char) -> Option<Look> {
    let at = LOOKS.binary_search_by_key(&c, |(key, _)| *key).ok()?;
    LOOKS.get(at).map(|(_, look)| *look)
}

/// A Latin letter, and what imitates it.
type Table = &'static [(char, &'static str)];

static LOOKS: LazyLock<Vec<(char, Look)>> = LazyLock::new(|| {
    let mut looks = Vec::new();
    let mut add = |table: Table, kind: fn(char) -> Look| {
        for (latin, others) in table {
            looks.extend(others.chars().map(|c| (c, kind(*latin))));
        }
    };
    add(LATIN_VARIANTS, Look::Styled);
    add(LOOK_ALIKES, Look::Strong);
    add(LOOSE_LOOK_ALIKES, Look::Loose);
    add(LOOK_ALIKES_BETWEEN, Look::Between);
    for first in ['\u{1f150}', '\u{1f170}'] {
        looks.extend((first..).zip('a'..='z').map(|(c, latin)| (c, Look::Styled(latin))));
    }
    looks.sort_by_key(|(c, _)| *c);
    looks
});

/// Letters of Latin alphabets that no decomposition takes apart, in plain letters. Ordinary
/// spelling, not disguise.
pub(crate) fn plain_latin(c: char) -> Option<&'static str> {
    Some(match c {
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'ħ' | 'Ħ' => "h",
        'ı' => "i",
        'ŧ' | 'Ŧ' => "t",
        'þ' | 'Þ' => "p",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ß' | 'ẞ' => "ss",
        _ => return None,
    })
}

/// Punctuation that has an ASCII form, and signs that say nothing.
pub(crate) fn plain_sign(c: char) -> Option<char> {
    Some(match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{2b9}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201f}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2044}' => '/',
        '™' | '℠' | 'ℹ' | '\u{2800}' => ' ',
        _ => return None,
    })
}

/// Whether `c` takes no room and bears no meaning: zero-width and bidi controls, variation
/// selectors, fillers, tags, the soft hyphen.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether `c` is a combining mark that any script can bear: accents, enclosing keycaps. The marks
/// of one script (Thai, Burmese and Arabic vowels) are letters to their readers and stay.
pub(crate) fn is_shared_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

/// Whether `c` belongs to a script with capitals, other than Latin: real words of these are told
/// from Latin words in disguise by the letters that imitate nothing.
pub(crate) fn is_cased_foreign(c: char) -> bool {
    matches!(
        c,
        '\u{370}'..='\u{58f}'
            | '\u{10a0}'..='\u{10ff}'
            | '\u{13a0}'..='\u{13ff}'
            | '\u{1c80}'..='\u{1cbf}'
            | '\u{1f00}'..='\u{1fff}'
            | '\u{2c80}'..='\u{2d2f}'
            | '\u{a640}'..='\u{a69f}'
            | '\u{ab70}'..='\u{abbf}'
    )
}

/// The digits that a digit emoji or a dingbat number shows, `None` for any other character.
/// Circled digits that NFKC knows are not here.
pub(crate) fn shown_digits(c: char) -> Option<&'static str> {
    const ONE_TO_TEN: [&str; 10] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];
    let first = match c {
        '\u{1f51f}' => return Some("10"),
        '\u{1f4af}' => return Some("100"),
        '\u{24ff}' => return Some("0"),
        '\u{2776}'..='\u{277f}' => '\u{2776}',
        '\u{2780}'..='\u{2789}' => '\u{2780}',
        '\u{278a}'..='\u{2793}' => '\u{278a}',
        '\u{24eb}'..='\u{24f4}' => return teen(c),
        '\u{24f5}'..='\u{24fe}' => '\u{24f5}',
        _ => return None,
    };
    let at = usize::try_from(u32::from(c) - u32::from(first)).ok()?;
    ONE_TO_TEN.get(at).copied()
}

/// Negative circled 11 to 20.
fn teen(c: char) -> Option<&'static str> {
    const TEENS: [&str; 10] = ["11", "12", "13", "14", "15", "16", "17", "18", "19", "20"];
    let at = usize::try_from(u32::from(c) - 0x24eb).ok()?;
    TEENS.get(at).copied()
}

/// The letter of a regional indicator, lower-case.
pub(crate) fn regional_letter(c: char) -> Option<char> {
    let offset = u32::from(c).checked_sub(0x1_f1e6).filter(|offset| *offset < 26)?;
    char::from_u32(u32::from('a') + offset)
}

/// The Indonesian name of the country whose flag two regional indicators draw. A country without
/// a name here goes by its ISO 3166 code; two letters that are no code give `None`.
pub(crate) fn country(first: char, second: char) -> Option<&'static str> {
    let code = [first, second];
    if let Some((_, name)) = COUNTRY_NAMES.iter().find(|(key, _)| key.chars().eq(code)) {
        return Some(name);
    }
    ISO_CODES.split(' ').find(|key| key.chars().eq(code))
}

const COUNTRY_NAMES: &[(&str, &str)] = &[
    ("ae", "uni emirat arab"),
    ("au", "australia"),
    ("bh", "bahrain"),
    ("bn", "brunei"),
    ("cn", "china"),
    ("hk", "hongkong"),
    ("id", "indonesia"),
    ("iq", "irak"),
    ("jo", "yordania"),
    ("jp", "jepang"),
    ("kh", "kamboja"),
    ("kr", "korea"),
    ("kw", "kuwait"),
    ("la", "laos"),
    ("mm", "myanmar"),
    ("my", "malaysia"),
    ("nz", "selandia baru"),
    ("om", "oman"),
    ("ph", "filipina"),
    ("qa", "qatar"),
    ("sa", "arab saudi"),
    ("sg", "singapura"),
    ("th", "thailand"),
    ("tr", "turki"),
    ("tw", "taiwan"),
    ("vn", "vietnam"),
];

/// ISO 3166-1 alpha-2, with the exceptional `eu`, `un`, `xk` that have flags.
const ISO_CODES: &str = "ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj \
    bl bm bn bo bq br bs bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de \
    dj dk dm do dz ec ee eg eh er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq \
    gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn \
    kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms \
    mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt \
    pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf \
    tg th tj tk tl tm tn to tr tt tv tw tz ua ug um un us uy uz va vc ve vg vi vn vu wf ws xk ye yt \
    za zm zw";

/// Small capitals and other Latin letters that imitate a plain one.
const LATIN_VARIANTS: Table = &[
    ('a', "ɑꭤᴀ"),
    ('b', "ƄꞴʙ"),
    ('c', "ᴄ"),
    ('d', "ᴅ"),
    ('e', "ꬲᴇ"),
    ('f', "ƒʄẝꞘꞙꬵꜰ"),
    ('g', "ƍɡᶃɢ"),
    ('h', "ʜ"),
    ('i', "ƖɩɪꞮ"),
    ('j', "ȷꞲᴊ"),
    ('k', "ᴋ"),
    ('l', "ǀꞁꟾʟ"),
    ('m', "ᴍ"),
    ('n', "ɴ"),
    ('o', "ᴏᴑꬽ"),
    ('p', "ƿᴘ"),
    ('q', "ꞯǫ"),
    ('r', "ƦɌꭇꭈʀ"),
    ('s', "ƽꜱ"),
    ('t', "ᴛ"),
    ('u', "ʋᴜꞟꭎꭒ"),
    ('v', "ᴠ"),
    ('w', "ɯᴡꟺ"),
    ('x', "Ꭓ"),
    ('y', "ɣʏᶌỿꭚ"),
    ('z', "ᴢⱫⱬ"),
];

/// Letters of scripts with capitals, and of rare ones, by the Latin letter they imitate.
const LOOK_ALIKES: Table = &[
    ('a', "ΑαАаᎪᗅꓮ𐊠𖽀ӑӓ"),
    ('b', "ΒВᏏᏴᑲᖯᗷⲂꓐꕗ𐊂𐊡𐌁𐌜вβ"),
    ('c', "СсᏟᲃⲤⲥꓚꮯ𐊢𐌂𐐕𐐽𐔛ҫҪ"),
    ('d', "ԁᎠᏧᑯᗞᗪꓒꓓԀ"),
    ('e', "ΕЕеҽᎬⴹꓰꗋ𐊆𑢦𑢮ёЁєЄε"),
    ('f', "Ϝքᖴꓝ𐊇𐊥𐔥𑢢𑣂"),
    ('g', "ԌցᏀᏳꓖ"),
    ('h', "ΗНҺһհႹᎻᏂᕼⲎꓧ𐋏н"),
    ('i', "ΙιІіւᎥᛁᛐⲒⲓⵊⵏꓲꙇꭵ𐊊𐌉𐔎𐰾𐲥𑣃𖼨їЇ"),
    ('j', "ͿϳЈјյᎫᒍꓙ"),
    ('k', "ΚКᏦᛕⲔꓗ𐔘кқҚκ"),
    ('l', "ӀӏᏞᒪⳐꓡꕯ𐐛𐔦𑢣𑢲𖼖"),
    ('m', "ΜϺМᎷᗰᛖⲘꓟ𐊰𐌑𐰡м"),
    ('n', "ΝոռⲚꓠ𐔓𑪾η"),
    ('o', "ΟοϭОоՕօჿᲂᲿⲞⲟⵔꓳ𐊒𐊫𐌏𐐄𐐬𐓂𐓪𐔖𐰗𑢵𑣈𑣗σ"),
    ('p', "ΡρϸРрᏢᑭⲢⲣⳎⳏꓑ𐊕"),
    ('q', "Ԛԛգզⵕ"),
    ('r', "ᎡᏒᖇᴦⲅꓣꮁ𐒴𖨙𖼵"),
    ('s', "ЅѕՏႽჽᏕᏚᲽꓢꕶꮪ𐊖𐐠𐑈𑣁𖼺"),
    ('t', "ΤТᎢⲦꓔꔋ𐊗𐊱𐌕𑢼𖼊тτ"),
    ('u', "υՍսᑌꓴ𐓎𐓶𑢸𑣘𖽂μ"),
    ('v', "νѴѵᏙᐯⴸꓦꛟꮩ𐔝𐰟𑢠𑣀𖼈"),
    ('w', "ѡԜԝաᎳᏔⲽꓪꮃꮤω"),
    ('x', "ΧХхᕁᕽᚷⲬⵝꓫ𐊐𐊴𐌗𐔧𐰓𐲂𐳂χ"),
    ('y', "ΥγУуҮүყᎩᎽⲨⲩꓬ𐊲𐰠𑢤𑣄𑣜𖽃ўЎ"),
    ('z', "ΖჍᏃⲌⲍⴭꓜꛉꮓ𐔇𑢩𑪼"),
];

/// Letters of living scripts without capitals: a look-alike only between two Latin letters.
const LOOK_ALIKES_BETWEEN: Table = &[
    ('b', "\u{7d5}"),
    ('c', "\u{1004}\u{105a}"),
    ('f', "\u{7d3}"),
    ('l', "\u{5d5}\u{5df}\u{627}\u{7ca}\u{10926}"),
    (
        'o',
        "\u{5e1}\u{647}\u{6be}\u{6c1}\u{6d5}\u{7cb}\u{840}\u{b20}\u{d20}\u{101d}\u{110b}\u{11bc}\u{12d0}\u{1a45}\u{1092c}\u{10d07}\u{11124}\u{16ae9}",
    ),
    ('s', "\u{d1f}\u{16ad6}"),
    ('t', "\u{7e0}\u{3112}\u{4e05}"),
    ('u', "\u{1200}"),
    ('v', "\u{5d8}\u{11706}"),
    ('w', "\u{1170a}\u{1170e}\u{1170f}"),
    ('x', "\u{1763}\u{1cf5}"),
    ('y', "\u{7cc}\u{311a}\u{4e2b}"),
];

/// Letters that pass for a Latin one only in company: `наш` is Russian, `пaмa` is not.
const LOOSE_LOOK_ALIKES: Table =
    &[('b', "ьЬ"), ('n', "пПπ"), ('r', "гГяЯ"), ('s', "ς"), ('u', "иИ"), ('w', "шШ")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_is_listed_twice() {
        for pair in LOOKS.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{pair:?}");
        }
    }

    #[test]
    fn every_look_is_a_lower_case_latin_letter() {
        for (c, look) in LOOKS.iter() {
            let (Look::Styled(latin)
            | Look::Strong(latin)
            | Look::Loose(latin)
            | Look::Between(latin)) = *look;
            assert!(latin.is_ascii_lowercase() && !c.is_ascii(), "{c:?}");
        }
    }

    #[test]
    fn a_flag_is_a_country_and_two_letters_are_not() {
        assert_eq!(country('k', 'h'), Some("kamboja"));
        assert_eq!(country('f', 'r'), Some("fr"));
        assert_eq!(country('k', 'a'), None);
        assert_eq!(regional_letter('\u{1f1e6}'), Some('a'));
        assert_eq!(regional_letter('a'), None);
    }

    #[test]
    fn number_dingbats_show_their_number() {
        let cases = [('❶', "1"), ('❿', "10"), ('➊', "1"), ('⓴', "20"), ('⓵', "1"), ('🔟', "10")];
        for (c, digits) in cases {
            assert_eq!(shown_digits(c), Some(digits), "{c}");
        }
        assert_eq!(shown_digits('🙏'), None);
    }
}
