//! What the normaliser promises, rule by rule and for any text.

use proptest::prelude::*;

use super::*;

const WORDS: &str = "admin aman asrama bagus bebas berangkat besar besok biaya bonus butuh cepat \
    dan dari deposit di dibutuhkan dijamin gaji good gratis hubungi jawatan judol juta kamboja \
    kerja ke kosong lowongan luar majikan makan mess myanmar negeri online operator pabrik \
    paspor penalti pengalaman pulang salary saya scam se segera si sk slot tanpa tawaran tiket \
    untuk urgent visa wanita work";

/// Words that are known but not matched, and codes.
fn ordinary() -> OrdinaryWords {
    let list = |words: &str| words.split(' ').map(str::to_owned).collect();
    OrdinaryWords {
        common: list("di ke kerja gaji sama bisa the orang jaga tidur in on up"),
        others: list("kerjasama laki basa busa bantu time part kata kita dinas baut hari desa ter"),
        codes: list("ktp smk p3mi dns"),
    }
}

fn normalizer() -> Normalizer {
    let slang = [
        ("loker", "lowongan krj"),
        ("krj", "kerja"),
        ("yg", "yang"),
        ("gj", "gaji"),
        ("x", "tidak"),
        ("a1", "b1"),
        ("b1", "a1"),
    ];
    Normalizer::new(
        WORDS.split(' ').map(str::to_owned),
        slang.map(|(word, meaning)| (word.to_owned(), meaning.to_owned())),
        &ordinary(),
    )
}

fn normalized(post: &str) -> String {
    normalizer().normalize(post).as_str().to_owned()
}

#[test]
fn a_post_is_read_as_its_author_meant_it() {
    // (post, normalised)
    let cases = [
        ("", ""),
        ("  \u{200b} \n ", ""),
        ("Gaji  Besar\t\r\n\n Di sana ", "gaji besar\ndi sana"),
        ("CAFÉ Çelik İstanbul naïve", "cafe celik istanbul naive"),
        ("ga\u{200b}ji be\u{ad}sar", "gaji besar"),
        ("ｇａｊｉ：１５ｊｔ", "gaji:15jt"),
        ("𝐆𝐚𝐣𝐢 𝑏𝑒𝑠𝑎𝑟 ⓚⓔⓡⓙⓐ 🅖🅐🅙🅘 🅺🄴🅁🅹🅰", "gaji besar kerja gaji kerja"),
        ("ɢᴀᴊɪ ʙᴇsᴀʀ", "gaji besar"),
        ("g̶a̶j̶i̶ z̵̢̛a̸lgo", "gaji zalgo"),
        ("0️⃣8️⃣1️⃣2️⃣ 🔟 ❶❷ ①②", "0812 10 12 12"),
        ("gratis💯 dan 💯aman", "gratis 100 dan 100 aman"),
        ("kerja di🇰🇭sekarang 🇲🇲🇱🇦", "kerja di kamboja sekarang myanmar laos"),
        ("🇰🇦🇲🇧🇴🇯🇦 🇬 🇦 🇯 🇮", "kamboja gaji"),
        ("🇫🇷", "fr"),
        ("“tanpa” biaya – don’t", "\"tanpa\" biaya - don't"),
        ("gaji\u{0}besar", "gaji besar"),
    ];
    for (post, expected) in cases {
        assert_eq!(normalized(post), expected, "{post:?}");
    }
}

#[test]
fn digits_are_letters_inside_words_and_never_in_amounts() {
    let cases = [
        ("g4ji k4mb0j4 4dmin b3s4r", "gaji kamboja admin besar"),
        ("s@l@ry $aya g@ji! v1s4 s1ot", "salary saya gaji! visa slot"),
        ("b!aya t+ket", "biaya t+ket"),
        ("m4nt4p", "mantap"),
        (
            "15jt 4.5k 2x 3hari 1bln rm4500 gaji5jt 5orang",
            "15jt 4.5k 2x 3hari 1bln rm4500 gaji5jt 5orang",
        ),
        ("k3 d3 s1 b2b covid19 ps5 4x4 mp3 b1 sk1", "k3 d3 s1 b2b covid19 ps5 4x4 mp3 b1 sk1"),
        ("makan+mess admin|kasir gaji!", "makan+mess admin|kasir gaji!"),
        (
            "a.b@g4ji.com t.me/g4ji www.g4ji.biz @g4gar4",
            "a.b@g4ji.com t.me/g4ji www.g4ji.biz @g4gar4",
        ),
        ("@dmin", "admin"),
        ("k*mboja sc*m *gaji* g*ji*", "kamboja scam *gaji* gaji*"),
    ];
    for (post, expected) in cases {
        assert_eq!(normalized(post), expected, "{post:?}");
    }
}

#[test]
fn letters_set_apart_are_joined_where_they_make_words() {
    let cases = [
        ("k a m b o j a", "kamboja"),
        ("ke k.4.m.b.0.j.a!", "ke kamboja!"),
        ("g-a-j-i p.e.n.a.l.t.i", "gaji penalti"),
        ("g * a * j * i", "gaji"),
        ("k e r j a d i k a m b o j a", "kerja di kamboja"),
        ("k e r j a  k e  m y a n m a r besok", "kerja ke myanmar besok"),
        ("a b c d e f", "a b c d e f"),
        ("p.t. k a", "p.t. k a"),
        ("S M A / S M K", "s m a / smk"),
        ("1 2 3 4 5", "1 2 3 4 5"),
    ];
    for (post, expected) in cases {
        assert_eq!(normalized(post), expected, "{post:?}");
    }
}

#[test]
fn letters_set_apart_keep_the_signs_between_their_words() {
    let cases = [
        ("g.a.j.i b.e.s.a.r, m.e.s.s", "gaji besar, mess"),
        ("k e r j a, g a j i. v i s a", "kerja, gaji. visa"),
        ("m.e.g.a.s.a.r.i g.a.j.i", "megasari gaji"),
        ("k.e.r.j.a.d.i.k.a.m.b.o.j.a", "kerja di kamboja"),
        ("15j t 500r.b 3h a r i r p8.000", "15jt 500rb 3hari rp8.000"),
        ("8 s/d 15, 1 s/d 3, p.t. r.t", "8 s/d 15, 1 s/d 3, p.t. r.t"),
        ("s.m.k k.t.p", "smk ktp"),
    ];
    for (post, expected) in cases {
        assert_eq!(normalized(post), expected, "{post:?}");
    }
}

#[test]
fn words_cut_by_a_sign_are_joined_where_the_parts_are_none() {
    let cases = [
        ("kam-boja ga_ji ker.ja", "kamboja gaji kerja"),
        ("k-am-bo-ja", "kamboja"),
        ("ka*mboja kamb*oja", "kamboja kamboja"),
        ("penga-laman mya-nmar ga-jinya", "pengalaman myanmar gajinya"),
        ("laki-laki part-time kerja-sama", "laki-laki part-time kerja-sama"),
        ("gaji-mu ktp-nya ber-ktp smk/gaji", "gaji-mu ktp-nya ber-ktp smk/gaji"),
        ("di-butuhkan", "dibutuhkan"),
        ("e-visa x-ray a.n. gaji/bonus gaji.bonus", "e-visa x-ray a.n. gaji/bonus gaji.bonus"),
        ("ker ja ga ji", "ker ja ga ji"),
        ("t.me/kam-boja kam-boja.com", "t.me/kam-boja kam-boja.com"),
    ];
    for (post, expected) in cases {
        assert_eq!(normalized(post), expected, "{post:?}");
    }
}

#[test]
fn a_sign_stands_for_the_letter_that_makes_a_word() {
    let cases = [
        ("k*mboja k#mboja k*mb*ja k-mboja", "kamboja kamboja kamboja kamboja"),
        ("b*sa b*ntu ka*boja", "bisa bantu kamboja"),
        ("k*ta g*g*g*g", "k*ta g*g*g*g"),
        ("th* gaji* kr*", "the gaji* kr*"),
        ("*gaji* gaji*bonus 2*3 rp* a*b", "*gaji* gaji*bonus 2*3 rp* a*b"),
        ("k*mb0ja", "kamboja"),
    ];
    for (post, expected) in cases {
        assert_eq!(normalized(post), expected, "{post:?}");
    }
}

#[test]
fn words_without_vowels_and_with_swapped_letters_are_restored() {
    let cases = [
        ("kmbja pnglmn brngkt", "kamboja pengalaman berangkat"),
        ("kabmoja mynamar lowonagn", "kamboja myanmar lowongan"),
        ("(kmbja), kabmoja!", "(kamboja), kamboja!"),
        ("ktp smk dns jst ksr dri", "ktp smk dns jst ksr dri"),
        ("baut desa hari kamboja akmboja kambojaa", "baut desa hari kamboja akmboja kambojaa"),
        ("@kabmoja t.me/kabmoja di/kabmoja", "@kabmoja t.me/kabmoja di/kabmoja"),
    ];
    for (post, expected) in cases {
        assert_eq!(normalized(post), expected, "{post:?}");
    }
}

#[test]
fn hashtags_are_the_words_they_are_made_of() {
    let cases = [
        ("#kerja #di #kamboja", "kerja di kamboja"),
        ("#KerjaDiKamboja #kerjakamboja", "kerja di kamboja kerja kamboja"),
        ("#loker#gaji", "lowongan kerja gaji"),
        ("#MegaSari #Kerjasama #megasari", "megasari kerjasama megasari"),
        ("#g4ji #15jt", "gaji 15jt"),
        ("no #1, c# #- # kerja", "no #1, c# #- # kerja"),
        ("t.me/x#kerja", "t.me/x#kerja"),
    ];
    for (post, expected) in cases {
        assert_eq!(normalized(post), expected, "{post:?}");
    }
}

#[test]
fn known_words_in_a_guessed_disguise_read_like_the_plain_ones() {
    let middle = |word: &str| {
        let mut letters = word.as_bytes().to_vec();
        letters.swap(word.len() / 2 - 1, word.len() / 2);
        String::from_utf8(letters).unwrap()
    };
    for word in WORDS.split(' ').filter(|word| word.len() > 6) {
        let (head, tail) = word.split_at(4);
        let disguised = [
            middle(word),
            format!("{head}-{tail}"),
            format!("{head}*{}", tail.get(1..).unwrap()),
            format!("#{word}"),
        ];
        for disguised in disguised {
            assert_eq!(
                normalized(&format!("dia {disguised}, ya")),
                format!("dia {word}, ya"),
                "{disguised}"
            );
        }
    }
}

#[test]
fn repeats_are_squeezed_and_slang_is_expanded() {
    let cases = [
        ("gajiiii besaaar gooood", "gaji besar good"),
        ("level III www xxx", "level iii www xxx"),
        ("เยอะๆๆๆ 哈哈哈", "เยอะๆๆๆ 哈哈哈"),
        ("LOKER yg gj", "lowongan kerja yang gaji"),
        ("x bayar, x-ray 2x", "tidak bayar, x-ray 2x"),
        ("#loker @krj bit.ly/krj", "lowongan kerja @krj bit.ly/krj"),
        ("l0k3r kr*", "lowongan kerja kr*"),
        ("a1 b1", "a1 b1"),
    ];
    for (post, expected) in cases {
        assert_eq!(normalized(post), expected, "{post:?}");
    }
}

#[test]
fn other_scripts_stay_what_they_are() {
    let cases = [
        "требуется официант на работу в москве, оплата сто тысяч",
        "ζητείται σερβιτόρος για την αθήνα και τον πειραιά",
        "အလုပ်ခေါ်စာ ဝန်ထမ်း office ဝန်ထမ်း",
        "รับสมัครงาน ด่วน",
        "nhan vien 招聘服务员 高薪",
        "مطلوب عامل في دبي",
        "한국 공장 일자리",
    ];
    for post in cases {
        assert_eq!(normalized(post), post);
    }
    assert_eq!(normalized("Kеrjа di Kamboja, gaji besаr"), "kerja di kamboja, gaji besar");
    assert_eq!(normalized("сарат кейја gaji besar di sana"), "capat кейја gaji besar di sana");
}

#[test]
fn only_repaired_words_count_as_obfuscated() {
    let cases = [
        ("gaji besar 🙏✅ naïve đ ： １５ 🇰🇭 0️⃣ gajiiii yg", 0),
        ("𝐠𝐚𝐣𝐢 besar", 1),
        ("g4ji kаmboja ke\u{200b}rja v i s a k*mboja ｇａｊｉ ɢᴀᴊɪ", 7),
        ("\u{200b}gaji\u{200b} \u{feff}besar", 0),
        ("l0ker", 1),
        ("kam-boja k*mboja g.a.j.i", 3),
        ("kmbja kabmoja #kerja", 0),
    ];
    for (post, count) in cases {
        assert_eq!(normalizer().normalize(post).obfuscated_tokens(), count, "{post:?}");
    }
}

#[test]
fn a_span_shows_the_words_the_author_wrote() {
    // (post, word of the normalised text, what is shown)
    let cases = [
        ("Dicari: G4JI besar", "gaji", "G4JI"),
        ("a k a m b o j a b", "kamboja", "k a m b o j a"),
        ("ke 🇰🇭 besok", "kamboja", "🇰🇭"),
        ("ga\u{200b}ji", "gaji", "ga\u{200b}ji"),
        ("Info LOKER baru", "lowongan kerja", "LOKER"),
        ("Info LOKER baru", "kerja", "LOKER"),
        ("hidup gajiiii ya", "gaji", "gajiiii"),
        ("café e\u{301}t 0\u{fe0f}\u{20e3}", "et 0", "e\u{301}t 0\u{fe0f}\u{20e3}"),
        ("งานดี มาก", "งานดี", "งานดี"),
    ];
    for (post, word, shown) in cases {
        let view = normalizer().normalize(post);
        let start = view.as_str().find(word).expect(word);
        let span = view.original_span(start..start + word.len());
        assert_eq!(span.slice(post), Some(shown), "{post:?}");
    }
}

#[test]
fn an_empty_or_distant_range_is_an_empty_span() {
    let view = normalizer().normalize("gaji");
    assert_eq!(view.original_span(2..2), Span { start: 2, end: 2 });
    assert_eq!(view.original_span(9..12), Span { start: 4, end: 4 });
    assert_eq!(normalizer().normalize("").original_span(0..3), Span { start: 0, end: 0 });
}

const SENTENCES: &[&str] = &[
    "Dibutuhkan segera operator pabrik, gaji besar 15jt",
    "kerja ke kamboja tanpa pengalaman, tiket gratis!",
    "Loker luar negeri: admin judol, bonus besar",
    "berangkat besok, biaya ditanggung majikan",
    "We need workers for the factory. Salary 4500 a month",
    "jawatan kosong di kilang, hubungi 0812-3456-7890",
    "Tidak perlu paspor, semua kami urus dari sini",
    "Wanita umur 18-25 th, mess dan makan gratis",
    "gaji pokok rp 8.000.000 + bonus (deposit 500rb)",
    "Kerja online dari rumah, dijamin aman dan cepat",
    "PM untuk info lanjut ya kak",
    "visa kerja bebas potongan, pulang kapan saja",
    "urgent hiring! no experience needed",
    "customer service di phnom penh, usd 1000 per bulan",
    "saya mau tanya, ini loker aman ga?",
    "awas scam, jangan kirim data atau uang",
    "tawaran kerja kapal ikan taiwan untuk pria",
    "Kami cari tukang las berpengalaman di batam",
    "ikut rombongan minggu depan lewat jalur laut",
    "makan 3x sehari, jam kerja 8 sampai 5",
];

/// Replaces each letter by its look-alike, or every `nth` one only.
fn look_alike(post: &str, nth: usize) -> String {
    let plain = "aceijopsxyhABCEHIKMOPTXykm";
    let others = "асеіјорѕхуһАВСЕНІКМОРТХукм";
    let swap = |(at, c): (usize, char)| {
        let place = plain.chars().position(|known| known == c);
        let other = place.and_then(|place| others.chars().nth(place));
        other.filter(|_| at % nth == 0).unwrap_or(c)
    };
    post.chars().enumerate().map(swap).collect()
}

fn shifted(post: &str, upper: u32, lower: u32, digit: Option<u32>) -> String {
    let shift = |c: char| {
        let base = match c {
            'A'..='Z' => Some((upper, 'A')),
            'a'..='z' => Some((lower, 'a')),
            '0'..='9' => digit.map(|digit| (digit, '0')),
            _ => None,
        };
        base.and_then(|(to, from)| char::from_u32(u32::from(c) - u32::from(from) + to)).unwrap_or(c)
    };
    post.chars().map(shift).collect()
}

fn full_width(post: &str) -> String {
    let widen = |c: char| {
        if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xfee0) } else { None }
    };
    post.chars().map(|c| widen(c).unwrap_or(c)).collect()
}

fn parted(post: &str, by: &str) -> String {
    post.chars().flat_map(|c| std::iter::once(c).chain(by.chars())).collect()
}

#[test]
fn a_disguised_post_reads_like_the_plain_one() {
    for post in SENTENCES {
        let variants = [
            look_alike(post, 1),
            look_alike(post, 2),
            look_alike(post, 3),
            parted(post, "\u{200b}"),
            parted(post, "\u{2060}\u{200d}"),
            parted(post, "\u{336}"),
            full_width(post),
            shifted(post, 0x1d400, 0x1d41a, Some(0x1d7ce)),
            shifted(post, 0x1d468, 0x1d482, None),
            shifted(post, 0x1d4d0, 0x1d4ea, None),
            shifted(post, 0x1d5a0, 0x1d5ba, Some(0x1d7e2)),
            shifted(post, 0x1d670, 0x1d68a, Some(0x1d7f6)),
            shifted(post, 0x24b6, 0x24d0, None),
            shifted(post, 0x1f130, 0x1f130, None),
            shifted(post, 0x1f150, 0x1f150, None),
            shifted(post, 0x1f170, 0x1f170, None),
            post.to_uppercase(),
        ];
        for variant in variants {
            assert_eq!(normalized(&variant), normalized(post), "{variant}");
        }
    }
}

#[test]
fn known_words_set_apart_read_like_the_plain_ones() {
    for word in WORDS.split(' ').filter(|word| word.len() > 3) {
        for by in [" ", ".", "-", "*", " . "] {
            let apart = word.split("").filter(|c| !c.is_empty()).collect::<Vec<_>>().join(by);
            assert_eq!(
                normalized(&format!("dia {apart}, ya")),
                normalized(&format!("dia {word}, ya")),
                "{apart}"
            );
        }
    }
}

#[test]
fn a_long_line_takes_no_longer_than_its_length() {
    for unit in ["a ", "4a", "a.", "gajiiiiii", "k*", "🇰", "а", "e\u{301}", "@", "k a m b o j a "]
    {
        let post = unit.repeat(200_000 / unit.len());
        let view = normalizer().normalize(&post);
        assert!(view.as_str().len() <= 4 * post.len(), "{unit}");
    }
}

/// Strings with more than their share of what the normaliser acts upon.
fn posts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "k", "a", "m", "4", "3", "0", "1", "@", "$", "!", "*", ".", "-", " ", "  ", "\n",
        "\u{200b}", "\u{301}", "\u{308}", "\u{fe0f}", "🇰", "🇭", "🇲", "💯", "🔟", "❿", "а", "е",
        "к", "Н", "й", "И", "η", "Η", "ΐ", "ς", "ff", "ﬁ", "Ⅲ", "ᴀ", "🅰", "ꭰ", "Ꭰ", "gaji",
        "kamboja", "loker", "yg", "x", "iii", "aaa", "goooo", "д", "ဝ", "ก", "ำ", "漢", "ﷺ", "ß",
        "İ", "ı", "½", "t.me/", "#", "#Ga", "Ji", "kmb", "bj", "ka-", "am", "bo", "/", "_", "?",
        "abm", "oja", "ktp", "jt", "rm", "\u{0}", "\u{85}", "ㅋ", "각", "\u{1160}", "é", "Ǆ", "¨",
        "ͅ", "™",
    ]);
    let made = prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat());
    prop_oneof![made, "\\PC{0,48}", any::<String>()]
}

proptest! {
    #[test]
    fn normalizing_twice_is_normalizing_once(post in posts()) {
        let once = normalized(&post);
        prop_assert_eq!(normalized(&once), once);
    }

    #[test]
    fn spans_are_in_order_on_char_boundaries_and_not_empty(post in posts()) {
        let view = normalizer().normalize(&post);
        let mut last = Span { start: 0, end: 0 };
        for (at, c) in view.as_str().char_indices() {
            let span = view.original_span(at..at + c.len_utf8());
            prop_assert!(span.slice(&post).is_some_and(|shown| !shown.is_empty()));
            prop_assert!(last.start <= span.start && last.end <= span.end);
            prop_assert_eq!(view.original_span(at..at + 1), span);
            last = span;
        }
    }

    #[test]
    fn the_view_is_trimmed_and_has_no_other_white_space(post in posts()) {
        let view = normalized(&post);
        prop_assert_eq!(view.trim(), view.as_str());
        prop_assert!(view.chars().all(|c| matches!(c, ' ' | '\n') || !(c.is_whitespace() || c.is_control())));
        prop_assert!(!view.contains("  ") && !view.contains("\n\n"));
    }

    #[test]
    fn any_range_gives_a_span_of_the_post(post in posts(), start in 0usize..80, length in 0usize..40) {
        let span = normalizer().normalize(&post).original_span(start..start + length);
        prop_assert!(span.slice(&post).is_some());
    }
}
